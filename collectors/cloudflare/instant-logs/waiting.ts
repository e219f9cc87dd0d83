/** A wait that ends when its moment comes, when `ended` settles, when the signal aborts, or when somebody nudges it. */
import type { Clock } from '../../../src/platform/clock.js';
import type { Sleep } from '../../../src/platform/cloudflare/steady-time.js';

export class Waiting {
  #stop: () => void = () => {};

  constructor(
    readonly clock: Clock,
    readonly sleep: Sleep,
  ) {}

  nudge(): void {
    this.#stop();
  }

  /** `atMs`: Infinity waits for the others only. */
  async until(atMs: number, ended: Promise<unknown> | null, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const stop = () => over.abort();
    this.#stop = stop;
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    ended?.then(stop);
    const isAborted = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
    if (!over.signal.aborted) {
      if (atMs === Number.POSITIVE_INFINITY) await isAborted;
      else await this.sleep(Math.max(0, atMs - this.clock.nowMs()), over.signal);
    }
    over.abort();
    signal.removeEventListener('abort', stop);
    this.#stop = () => {};
  }
}
