/** Time that goes on only when a test says so: waits end in the order of their moments. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../src/platform/clock.js';

interface Waiting {
  readonly atMs: number;
  readonly end: () => void;
}

export class DrivenClock implements Clock {
  readonly #waiting = new Set<Waiting>();
  #nowMs: number;

  constructor(startMs = Date.UTC(2026, 10, 22, 12)) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const waiting: Waiting = {
        atMs: this.#nowMs + Math.max(0, ms),
        end: () => {
          this.#waiting.delete(waiting);
          signal?.removeEventListener('abort', waiting.end);
          resolve();
        },
      };
      this.#waiting.add(waiting);
      signal?.addEventListener('abort', waiting.end, { once: true });
    });

  /** Everything that is due on the way happens at its own moment; the network gets a turn after each. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#next(untilMs); next !== null; next = this.#next(untilMs)) {
      this.#nowMs = next.atMs;
      next.end();
      await breathe();
    }
    this.#nowMs = untilMs;
    await breathe();
  }

  /** To the next moment somebody waits for; false: nobody waits. */
  async step(): Promise<boolean> {
    await breathe();
    const next = this.#next(Number.POSITIVE_INFINITY);
    if (next !== null) await this.advance(next.atMs - this.#nowMs);
    return next !== null;
  }

  get waits(): number {
    return this.#waiting.size;
  }

  #next(untilMs: number): Waiting | null {
    let first: Waiting | null = null;
    for (const waiting of this.#waiting) {
      if (waiting.atMs <= untilMs && (first === null || waiting.atMs < first.atMs)) first = waiting;
    }
    return first;
  }
}

/** Promises settle and loopback sockets deliver. */
export async function breathe(turns = 4): Promise<void> {
  for (let i = 0; i < turns; i += 1) await turn();
}

/** Until `holds`: for what real sockets do in their own time. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > deadlineMs) throw new Error(`Waited for: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
