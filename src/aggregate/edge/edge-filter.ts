/** Filter chips of an edge's requests, compiled: which rows of a log match every part. */
import { UserError } from '../../errors.js';
import { maskOf, parsePrefix } from '../../format/address.js';
import type { EdgeFilterPart } from '../../records/edge-role.js';
import { type HttpLogBatch, LOG_TEXT_COUNT, NO_TEXT } from '../../records/http-log-batch.js';
import { type TextRoleInfo, textRoleInfo } from './edge-roles.js';
import { equals, itemEnd, LONGEST_COUNTED, writeHost, writeTemplate } from './edge-texts.js';

type LogTest = (batch: HttpLogBatch, row: number) => boolean;

const LARGEST_ASN = 2 ** 32 - 1;
const LARGEST_STATUS = 999;
const scratch = new Uint8Array(LONGEST_COUNTED);

export class EdgeFilter {
  readonly #tests: readonly LogTest[];

  /** Throws UserError when a part's value is none. */
  constructor(parts: readonly EdgeFilterPart[]) {
    this.#tests = parts.map(testOf);
  }

  /** Copies the rows of `rows[0..count)` that match to `out`; returns how many. */
  select(batch: HttpLogBatch, rows: Int32Array, count: number, out: Int32Array): number {
    let kept = 0;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      if (!this.matches(batch, row)) continue;
      out[kept] = row;
      kept += 1;
    }
    return kept;
  }

  matches(batch: HttpLogBatch, row: number): boolean {
    for (const test of this.#tests) if (!test(batch, row)) return false;
    return true;
  }
}

function testOf({ role, value }: EdgeFilterPart): LogTest {
  const info = textRoleInfo(role);
  if (info !== null) return textTest(info, value);
  if (role === 'edgeClients') return clientTest(value);
  const column = role === 'edgeAsns' ? 'asn' : 'status';
  const wanted = integerOf(column, value, role === 'edgeAsns' ? LARGEST_ASN : LARGEST_STATUS);
  return (batch, row) => batch[column][row] === wanted;
}

function integerOf(what: string, value: string, most: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= most) return number;
  throw new UserError(
    'FILTER_VALUE',
    `filter ${what}: expected 1..${most}, got ${JSON.stringify(value.slice(0, 40))}`,
    'Use a decimal number.',
  );
}

function clientTest(value: string): LogTest {
  const prefix = parsePrefix(value);
  if (prefix === null) {
    throw new UserError(
      'FILTER_PREFIX',
      `filter client: expected an address or prefix, got ${JSON.stringify(value.slice(0, 60))}`,
      'Write 192.0.2.0/24 or 2001:db8::/32.',
    );
  }
  const { version, length, words } = prefix;
  const bits = version === 4 ? length + 96 : length;
  const masks = [0, 1, 2, 3].map((word) => maskOf(Math.max(0, Math.min(32, bits - 32 * word))));
  const wanted = version === 4 ? [0, 0, 0xffff, words[3]] : words;
  return ({ src }, row) =>
    masks.every((mask, word) => ((src[row * 4 + word] as number) & mask) === ((wanted[word] as number) | 0));
}

function textTest({ column, form }: TextRoleInfo, value: string): LogTest {
  const wanted = Buffer.from(value);
  return ({ bytes, textAt, textEnd }, row) => {
    const cell = row * LOG_TEXT_COUNT + column;
    const at = textAt[cell] as number;
    if (at === NO_TEXT) return false;
    const end = textEnd[cell] as number;
    if (form === 'whole') return equals(bytes, at, end, wanted, 0, wanted.length);
    if (form === 'items') return hasItem(bytes, at, end, wanted);
    const length = (form === 'template' ? writeTemplate : writeHost)(bytes, at, end, scratch);
    return equals(scratch, 0, length, wanted, 0, wanted.length);
  };
}

function hasItem(bytes: Uint8Array, at: number, end: number, wanted: Uint8Array): boolean {
  for (let from = at; from <= end; ) {
    const to = itemEnd(bytes, from, end);
    if (equals(bytes, from, to, wanted, 0, wanted.length)) return true;
    from = to + 1;
  }
  return false;
}
