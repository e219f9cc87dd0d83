/** The beginning of the handshake streams of some connections, put together from pieces in any order. */
import { MAX_HELLO_BYTES } from '../tls/client-hello.js';

const FLAG_BYTES = MAX_HELLO_BYTES / 8;

/** 16 KiB of data and 2 KiB of flags a slot. Memory is taken page by page as slots are used. */
export class CryptoStore {
  /** Slot after slot, MAX_HELLO_BYTES each. */
  readonly bytes: Uint8Array;
  /** A bit for every byte that is there. */
  readonly #flags: Uint8Array;
  /** Bytes that are there without a gap from the beginning on, a slot. */
  readonly #lengths: Int32Array;

  constructor(slots: number) {
    this.bytes = new Uint8Array(slots * MAX_HELLO_BYTES);
    this.#flags = new Uint8Array(slots * FLAG_BYTES);
    this.#lengths = new Int32Array(slots);
  }

  /** Where the data of a slot begins in `bytes`. */
  startOf(slot: number): number {
    return slot * MAX_HELLO_BYTES;
  }

  lengthOf(slot: number): number {
    return this.#lengths[slot]!;
  }

  clear(slot: number): void {
    this.#flags.fill(0, slot * FLAG_BYTES, (slot + 1) * FLAG_BYTES);
    this.#lengths[slot] = 0;
  }

  /** `source[at, end)` lies at `offset` of the stream. False, and nothing done, when that is beyond what is kept. */
  add(slot: number, offset: number, source: Uint8Array, at: number, end: number): boolean {
    const last = offset + end - at;
    if (last > MAX_HELLO_BYTES) return false;
    this.bytes.set(source.subarray(at, end), this.startOf(slot) + offset);
    const flags = this.#flags;
    const base = slot * MAX_HELLO_BYTES;
    for (let bit = base + offset; bit < base + last; bit += 1) flags[bit >> 3] = flags[bit >> 3]! | (1 << (bit & 7));
    let length = this.#lengths[slot]!;
    while (length < MAX_HELLO_BYTES && (flags[(base + length) >> 3]! & (1 << (length & 7))) !== 0) length += 1;
    this.#lengths[slot] = length;
    return true;
  }
}
