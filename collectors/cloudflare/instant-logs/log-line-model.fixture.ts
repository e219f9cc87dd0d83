/** What a line should become, by JSON.parse: for tests. */
import { parsePrefix } from '../../../src/format/address.js';
import { LOG_TEXTS, type LogText } from '../../../src/records/http-log-batch.js';
import { LOG_FIELDS } from './log-line-fields.js';
import { secOfText } from './log-time.js';

export type Row = Partial<Record<LogText, string>> & {
  sec: number;
  weight: number;
  src: string;
  asn: number;
  numbers: number[];
};

export const NOTHING = { sec: Number.NaN, weight: 1, src: '0,0,0,0', asn: 0, numbers: [-1, -1, -1, -1, 0] };

export function modelOf(record: Record<string, unknown>): Row {
  const row: Row = { ...NOTHING, numbers: [...NOTHING.numbers] };
  const plain = (value: unknown): string | undefined => {
    if (typeof value === 'string') return utf8(value);
    if (typeof value === 'number' || typeof value === 'boolean') return numberText(value);
    if (!Array.isArray(value)) return undefined;
    return value
      .filter((item) => item !== null && typeof item !== 'object')
      .map((item) => plain(item))
      .join(',');
  };
  const numberOf = (name: string): number => {
    const text = plain(record[name]);
    return text !== undefined && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  };
  for (const { name, column } of LOG_FIELDS) {
    const text = column < 0 || !Object.hasOwn(record, name) ? undefined : plain(record[name]);
    if (text !== undefined) row[LOG_TEXTS[column] as LogText] = text;
  }
  if (row.country !== undefined && Buffer.byteLength(row.country) === 2)
    row.country = row.country.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  const rule = plain(record['SecurityRuleID']);
  if ((row.securityRuleIds ?? '') === '' && rule !== undefined) row.securityRuleIds = rule;
  const uri = plain(record['ClientRequestURI']);
  if (uri !== undefined) {
    const [, path, query] = /^([^?]*)\??(.*)$/s.exec(uri) as unknown as [string, string, string];
    row.path ??= path;
    row.query = query;
  }
  const address = parsePrefix(plain(record['ClientIP']) ?? '');
  if (address !== null && !(plain(record['ClientIP']) ?? '').includes('/')) row.src = address.words.join();
  const within = (name: string, low: number, high: number, or: number) => {
    const value = numberOf(name);
    return value >= low && value <= high ? Math.trunc(value) : or;
  };
  const last = ['sampleInterval', 'SampleInterval'].filter((name) => Object.hasOwn(record, name));
  const interval =
    last.length === 0 ? 1 : numberOf(Object.keys(record).findLast((name) => last.includes(name)) as string);
  row.weight = interval >= 1 && interval <= 2 ** 30 ? Math.round(interval) : 1;
  row.asn = within('ClientASN', 1, 2 ** 32 - 1e-9, 0);
  const bytes = numberOf('EdgeResponseBytes');
  row.numbers = [
    within('EdgeResponseStatus', 1, 999, -1),
    within('OriginResponseStatus', 0, 999, -1),
    within('BotScore', 1, 99, -1),
    within('WAFAttackScore', 1, 99, -1),
    bytes >= 0 && bytes <= Number.MAX_SAFE_INTEGER ? bytes : 0,
  ];
  const time = plain(record['EdgeStartTimestamp']);
  const sec = numberOf('EdgeStartTimestamp');
  const scale = sec > 1e17 ? 1e9 : sec > 1e14 ? 1e6 : sec > 1e11 ? 1e3 : 1;
  row.sec = Number.isNaN(sec)
    ? secOfText(Buffer.from(`${time ?? ''} `), 0, time?.length ?? 0)
    : sec < 0
      ? Number.NaN
      : sec / scale;
  return row;
}

const utf8 = (text: string): string => Buffer.from(text).toString();
const numberText = (value: number | boolean): string => JSON.stringify(value);
