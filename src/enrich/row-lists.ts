/** Sampled rows with the lists that hold their sources: looked up once, for rows that are kept, before they are compared. */
import type { RowLists, SampledRows } from '../records/sampled-rows.js';
import type { IpLists } from './ip-lists/ip-lists.js';

/** What all kinds of rows have. */
interface Sourced {
  /** Four words a row. */
  readonly src: Int32Array;
  /** Of packets; 0: no IP packet. */
  readonly version?: Uint8Array | Uint32Array;
}

/** Sets of lists that are told apart; more are one. Lists of strangers overlap as they like. */
const MAX_NAMES = 4096;
const MORE = '(several lists)';

export function withRowLists<Rows extends SampledRows<Sourced>>(rows: Rows, lists: IpLists): Rows {
  return { ...rows, lists: rowLists(rows, lists) };
}

function rowLists({ samples, rows }: SampledRows<Sourced>, lists: IpLists): RowLists {
  const numbers = new Uint16Array(rows.length);
  const names: string[] = [];
  const numberOfSet = new Map<number, number>();
  const numberOfName = new Map<string, number>();
  const numberFor = (set: number) => {
    const name = numberOfName.size < MAX_NAMES ? lists.namesOf(set).join(' + ') : MORE;
    const known = numberOfName.get(name) ?? names.push(name);
    numberOfName.set(name, known);
    numberOfSet.set(set, known);
    return known;
  };
  for (let i = 0; i < rows.length; i += 1) {
    const set = setOf(samples, rows[i] as number, lists);
    if (set !== 0) numbers[i] = numberOfSet.get(set) ?? numberFor(set);
  }
  return { numbers, names };
}

function setOf({ src, version }: Sourced, row: number, lists: IpLists): number {
  const at = row * 4;
  // A request's version is a text; of packets without an IP header there is no source.
  if (version instanceof Uint8Array && version[row] === 0) return 0;
  const isV4 = src[at] === 0 && src[at + 1] === 0 && src[at + 2] === 0xffff;
  return lists.setOf(isV4 ? 4 : 6, src, at);
}
