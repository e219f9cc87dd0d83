/**
 * Messages from the socket to the reader, in order. Above half of the queue the socket is not read, which slows the sender down; but a reader that
 * stays behind is not to show what was long ago, so after 5 s it is read again and the oldest records are shed, counted.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Sleep } from '../../../src/platform/cloudflare/steady-time.js';
import { MessageQueue } from './message-queue.js';

export interface MessageSink {
  /** The bytes are yours. A promise: the next comes when it has ended. */
  message(bytes: Uint8Array): void | Promise<void>;
  /** The stream broke, or records were shed: what comes next continues no line. */
  cut(): void;
}

export interface Throttle {
  pause(): void;
  resume(): void;
}

const PAUSE_AT = 0.5;
const RESUME_AT = 0.25;
const LONGEST_PAUSE_MS = 5000;
/** What else the thread has to do gets its turn after so many bytes: some 5 ms. */
const TURN_BYTES = 2 ** 20;

export class MessagePump {
  readonly #queue: MessageQueue;
  #throttle: Throttle | null = null;
  #isPaused = false;
  /** The pause did not help. */
  #isShedding = false;
  #pause = new AbortController();
  #wake: () => void = () => {};
  #messages = 0;
  #bytes = 0;

  constructor(
    readonly sleep: Sleep,
    queue = new MessageQueue(),
  ) {
    this.#queue = queue;
  }

  get counts() {
    const { shedRecords, shedMessages } = this.#queue;
    return { messages: this.#messages, bytes: this.#bytes, shedRecords, shedMessages };
  }

  /** Whose messages come from now on; they continue nothing. */
  attach(throttle: Throttle): void {
    this.#release();
    this.#throttle = throttle;
    this.cut();
  }

  push(bytes: Uint8Array): void {
    this.#messages += 1;
    this.#bytes += bytes.length;
    this.#queue.push(bytes);
    if (this.#queue.fill > PAUSE_AT && !this.#isPaused && !this.#isShedding) this.#hold();
    this.#wake();
  }

  cut(): void {
    this.#queue.end();
    this.#wake();
  }

  /** Until the signal aborts; what has arrived before is handed on. Rejects with what the sink throws. */
  async run(sink: MessageSink, signal: AbortSignal): Promise<void> {
    const stop = () => this.#wake();
    signal.addEventListener('abort', stop);
    try {
      for (let sinceTurn = 0; ; ) {
        const taken = this.#queue.take();
        if (taken === undefined) {
          if (signal.aborted) break;
          await new Promise<void>((resolve) => (this.#wake = resolve));
          sinceTurn = 0;
          continue;
        }
        if (taken.isCut) sink.cut();
        if (taken.bytes.length > 0) await handOver(sink, taken.bytes);
        if (this.#queue.fill < RESUME_AT) this.#release();
        sinceTurn += taken.bytes.length;
        if (sinceTurn >= TURN_BYTES) {
          await turn();
          sinceTurn = 0;
        }
      }
      sink.cut();
    } finally {
      signal.removeEventListener('abort', stop);
      this.#release();
    }
  }

  #hold(): void {
    this.#isPaused = true;
    this.#throttle?.pause();
    this.#pause = new AbortController();
    const { signal } = this.#pause;
    this.sleep(LONGEST_PAUSE_MS, signal).then(() => {
      if (signal.aborted) return;
      this.#isPaused = false;
      this.#isShedding = true;
      this.#throttle?.resume();
    });
  }

  #release(): void {
    this.#isShedding = false;
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#pause.abort();
    this.#throttle?.resume();
  }
}

/** Awaits only what is a promise: most sinks are done when they return. */
function handOver(sink: MessageSink, bytes: Uint8Array): Promise<void> | undefined {
  const done = sink.message(bytes);
  return done instanceof Promise ? done : undefined;
}
