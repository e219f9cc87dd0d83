/**
 * What the reading thread and the zstd worker share: compressed bytes one way, plain ones the other, and a bell. The worker
 * sleeps until the bell rings; the reader cannot, so it says that it waits and gets a message.
 */
import type { ZstdFault } from './failure.js';
import { ringMemory, SharedRing } from './shared-ring.js';

const INPUT_BYTES = 128 * 1024;
/** Below this the reader is asked for more. */
const INPUT_LOW_BYTES = INPUT_BYTES / 2;
/** What the worker may be ahead: about what the reader asks for at once. A block of zstd has up to 128 KiB. */
const OUTPUT_BYTES = 512 * 1024;

const BELL = 0;
const INPUT_STATE = 1;
const READER_WAITS = 2;
const WORDS = 3;

/** What comes behind the bytes in the input ring. */
export const InputState = { more: 0, end: 1, none: 2 } as const;
export type InputState = (typeof InputState)[keyof typeof InputState];

export interface ZstdMemory {
  readonly words: SharedArrayBuffer;
  readonly input: SharedArrayBuffer;
  readonly output: SharedArrayBuffer;
}

export function zstdMemory(): ZstdMemory {
  const words = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT);
  return { words, input: ringMemory(INPUT_BYTES), output: ringMemory(OUTPUT_BYTES) };
}

/** From the worker. `ready`: it runs. `wake`: something changed while the reader waited. The rest is its last word; the output ring has all there is by then. */
export type FromZstdWorker = { readonly type: 'ready' | 'wake' | 'done' } | ({ readonly type: 'broken' } & ZstdFault);

export class ZstdChannel {
  readonly input: SharedRing;
  readonly output: SharedRing;
  readonly #words: Int32Array;

  constructor(memory: ZstdMemory) {
    this.input = new SharedRing(memory.input);
    this.output = new SharedRing(memory.output);
    this.#words = new Int32Array(memory.words);
  }

  /** `none`: the input broke off, what follows is unknown; the decompressor is not told that it ended. */
  get inputState(): InputState {
    return Atomics.load(this.#words, INPUT_STATE) as InputState;
  }

  /** Worker: not after every piece, each would cost the reader a turn. */
  get wantsInput(): boolean {
    return this.input.used <= INPUT_LOW_BYTES;
  }

  /** Reader: nothing more is put. */
  endInput(state: InputState): void {
    Atomics.store(this.#words, INPUT_STATE, state);
    this.ring();
  }

  /** Reader: something was put, taken or ended. */
  ring(): void {
    Atomics.add(this.#words, BELL, 1);
    Atomics.notify(this.#words, BELL);
  }

  /** Worker: sleeps until `condition`, which only the reader can make true. */
  sleepUntil(condition: () => boolean): void {
    for (;;) {
      const bell = Atomics.load(this.#words, BELL);
      if (condition()) return;
      Atomics.wait(this.#words, BELL, bell);
    }
  }

  /** Reader: from now on the worker's next change comes with a message. Look once more after this. */
  announceWait(): void {
    Atomics.store(this.#words, READER_WAITS, 1);
  }

  /** Worker: whether the reader waits for a message; true once. */
  takeWait(): boolean {
    return Atomics.exchange(this.#words, READER_WAITS, 0) === 1;
  }
}
