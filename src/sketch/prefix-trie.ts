/**
 * Prefixes of IPv4 and IPv6 → small whole numbers, by longest match. A trie of one level (the first 16 bits of an IPv4 address) over intervals: nested
 * prefixes are cut into pieces that do not overlap, and a piece is found by binary search. Built once (`PrefixTrieBuilder`), then only read.
 *
 * Memory: n prefixes make at most 2n + 1 pieces: 8 B each of IPv4, 20 B of IPv6; 256 KiB for the first level. 1 M prefixes of IPv4: 16 MB.
 */

/** Piece i begins at `starts[…][i]` (one column a word, ascending as unsigned numbers) and ends where the next begins. */
export interface Intervals {
  readonly starts: readonly Uint32Array[];
  /** 0: nothing. */
  readonly values: Uint32Array;
}

const HEADS = 1 << 16;

export class PrefixTrie {
  readonly #v4: Uint32Array;
  readonly #v4Values: Uint32Array;
  /** By the first 16 bits: pieces that begin before them. */
  readonly #heads = new Uint32Array(HEADS + 1);
  readonly #v6: readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  readonly #v6Values: Uint32Array;

  constructor(v4: Intervals, v6: Intervals) {
    this.#v4 = v4.starts[0] as Uint32Array;
    this.#v4Values = v4.values;
    this.#v6 = v6.starts as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
    this.#v6Values = v6.values;
    for (const start of this.#v4) this.#heads[(start >>> 16) + 1] = (this.#heads[(start >>> 16) + 1] as number) + 1;
    for (let head = 1; head <= HEADS; head += 1)
      this.#heads[head] = (this.#heads[head] as number) + (this.#heads[head - 1] as number);
  }

  /** Pieces of both versions. */
  get pieces(): number {
    return this.#v4Values.length + this.#v6Values.length;
  }

  get bytes(): number {
    return this.#v4Values.length * 8 + this.#v6Values.length * 20 + this.#heads.byteLength;
  }

  /** What holds the address `words[at .. at + 4)` (IPv4 in the last one); 0: nothing. Allocates nothing. */
  find(version: number, words: ArrayLike<number>, at = 0): number {
    return version === 4 ? this.findV4(words[at + 3] as number) : this.#valueV6(this.#pieceV6(words, at));
  }

  /** Word of an address, signed or not. */
  findV4(word: number): number {
    const piece = this.#pieceV4(word >>> 0);
    return piece < 0 ? 0 : (this.#v4Values[piece] as number);
  }

  /** What the pieces hold that addresses from `first` to `last` lie in, in their order, until `see` returns false. */
  visit(version: number, first: ArrayLike<number>, last: ArrayLike<number>, see: (value: number) => boolean): void {
    const isV4 = version === 4;
    const values = isV4 ? this.#v4Values : this.#v6Values;
    const from = isV4 ? this.#pieceV4((first[3] as number) >>> 0) : this.#pieceV6(first, 0);
    const to = isV4 ? this.#pieceV4((last[3] as number) >>> 0) : this.#pieceV6(last, 0);
    for (let piece = from; piece <= to; piece += 1) if (!see(piece < 0 ? 0 : (values[piece] as number))) return;
  }

  #valueV6(piece: number): number {
    return piece < 0 ? 0 : (this.#v6Values[piece] as number);
  }

  /** The last piece that begins at the address or before it; -1: none. */
  #pieceV4(word: number): number {
    const starts = this.#v4;
    let low = this.#heads[word >>> 16] as number;
    let high = this.#heads[(word >>> 16) + 1] as number;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as number) <= word) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #pieceV6(words: ArrayLike<number>, at: number): number {
    const [c0, c1, c2, c3] = this.#v6;
    const w0 = (words[at] as number) >>> 0;
    const w1 = (words[at + 1] as number) >>> 0;
    const w2 = (words[at + 2] as number) >>> 0;
    const w3 = (words[at + 3] as number) >>> 0;
    let low = 0;
    let high = c0.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order =
        (c0[middle] as number) - w0 ||
        (c1[middle] as number) - w1 ||
        (c2[middle] as number) - w2 ||
        (c3[middle] as number) - w3;
      if (order <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
