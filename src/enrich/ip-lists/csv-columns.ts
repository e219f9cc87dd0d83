/** Which columns of a CSV list hold the address (or first and last of a range), and which say what it is. By the names in a head, or by the first line. */
import { parsePrefix } from '../../format/address.js';

export interface CsvPick {
  readonly first: string;
  /** Null: one address or prefix. */
  readonly last: string | null;
  readonly words: string;
}

const ADDRESS =
  /^(?:ip|ips|ip[ _-]?addr(?:ess)?|addr(?:ess)?|cidr|prefix|network|net|subnet|range|ip_range|indicator|host)$/i;
const FIRST = /^(?:start|from|first|begin)(?:[ _-]?ip)?$|^ip[ _-]?(?:start|from|first)$/i;
const LAST = /^(?:end|to|last)(?:[ _-]?ip)?$|^ip[ _-]?(?:end|to|last)$/i;
const SAYS = /categor|type|threat|tag|reason|class|score|confidence|risk|severity|abuse/i;
/** A column more is no list of addresses. */
const MAX_FIELDS = 64;
const MAX_WORDS = 3;
const MAX_WORD_LENGTH = 24;

/** Fields without their quotes (RFC 4180; a quote inside is doubled). By comma, or where there is none by tab. */
export function csvFields(line: string): string[] {
  const separator = line.includes(',') ? ',' : '\t';
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length && fields.length < MAX_FIELDS) {
    const isQuoted = line[at] === '"';
    const close = isQuoted ? closingQuote(line, at + 1) : at;
    const next = line.indexOf(separator, close);
    const end = next < 0 ? line.length : next;
    const field = isQuoted ? line.slice(at + 1, Math.min(close, end)).replaceAll('""', '"') : line.slice(at, end);
    fields.push(field.trim());
    at = end + 1;
  }
  return fields;
}

function closingQuote(line: string, from: number): number {
  for (let at = from; at < line.length; at += 1) {
    if (line[at] !== '"') continue;
    if (line[at + 1] !== '"') return at;
    at += 1;
  }
  return line.length;
}

export class CsvColumns {
  #first = -1;
  #last = -1;
  /** Null: every other column, as there is no head. */
  #words: readonly number[] | null = null;

  static isHead(fields: readonly string[]): boolean {
    return fields.some((field) => ADDRESS.test(field) || FIRST.test(field));
  }

  /** "botnet, 85". */
  static wordsOf(fields: readonly string[]): string {
    return fields
      .filter((field) => field !== '')
      .slice(0, MAX_WORDS)
      .map((field) => field.slice(0, MAX_WORD_LENGTH))
      .join(', ');
  }

  /** False: it is no head, but a line like the others. */
  takeHead(fields: readonly string[]): boolean {
    if (fields.some((field) => parsePrefix(field) !== null)) return false;
    this.#last = fields.findIndex((field) => LAST.test(field));
    const first = fields.findIndex((field) => FIRST.test(field));
    if (first < 0 || this.#last < 0) this.#last = -1;
    this.#first = this.#last < 0 ? fields.findIndex((field) => ADDRESS.test(field)) : first;
    this.#words = fields.flatMap((field, at) =>
      SAYS.test(field) && at !== this.#first && at !== this.#last ? [at] : [],
    );
    return true;
  }

  pick(fields: readonly string[]): CsvPick {
    if (this.#first < 0) this.#first = Math.max(-1, fields.findIndex(isAddress));
    const others = this.#words ?? fields.map((_, at) => at).filter((at) => at !== this.#first);
    return {
      first: fields[this.#first] ?? '',
      last: this.#last < 0 ? null : (fields[this.#last] ?? ''),
      words: CsvColumns.wordsOf(others.map((at) => fields[at] ?? '')),
    };
  }
}

function isAddress(field: string): boolean {
  return (
    parsePrefix(field) !== null || (field.includes('-') && field.split('-').every((end) => parsePrefix(end) !== null))
  );
}
