/**
 * Never more calls than a user may make (1200 in 5 minutes, GraphQL queries 300: reference "Rate limits" of developers.cloudflare.com), because beyond it
 * everything of that user is answered 429 for 5 minutes, dashboard included. Others spend from the same purse, so what answers say counts as well.
 */
import type { Clock } from '../clock.js';
import type { ApiBudget } from './api.js';
import type { LimitWord } from './limit-headers.js';
import { SlidingWindow } from './sliding-window.js';
import type { Sleep } from './steady-time.js';

export const SPAN_MS = 300_000;

/** While we wait, an answer on its way may say that more is left than we feared. */
const LOOK_AGAIN_MS = 10_000;

/** Sockets; and 200 calls a second of one address are the limit there as well, which so many at some 100 ms each stay below. */
const MOST_AT_ONCE = 16;

/** What a wait waits for. */
interface Hold {
  readonly untilMs: number;
  readonly why: string;
}

export class CallBudget {
  readonly #window: SlidingWindow;
  readonly #listeners = new Set<() => void>();
  /** In the order in which they came. */
  #turn: Promise<void> = Promise.resolve();
  /** The server said so: 429. */
  #block: Hold | null = null;
  /** What the server last said is left, and until when that holds. */
  #said: { left: number; untilMs: number } | null = null;
  #saidBy = 0;
  #sequence = 0;
  #limit: number;
  #isHeld = false;
  #freed: () => void = () => {};

  constructor(
    readonly calls: number,
    readonly noun: string,
    readonly clock: Clock,
    readonly sleep: Sleep,
  ) {
    this.#window = new SlidingWindow(calls, SPAN_MS);
    this.#limit = calls;
  }

  get state(): ApiBudget {
    const nowMs = this.clock.nowMs();
    const hold = this.#hold(nowMs);
    const pausedUntilMs = hold === null ? null : Math.ceil(hold.untilMs);
    return { remaining: this.#left(nowMs), pausedUntilMs, why: hold?.why ?? this.#rule() };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits for a turn and for room. What comes back must be told to `done`. Rejects with the signal's reason: nothing was taken. */
  async take(signal?: AbortSignal): Promise<number> {
    const before = this.#turn;
    let leave = () => {};
    this.#turn = new Promise((resolve) => (leave = resolve));
    try {
      await earlierOf(before, signal);
      while (this.#window.underWay >= MOST_AT_ONCE) {
        await earlierOf(new Promise((resolve) => (this.#freed = resolve)), signal);
      }
      for (let hold = this.#tell(); hold !== null; hold = this.#tell()) {
        await this.sleep(Math.min(hold.untilMs - this.clock.nowMs(), LOOK_AGAIN_MS), signal);
        signal?.throwIfAborted();
      }
      this.#window.begin();
      if (this.#said !== null) this.#said.left -= 1;
      this.#sequence += 1;
      return this.#sequence;
    } finally {
      before.then(leave);
    }
  }

  /** The call `taken` has ended; `word` is null when there was no answer. */
  done(taken: number, word: LimitWord | null): void {
    this.#window.end(this.clock.nowMs());
    this.#freed();
    // Answers overtake each other: what was said to an earlier call is older news.
    if (word === null || taken < this.#saidBy) return;
    this.#saidBy = taken;
    if (word.limit !== null) this.#limit = Math.min(this.calls, word.limit);
    if (word.remaining === null) return;
    const untilMs = this.clock.nowMs() + (word.resetMs ?? SPAN_MS);
    this.#said = { left: word.remaining - this.#window.underWay, untilMs };
    this.#tell();
  }

  /** After a 429 everything waits. */
  block(ms: number, why: string): void {
    const untilMs = this.clock.nowMs() + ms;
    if (this.#block === null || untilMs > this.#block.untilMs) this.#block = { untilMs, why };
    this.#tell();
  }

  #tell(): Hold | null {
    const hold = this.#hold(this.clock.nowMs());
    if (this.#isHeld !== (hold !== null)) {
      this.#isHeld = hold !== null;
      for (const listener of this.#listeners) listener();
    }
    return hold;
  }

  #hold(nowMs: number): Hold | null {
    if (this.#block !== null && this.#block.untilMs > nowMs) return this.#block;
    this.#block = null;
    if (this.#said !== null && this.#said.untilMs <= nowMs) this.#said = null;
    if (this.#said !== null && this.#said.left <= 0) {
      return {
        untilMs: this.#said.untilMs,
        why: `no ${this.noun} left, says the server (others of this user spend too)`,
      };
    }
    const waitMs = this.#window.waitMs(nowMs, this.#limit);
    return waitMs === 0 ? null : { untilMs: nowMs + waitMs, why: this.#rule() };
  }

  #left(nowMs: number): number {
    const own = this.#window.left(nowMs, this.#limit);
    return Math.max(0, this.#said === null ? own : Math.min(own, this.#said.left));
  }

  #rule(): string {
    return `${this.#limit} ${this.noun} in 5 min`;
  }
}

/** Rejects when the signal aborts first. */
async function earlierOf(turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return turn;
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([turn, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
