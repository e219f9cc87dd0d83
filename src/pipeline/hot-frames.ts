/** Where readers put frames so that the kernel reaches them. */
import { arrayIn, type HotMemory } from '../kernel/hot-memory.js';
import type { FrameMemory, RecordWalker } from '../records/collector.js';
import type { FrameBatch } from '../records/frame-batch.js';

/** The one slab of a reader, made when it is first asked for: a capture that loops asks again. */
export class HotFrames implements FrameMemory {
  #slab: Uint8Array | null = null;

  readonly walker: RecordWalker;
  readonly result: Float64Array;

  constructor(
    readonly memory: HotMemory,
    readonly batch: FrameBatch,
  ) {
    this.walker = memory.kernel;
    this.result = memory.result;
  }

  slab(bytes: number): Uint8Array {
    if (this.#slab === null || this.#slab.length < bytes) this.#slab = arrayIn(this.memory, Uint8Array, bytes);
    return this.#slab.subarray(0, bytes);
  }
}
