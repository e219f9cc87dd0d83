/**
 * Collects prefixes and makes the PrefixTrie of them. Memory while collecting: 9 B a prefix of IPv4, 21 B of IPv6, and as much again while columns
 * grow; building sorts by radix (16 bits a pass), since comparing a million rows of four words takes seconds.
 */
import { type Intervals, PrefixTrie } from './prefix-trie.js';

/** What an address holds that lies in a prefix (`inner`) inside of others (`outer`, combined already; 0: none). */
export type Combine = (outer: number, inner: number) => number;

const FIRST_CAPACITY = 1024;
const DIGITS = 1 << 16;

const innermost: Combine = (_outer, inner) => inner;

export class PrefixTrieBuilder {
  readonly #v4 = new Columns(1);
  readonly #v6 = new Columns(4);

  /** `capacity`: prefixes of both versions. */
  constructor(readonly capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1)
      throw new RangeError(`PrefixTrieBuilder: expected capacity >= 1, got ${capacity}.`);
  }

  get size(): number {
    return this.#v4.count + this.#v6.count;
  }

  /** `words`: four, IPv4 in the last, host bits zero; `value` > 0. False: full, nothing was added. */
  add(version: 4 | 6, words: readonly number[], length: number, value: number): boolean {
    if (this.size >= this.capacity) return false;
    if (version === 4) this.#v4.push(words, 3, length, value);
    else this.#v6.push(words, 0, length, value);
    return true;
  }

  /** Longest match where `combine` is left out. Of equal prefixes the later is the inner one. */
  build(combine: Combine = innermost): PrefixTrie {
    return new PrefixTrie(flatten(this.#v4, combine), flatten(this.#v6, combine));
  }
}

class Columns {
  readonly starts: Uint32Array[];
  lengths = new Uint8Array(FIRST_CAPACITY);
  values = new Uint32Array(FIRST_CAPACITY);
  count = 0;

  constructor(readonly words: 1 | 4) {
    this.starts = Array.from({ length: words }, () => new Uint32Array(FIRST_CAPACITY));
  }

  push(words: readonly number[], from: number, length: number, value: number): void {
    if (this.count === this.lengths.length) this.#grow();
    for (let word = 0; word < this.words; word += 1)
      (this.starts[word] as Uint32Array)[this.count] = words[from + word] as number;
    this.lengths[this.count] = length;
    this.values[this.count] = value;
    this.count += 1;
  }

  #grow(): void {
    const rows = this.count * 2;
    for (const [word, column] of this.starts.entries()) this.starts[word] = grown(column, new Uint32Array(rows));
    this.lengths = grown(this.lengths, new Uint8Array(rows));
    this.values = grown(this.values, new Uint32Array(rows));
  }

  /** Rows by start, wider first, then as they came. */
  order(): Uint32Array {
    let order = Uint32Array.from({ length: this.count }, (_, row) => row);
    let spare = new Uint32Array(this.count);
    const pass = (digitOf: (row: number) => number) => {
      if (!sortBy(order, spare, digitOf)) return;
      [order, spare] = [spare, order];
    };
    pass((row) => this.lengths[row] as number);
    for (const column of this.starts.toReversed()) {
      pass((row) => (column[row] as number) & 0xffff);
      pass((row) => (column[row] as number) >>> 16);
    }
    return order;
  }
}

function grown<Column extends Uint8Array | Uint32Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}

/** One stable pass. False: every digit is the same, and `into` was left alone. */
function sortBy(rows: Uint32Array, into: Uint32Array, digitOf: (row: number) => number): boolean {
  const at = new Uint32Array(DIGITS + 1);
  for (const row of rows) at[digitOf(row) + 1] = (at[digitOf(row) + 1] as number) + 1;
  if (rows.length === 0 || at[digitOf(rows[0] as number) + 1] === rows.length) return false;
  for (let digit = 1; digit <= DIGITS; digit += 1) at[digit] = (at[digit] as number) + (at[digit - 1] as number);
  for (const row of rows) {
    const digit = digitOf(row);
    into[at[digit] as number] = row;
    at[digit] = (at[digit] as number) + 1;
  }
  return true;
}

/** Prefixes lie in each other or apart, so a stack of the open ones says what holds from where. */
function flatten(columns: Columns, combine: Combine): Intervals {
  const out = new IntervalWriter(columns.words, columns.count * 2 + 1);
  const bits = columns.words * 32;
  const open: { readonly end: number[]; readonly value: number }[] = [];
  const close = (before: readonly number[] | null) => {
    for (;;) {
      const top = open.at(-1);
      if (top === undefined || (before !== null && compareWords(top.end, before) >= 0)) return;
      open.pop();
      const next = successor(top.end);
      if (next !== null) out.put(next, open.at(-1)?.value ?? 0);
    }
  };
  for (const row of columns.order()) {
    const start = columns.starts.map((column) => column[row] as number);
    close(start);
    const value = combine(open.at(-1)?.value ?? 0, columns.values[row] as number);
    open.push({ end: lastOf(start, columns.lengths[row] as number, bits), value });
    out.put(start, value);
  }
  close(null);
  return out.intervals();
}

class IntervalWriter {
  readonly #starts: Uint32Array[];
  readonly #values: Uint32Array;
  #count = 0;

  constructor(words: number, rows: number) {
    this.#starts = Array.from({ length: words }, () => new Uint32Array(rows));
    this.#values = new Uint32Array(rows);
  }

  /** From `start` on it is `value`; starts never go back, and the last word on one holds. */
  put(start: readonly number[], value: number): void {
    const last = this.#count - 1;
    if (last >= 0 && this.#starts.every((column, word) => column[last] === start[word])) this.#count = last;
    if ((this.#count === 0 ? 0 : this.#values[this.#count - 1]) === value) return;
    for (const [word, column] of this.#starts.entries()) column[this.#count] = start[word] as number;
    this.#values[this.#count] = value;
    this.#count += 1;
  }

  intervals(): Intervals {
    return {
      starts: this.#starts.map((column) => column.slice(0, this.#count)),
      values: this.#values.slice(0, this.#count),
    };
  }
}

function lastOf(start: readonly number[], length: number, bits: number): number[] {
  return start.map((word, i) => {
    const free = Math.min(32, Math.max(0, bits - length - (start.length - 1 - i) * 32));
    return free === 32 ? 0xffff_ffff : (word | (2 ** free - 1)) >>> 0;
  });
}

/** Null: there is no address behind. */
function successor(words: readonly number[]): number[] | null {
  const next = [...words];
  for (let i = next.length - 1; i >= 0; i -= 1) {
    next[i] = ((next[i] as number) + 1) >>> 0;
    if (next[i] !== 0) return next;
  }
  return null;
}

function compareWords(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return 0;
}
