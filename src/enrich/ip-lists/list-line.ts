/**
 * One line of a list of addresses. FireHOL's .netset and .ipset (a prefix or address a line, "#" begins a comment); Spamhaus DROP as text
 * ("192.0.2.0/24 ; SBL123") and as JSON lines ({"cidr":…,"sblid":…}, the last one {"type":"metadata",…}); CSV and tab-separated values; ranges
 * "first-last". Lists come from strangers: nothing here throws, and every text is cut.
 */
import { type Prefix, parsePrefix } from '../../format/address.js';
import { CsvColumns, csvFields } from './csv-columns.js';
import { rangePrefixes } from './range-prefixes.js';

export interface ListEntry {
  /** One; of a range as many as it takes. */
  readonly prefixes: readonly Prefix[];
  /** As it is written there; null: a range. */
  readonly text: string | null;
  /** "botnet, 85": what columns of category and score say; "" where there are none. */
  readonly words: string;
}

/** `nothing`: empty, a comment, a head. */
export type LineReading = ListEntry | 'nothing' | 'damaged';

const COMMENT = /^(?:#|;|\/\/)/;
/** `s`: U+2028 and its like end no line here. */
const BEHIND = /[#;].*$/s;
const RANGE = /^([0-9a-fA-F:.]+)\s*-\s*([0-9a-fA-F:.]+)$/;
const SEPARATOR = /[,\t]/;
const JSON_ADDRESS = ['cidr', 'prefix', 'network', 'ip', 'ip_address', 'ipAddress', 'address'];
const JSON_WORDS = ['category', 'type', 'threat', 'score', 'confidence'];

/** Reads the lines of one file in their order: CSV says in the first what is where. */
export class ListLineReader {
  readonly #columns = new CsvColumns();
  #isFirst = true;

  read(raw: string): LineReading {
    const line = raw.replace(/^\ufeff/, '').trim();
    if (line === '' || COMMENT.test(line)) return 'nothing';
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (line.startsWith('{')) return ofJson(line);
    const body = line.replace(BEHIND, '').trim();
    const range = RANGE.exec(body);
    if (range !== null) return entryOfRange(range[1] as string, range[2] as string, '');
    const fields = SEPARATOR.test(body) ? csvFields(body) : [];
    if (fields.length > 1) return this.#ofCsv(fields, isFirst);
    // What stands behind a blank is somebody's remark.
    const field = (csvFields(body)[0] ?? '').split(/\s/, 1)[0] as string;
    return isFirst && CsvColumns.isHead([field]) ? 'nothing' : entryOf(field, '');
  }

  #ofCsv(fields: readonly string[], isFirst: boolean): LineReading {
    if (isFirst && this.#columns.takeHead(fields)) return 'nothing';
    const { first, last, words } = this.#columns.pick(fields);
    return last === null ? entryOf(first, words) : entryOfRange(first, last, words);
  }
}

function ofJson(line: string): LineReading {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'damaged';
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const key = JSON_ADDRESS.find((name) => typeof fields[name] === 'string');
  if (key === undefined) return fields['type'] === 'metadata' ? 'nothing' : 'damaged';
  const words = JSON_WORDS.map((name) => fields[name]).filter((word) => ['string', 'number'].includes(typeof word));
  return entryOf((fields[key] as string).trim(), CsvColumns.wordsOf(words.map(String)));
}

function entryOf(text: string, words: string): LineReading {
  const range = RANGE.exec(text);
  if (range !== null) return entryOfRange(range[1] as string, range[2] as string, words);
  const prefix = parsePrefix(text);
  return prefix === null || prefix.length === 0 ? 'damaged' : { prefixes: [unmapped(prefix)], text, words };
}

function entryOfRange(first: string, last: string, words: string): LineReading {
  const prefixes = rangePrefixes(first, last);
  return prefixes === null || prefixes[0]?.length === 0
    ? 'damaged'
    : { prefixes: prefixes.map(unmapped), text: null, words };
}

/** "::ffff:192.0.2.1" is an address of IPv4 (RFC 4291 §2.5.5.2). */
function unmapped(prefix: Prefix): Prefix {
  const { version, words, length } = prefix;
  const isMapped = version === 6 && length > 96 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return isMapped ? { version: 4, words, length: length - 96 } : prefix;
}
