/**
 * The options of a SYN in order, in p0f's words. RFC 9293 §3.1 (eol, nop, mss), RFC 7323 §2, §3 (ws, ts), RFC 2018 §2, §3 (sok, sack).
 * What p0f 3.09b makes of broken ones, found by asking it: an option of a wrong length is read by its right one as long as
 * its bytes are there; an unknown or selective-ACK one with an impossible length ends the list.
 */

const EOL = 0;
const NOP = 1;
const MSS = 2;
const SCALE = 3;
const SACK_PERMITTED = 4;
const SACK = 5;
const TIMESTAMP = 8;

/** Lengths of the options whose length is fixed. */
const FIXED_BYTES: ReadonlyMap<number, number> = new Map([
  [MSS, 4],
  [SCALE, 3],
  [SACK_PERMITTED, 2],
  [TIMESTAMP, 10],
]);
const NAMES: ReadonlyMap<number, string> = new Map([
  [NOP, 'nop'],
  [MSS, 'mss'],
  [SCALE, 'ws'],
  [SACK_PERMITTED, 'sok'],
  [SACK, 'sack'],
  [TIMESTAMP, 'ts'],
]);
const MIN_SACK_BYTES = 10;
const MAX_SACK_BYTES = 34;
/** RFC 7323 §2.3. */
const MAX_SCALE = 14;

/** Reused for each SYN; forty bytes of options are at most forty words. */
export class TcpOptions {
  /** 0 without the option; of two the last counts. */
  mss = 0;
  scale = 0;
  /** Of the last timestamp option; 0 without one. */
  ownTimestamp = 0;
  /** Any option: a scale above 14, an own timestamp of 0, a peer's one that is not. */
  hasExcessiveScale = false;
  hasZeroTimestamp = false;
  hasPeerTimestamp = false;
  /** Bytes other than zero behind the end of the list. p0f 3.09b overlooks one that is the last byte of all. */
  hasTrailingData = false;
  /** A length that is wrong or leads beyond the header. */
  isBad = false;
  readonly #words: string[] = [];

  /** "mss,nop,ws": every option in order. */
  get layout(): string {
    return this.#words.join(',');
  }

  read(bytes: Uint8Array, at: number, end: number): void {
    this.#clear();
    for (let next = at; next < end; ) next = this.#readOne(bytes, next, end);
  }

  /** Returns where the next one begins, `end` when there can be none. */
  #readOne(bytes: Uint8Array, at: number, end: number): number {
    const kind = bytes[at]!;
    if (kind === EOL) return this.#readEnd(bytes, at + 1, end);
    this.#words.push(NAMES.get(kind) ?? `?${kind}`);
    if (kind === NOP) return at + 1;
    const fixed = FIXED_BYTES.get(kind);
    return fixed === undefined ? this.#passVariable(bytes, at, end) : this.#readFixed(bytes, at, end, fixed);
  }

  #readEnd(bytes: Uint8Array, at: number, end: number): number {
    this.#words.push(`eol+${end - at}`);
    for (let next = at; next < end; next += 1) if (bytes[next] !== 0) this.hasTrailingData = true;
    return end;
  }

  #passVariable(bytes: Uint8Array, at: number, end: number): number {
    const length = at + 1 < end ? bytes[at + 1]! : 0;
    const isSack = bytes[at] === SACK;
    const isPossible = isSack ? length >= MIN_SACK_BYTES && length <= MAX_SACK_BYTES : length >= 2;
    if (isPossible && at + length <= end) return at + length;
    this.isBad = true;
    return end;
  }

  #readFixed(bytes: Uint8Array, at: number, end: number, length: number): number {
    if (at + length > end) {
      this.isBad = true;
      return end;
    }
    if (bytes[at + 1] !== length) this.isBad = true;
    const kind = bytes[at];
    if (kind === MSS) this.mss = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    else if (kind === SCALE) {
      this.scale = bytes[at + 2]!;
      if (this.scale > MAX_SCALE) this.hasExcessiveScale = true;
    } else if (kind === TIMESTAMP) {
      this.ownTimestamp = u32(bytes, at + 2);
      if (this.ownTimestamp === 0) this.hasZeroTimestamp = true;
      if (u32(bytes, at + 6) !== 0) this.hasPeerTimestamp = true;
    }
    return at + length;
  }

  #clear(): void {
    this.mss = this.scale = this.ownTimestamp = 0;
    this.hasExcessiveScale = this.hasZeroTimestamp = this.hasPeerTimestamp = false;
    this.hasTrailingData = this.isBad = false;
    this.#words.length = 0;
  }
}

function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
