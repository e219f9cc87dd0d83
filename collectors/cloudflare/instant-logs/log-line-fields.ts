/**
 * Fields of a log line that are read, and where they go. Names: developers.cloudflare.com/logs, http_requests; `sampleInterval` comes with every
 * record of a stream that the edge samples, without being asked for. Keys are found by their bytes: no string is made of a record.
 */
import { type LogText, LogTextAt } from '../../../src/records/http-log-batch.js';

/** What becomes of a value. */
export const FieldKind = {
  text: 0,
  /** Two letters, written in capitals as in rules (`ip.src.country eq "DE"`); logs have small ones. */
  country: 1,
  address: 2,
  time: 3,
  interval: 4,
  asn: 5,
  status: 6,
  originStatus: 7,
  botScore: 8,
  wafScore: 9,
  bytes: 10,
  /** Path and query, where there is no field of the path. */
  uri: 11,
  /** The terminating rule, where there is no list of rules. */
  ruleId: 12,
} as const;

const texts: readonly (readonly [string, LogText])[] = [
  ['ClientRequestMethod', 'method'],
  ['ClientRequestProtocol', 'protocol'],
  ['ClientRequestHost', 'host'],
  ['ClientRequestPath', 'path'],
  ['ClientRequestUserAgent', 'userAgent'],
  ['ClientRequestReferer', 'referer'],
  ['JA3Hash', 'ja3'],
  ['JA4', 'ja4'],
  ['CacheCacheStatus', 'cacheStatus'],
  ['SecurityAction', 'securityAction'],
  ['SecuritySources', 'securitySources'],
  ['SecurityRuleIDs', 'securityRuleIds'],
  ['EdgeColoCode', 'colo'],
  ['ClientSSLCipher', 'cipher'],
  ['BotScoreSrc', 'botSource'],
  ['JSDetectionPassed', 'jsDetection'],
  ['ClientDeviceType', 'device'],
  ['RayID', 'rayId'],
  ['ZoneName', 'zone'],
];

const others: readonly (readonly [string, number])[] = [
  ['ClientIP', FieldKind.address],
  ['ClientASN', FieldKind.asn],
  ['ClientRequestURI', FieldKind.uri],
  ['EdgeStartTimestamp', FieldKind.time],
  ['EdgeResponseStatus', FieldKind.status],
  ['OriginResponseStatus', FieldKind.originStatus],
  ['EdgeResponseBytes', FieldKind.bytes],
  ['BotScore', FieldKind.botScore],
  ['WAFAttackScore', FieldKind.wafScore],
  ['SecurityRuleID', FieldKind.ruleId],
  ['sampleInterval', FieldKind.interval],
  ['SampleInterval', FieldKind.interval],
];

export interface LogField {
  readonly name: string;
  readonly kind: number;
  /** Of `LOG_TEXTS`; of texts only. */
  readonly column: number;
}

export const LOG_FIELDS: readonly LogField[] = [
  { name: 'ClientCountry', kind: FieldKind.country, column: LogTextAt.country },
  ...texts.map(([name, text]) => ({ name, kind: FieldKind.text, column: LogTextAt[text] })),
  ...others.map(([name, kind]) => ({ name, kind, column: -1 })),
];

export const NO_FIELD = -1;
const QUOTE = 0x22;
const LONGEST_KEY = 32;

/** By number of a field: where its name begins in `keyBytes`. */
const keyAt = new Int32Array(LOG_FIELDS.length + 1);
const keyBytes = new Uint8Array(LOG_FIELDS.reduce((sum, { name }) => sum + name.length, 0));
/** By length of a name. */
const fieldsOfLength: number[][] = Array.from({ length: LONGEST_KEY + 1 }, () => []);

let written = 0;
for (const [field, { name }] of LOG_FIELDS.entries()) {
  keyAt[field] = written;
  for (const character of name) {
    keyBytes[written] = character.charCodeAt(0);
    written += 1;
  }
  fieldsOfLength[name.length]?.push(field);
}
keyAt[LOG_FIELDS.length] = written;

/** Where the closing quote of the key at `at` is when it is this field's name; -1 when it is another. */
export function endOfKey(bytes: Uint8Array, at: number, field: number): number {
  const last = keyAt[field + 1] as number;
  let next = at;
  for (let key = keyAt[field] as number; key < last; key += 1, next += 1) {
    if (bytes[next] !== keyBytes[key]) return -1;
  }
  return bytes[next] === QUOTE ? next : -1;
}

/** Number of the field with the name `bytes[at, end)`, or NO_FIELD. A quote stands behind the name. */
export function fieldNamed(bytes: Uint8Array, at: number, end: number): number {
  if (end - at > LONGEST_KEY) return NO_FIELD;
  for (const field of fieldsOfLength[end - at] as number[]) if (endOfKey(bytes, at, field) === end) return field;
  return NO_FIELD;
}
