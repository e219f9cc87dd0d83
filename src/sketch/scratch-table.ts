/** Tables to add several lists of rows up in, used again and again: one of each size and key length for the whole process. */
import { ExactTable } from './exact-table.js';

/** Slots of a scratch table: the smallest that surely holds the rows is taken, so that adding up little stays cheap. */
const SIZES = [1024, 8192, 32_768, 65_536] as const;
/** For longer keys; 32 768 × (16 + 40) B = 1.8 MiB for IPv6 flows, made when there are that many. */
const WIDE_SIZES = [1024, 8192, 32_768] as const;
/** Share of slots that may be used: as ExactTable, so it never grows and rows lie in the same order every time. */
const LOAD = 0.59;

let heldSeed = 0;
const held = new Map<string, ExactTable>();

/** An empty table for up to `rows` rows; beyond 38 000 (19 000 of long keys) keys that come last are left out. Valid until the next call. */
export function scratchTable(keyWords: number, seed: number, rows: number): ExactTable {
  if (seed !== heldSeed) held.clear();
  heldSeed = seed;
  const sizes: readonly number[] = keyWords === 1 ? SIZES : WIDE_SIZES;
  const size = sizes.find((slots) => rows <= slots * LOAD) ?? (sizes.at(-1) as number);
  const name = `${keyWords} ${size}`;
  let table = held.get(name);
  if (table === undefined) {
    table = new ExactTable(keyWords, seed, Math.floor(size * LOAD), size);
    held.set(name, table);
  }
  table.clear();
  return table;
}
