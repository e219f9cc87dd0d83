/** Filter chips compiled to integers: which rows of a batch match every part. */
import { UserError } from '../errors.js';
import { maskOf, parsePrefix } from '../format/address.js';
import { Has, type HeaderColumns } from '../records/packet-batch.js';
import type { FilterPart } from '../records/view-request.js';

type RowTest = (columns: HeaderColumns, row: number) => boolean;

export class RowFilter {
  readonly #tests: readonly RowTest[];

  /** Throws UserError when a part's value is none. */
  constructor(parts: readonly FilterPart[]) {
    this.#tests = parts.map(testOf);
  }

  /** Copies the rows of `rows[0..count)` that match to `out`; returns how many. `out` may be `rows`. */
  select(columns: HeaderColumns, rows: Int32Array, count: number, out: Int32Array): number {
    let kept = 0;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      if (!this.matches(columns, row)) continue;
      out[kept] = row;
      kept += 1;
    }
    return kept;
  }

  matches(columns: HeaderColumns, row: number): boolean {
    for (const test of this.#tests) if (!test(columns, row)) return false;
    return true;
  }
}

function testOf(part: FilterPart): RowTest {
  if (part.field === 'source') return prefixTest(part.value, 'src');
  if (part.field === 'target') return prefixTest(part.value, 'dst');
  const value = integerOf(part);
  if (part.field === 'protocol') return (columns, row) => columns.transport[row] === value;
  const column = part.field === 'sourcePort' ? 'srcPort' : 'dstPort';
  return (columns, row) => ((columns.has[row] as number) & Has.ports) !== 0 && columns[column][row] === value;
}

function integerOf(part: FilterPart): number {
  const value = Number(part.value);
  if (Number.isInteger(value) && value >= 0 && value <= 65535) return value;
  throw new UserError(
    'FILTER_VALUE',
    `filter ${part.field}: expected 0..65535, got "${part.value}"`,
    'Use a decimal number.',
  );
}

/** True for rows whose address lies in the prefix. */
export function prefixTest(text: string, column: 'src' | 'dst'): RowTest {
  const prefix = parsePrefix(text);
  if (prefix === null) {
    throw new UserError(
      'FILTER_PREFIX',
      `expected an address or prefix, got "${text}"`,
      'Write 192.0.2.0/24 or 2001:db8::/32.',
    );
  }
  const { version, length, words } = prefix;
  if (version === 4) {
    const mask = maskOf(length);
    const wanted = words[3];
    return (columns, row) => columns.version[row] === 4 && ((columns[column][row * 4 + 3] as number) & mask) === wanted;
  }
  const masks = [0, 1, 2, 3].map((word) => maskOf(Math.max(0, Math.min(32, length - 32 * word))));
  return (columns, row) => {
    if (columns.version[row] !== 6) return false;
    for (let word = 0; word < 4; word += 1) {
      if (((columns[column][row * 4 + word] as number) & (masks[word] as number)) !== words[word]) return false;
    }
    return true;
  };
}
