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
const LONGEST_KEY = 32;

/**
 * By number of a field: its name and the closing quote as words, the first byte lowest, and which bits of the last word count. Four bytes are
 * compared at once: names are half of what a line has.
 */
const WORDS = (LONGEST_KEY + 4) / 4;
const keyWords = new Int32Array(LOG_FIELDS.length * WORDS);
const lastWord = new Uint8Array(LOG_FIELDS.length);
const lastMask = new Int32Array(LOG_FIELDS.length);
const lengths = new Uint8Array(LOG_FIELDS.length);
/** By length of a name. */
const fieldsOfLength: number[][] = Array.from({ length: LONGEST_KEY + 1 }, () => []);

for (const [field, { name }] of LOG_FIELDS.entries()) {
  const bytes = Buffer.from(`${name}"`.padEnd(WORDS * 4, '\0'), 'latin1');
  for (let word = 0; word < WORDS; word += 1) keyWords[field * WORDS + word] = bytes.readInt32LE(word * 4);
  lastWord[field] = name.length >> 2;
  lastMask[field] = -1 >>> (24 - 8 * (name.length & 3));
  lengths[field] = name.length;
  fieldsOfLength[name.length]?.push(field);
}

/** Where the closing quote of the key at `at` is when it is this field's name; -1 when it is another. Reads up to three bytes behind it. */
export function endOfKey(view: DataView, at: number, field: number): number {
  const first = field * WORDS;
  const last = first + (lastWord[field] as number);
  let next = at;
  for (let word = first; word < last; word += 1, next += 4) {
    if (view.getInt32(next, true) !== keyWords[word]) return -1;
  }
  const differs = (view.getInt32(next, true) ^ (keyWords[last] as number)) & (lastMask[field] as number);
  return differs === 0 ? at + (lengths[field] as number) : -1;
}

/** Number of the field with the name that begins at `at` and ends at `end`, or NO_FIELD. A quote stands behind the name. */
export function fieldNamed(view: DataView, at: number, end: number): number {
  if (end - at > LONGEST_KEY) return NO_FIELD;
  for (const field of fieldsOfLength[end - at] as number[]) if (endOfKey(view, at, field) === end) return field;
  return NO_FIELD;
}
