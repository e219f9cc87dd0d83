/** The buffers a recording may fill: a fixed number, made when they are first needed, used again and again. */
import { BlockBuffer } from './pcapng-writer.js';

/** Holds the longest frame (256 KiB) and is one write; below 256 KiB the calls begin to cost. */
export const BUFFER_BYTES = 1 << 20;
/** 16 MiB: a disk that halts for 160 ms at 1 Mpps of small frames (96 B each in the file) costs nothing. A link with less to say makes one or two. */
const MAX_BUFFERS = 16;

export class BufferPool {
  readonly #free: BlockBuffer[] = [];
  #made = 0;

  /** Empty; null when all are on their way to the disk. */
  take(): BlockBuffer | null {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made === MAX_BUFFERS) return null;
    this.#made += 1;
    return new BlockBuffer(BUFFER_BYTES);
  }

  giveBack(buffer: BlockBuffer): void {
    this.#free.push(buffer.clear());
  }
}
