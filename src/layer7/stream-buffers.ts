/** Memory for the beginnings of messages, in blocks of 1, 2, 4, 8 and 16 KiB that are used again. Bounded by its owner. */

/** A message longer than this is read as far as this. */
export const LONGEST_START = 16_384;
const SMALLEST = 1024;

export class StreamBuffers {
  /** Bytes handed out. */
  bytes = 0;
  readonly #free = new Map<number, Uint8Array[]>();

  /** At least `bytes` (at most LONGEST_START); its content is anything. */
  take(bytes: number): Uint8Array {
    const size = sizeFor(bytes);
    this.bytes += size;
    return this.#free.get(size)?.pop() ?? new Uint8Array(size);
  }

  give(buffer: Uint8Array): void {
    this.bytes -= buffer.length;
    const list = this.#free.get(buffer.length) ?? [];
    this.#free.set(buffer.length, list);
    list.push(buffer);
  }

  /** A larger buffer with the same first `length` bytes; the old one is given back. */
  grow(buffer: Uint8Array, length: number, bytes: number): Uint8Array {
    const larger = this.take(bytes);
    larger.set(buffer.subarray(0, length));
    this.give(buffer);
    return larger;
  }
}

function sizeFor(bytes: number): number {
  let size = SMALLEST;
  while (size < bytes) size *= 2;
  return size;
}
