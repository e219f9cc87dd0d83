/** At most one message in so many seconds, and so many in any hour. */
import type { HookCommon } from '../config/hook-config.js';

const HOUR_MS = 3_600_000;

export class RateLimit {
  /** Epoch ms of the messages of the last hour, oldest first; at most `perHour`. */
  #sentMs: number[] = [];

  constructor(private readonly limit: Pick<HookCommon, 'everySec' | 'perHour'>) {}

  /** Ms until the next message may go; 0 = now. */
  waitMs(nowMs: number): number {
    this.#forget(nowMs);
    const newest = this.#sentMs.at(-1);
    const pause = newest === undefined ? 0 : newest + this.limit.everySec * 1000 - nowMs;
    const oldest = this.#sentMs.length < this.limit.perHour ? undefined : this.#sentMs[0];
    const hour = oldest === undefined ? 0 : oldest + HOUR_MS - nowMs;
    return Math.max(0, pause, hour);
  }

  take(nowMs: number): void {
    this.#sentMs.push(nowMs);
  }

  /** A clock that was put back must not silence a hook. */
  #forget(nowMs: number): void {
    this.#sentMs = this.#sentMs.filter((ms) => ms <= nowMs && ms > nowMs - HOUR_MS).slice(-this.limit.perHour);
  }
}
