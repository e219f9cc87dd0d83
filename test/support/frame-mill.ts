/** Frames by the million for tests: a few thousand made once, handed out again and again at any time. */
import type { FrameMemory } from '../../src/records/collector.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import type { TestFrame } from './frames.js';

export class FrameMill {
  readonly #at: number[] = [];
  readonly #length: number[] = [];
  readonly #slab: Uint8Array;

  constructor(frames: readonly Uint8Array[] | readonly TestFrame[]) {
    const bytes = frames.map((frame) => (frame instanceof Uint8Array ? frame : frame.bytes));
    this.#slab = new Uint8Array(bytes.reduce((sum, frame) => sum + frame.length, 0));
    let at = 0;
    for (const frame of bytes) {
      this.#slab.set(frame, at);
      this.#at.push(at);
      this.#length.push(frame.length);
      at += frame.length;
    }
  }

  /** Fills `batch` with the frames `chosen` gives (an index each), evenly spread over `fromSec..toSec`. */
  fill(batch: FrameBatch, count: number, fromSec: number, toSec: number, chosen: (row: number) => number): void {
    if (batch.bytes !== this.#slab) batch.setSlab(this.#slab);
    for (let row = 0; row < count; row += 1) {
      const frame = chosen(row);
      const sec = fromSec + ((toSec - fromSec) * (row + 0.5)) / count;
      const length = this.#length[frame] as number;
      batch.at[row] = this.#at[frame] as number;
      batch.capLen[row] = length;
      batch.wireLen[row] = length;
      batch.sec[row] = Math.floor(sec);
      batch.nsec[row] = Math.min(999_999_999, Math.round((sec - Math.floor(sec)) * 1e9));
      batch.linkType[row] = 1;
    }
    batch.count = count;
  }

  /** Calls back with batches of at most 2048 frames: `rate` a second, in steps of 10 ms, from `fromSec` to before `toSec`. */
  run(
    fromSec: number,
    toSec: number,
    rate: number,
    chosen: (i: number) => number,
    each: (batch: FrameBatch) => void,
  ): void {
    const batch = new FrameBatch();
    const steps = Math.round((toSec - fromSec) * 100);
    let sent = 0;
    for (let step = 0; step < steps; step += 1) {
      const due = Math.round(((step + 1) * rate) / 100);
      while (sent < due) {
        const count = Math.min(batch.rows, due - sent);
        const first = sent;
        this.fill(batch, count, fromSec + step / 100, fromSec + (step + 1) / 100, (row) => chosen(first + row));
        sent += count;
        each(batch);
      }
    }
  }
}

/** The same frames where the kernel reads them. */
export function inMemory(batch: FrameBatch, memory: FrameMemory): FrameBatch {
  const slab = memory.slab(1 << 20);
  slab.set(batch.bytes);
  const to = memory.batch;
  if (to.bytes !== slab) to.setSlab(slab);
  for (const column of ['at', 'capLen', 'wireLen', 'sec', 'nsec', 'linkType'] as const) to[column].set(batch[column]);
  to.count = batch.count;
  return to;
}
