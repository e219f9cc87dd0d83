/** Bytes from one thread to one other through shared memory: nothing is allocated on the way, and who writes has to wait for room. */

/** Bytes ever put and ever taken, modulo 2^32. */
const PUT = 0;
const TAKEN = 1;
const HEADER_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT;

export class SharedRing {
  readonly #counts: Int32Array;
  readonly #bytes: Uint8Array;

  /** `memory`: from `ringMemory`, the same on both sides. */
  constructor(memory: SharedArrayBuffer) {
    this.#counts = new Int32Array(memory, 0, 2);
    this.#bytes = new Uint8Array(memory, HEADER_BYTES);
  }

  get used(): number {
    return (Atomics.load(this.#counts, PUT) - Atomics.load(this.#counts, TAKEN)) >>> 0;
  }

  get isFull(): boolean {
    return this.used === this.#bytes.length;
  }

  /** Copies what fits; returns how many bytes. One thread only. */
  put(from: Uint8Array): number {
    const count = Math.min(from.length, this.#bytes.length - this.used);
    const at = this.#counts[PUT]! & (this.#bytes.length - 1);
    const first = Math.min(count, this.#bytes.length - at);
    this.#bytes.set(from.subarray(0, first), at);
    this.#bytes.set(from.subarray(first, count));
    Atomics.add(this.#counts, PUT, count);
    return count;
  }

  /** Copies what is there; returns how many bytes. One thread only. */
  take(into: Uint8Array): number {
    const count = Math.min(into.length, this.used);
    const at = this.#counts[TAKEN]! & (this.#bytes.length - 1);
    const first = Math.min(count, this.#bytes.length - at);
    into.set(this.#bytes.subarray(at, at + first));
    into.set(this.#bytes.subarray(0, count - first), first);
    Atomics.add(this.#counts, TAKEN, count);
    return count;
  }
}

/** `capacity`: a power of two, so that the counts may wrap. */
export function ringMemory(capacity: number): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + capacity);
}
