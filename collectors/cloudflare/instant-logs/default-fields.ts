/** Fields of http_requests a session asks for. developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests. */

/** Only with Bot Management. */
export const BOT_FIELDS: readonly string[] = ['JA3Hash', 'JA4', 'BotScore', 'BotScoreSrc', 'JSDetectionPassed'];

/** Only with the WAF's attack score. */
export const WAF_FIELDS: readonly string[] = ['WAFAttackScore'];

export const DEFAULT_LOG_FIELDS: readonly string[] = [
  'ClientIP',
  'ClientASN',
  'ClientCountry',
  'ClientDeviceType',
  'ClientRequestHost',
  'ClientRequestMethod',
  'ClientRequestPath',
  'ClientRequestURI',
  'ClientRequestUserAgent',
  'ClientRequestReferer',
  'ClientRequestProtocol',
  'ClientSSLCipher',
  'SecurityAction',
  'SecuritySources',
  'SecurityRuleIDs',
  'CacheCacheStatus',
  'EdgeResponseStatus',
  'EdgeResponseBytes',
  'EdgeColoCode',
  'EdgeStartTimestamp',
  'OriginResponseStatus',
  'RayID',
  ...BOT_FIELDS,
  ...WAF_FIELDS,
];
