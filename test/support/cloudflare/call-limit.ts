/** 1200 calls in five minutes a user; who goes beyond gets 429 for the next five minutes. developers.cloudflare.com/fundamentals/api/reference/limits. */
const CALLS = 1200;
const WINDOW_MS = 300_000;

export class CallLimit {
  readonly #times: number[] = [];
  #blockedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(readonly most = CALLS) {}

  /** Seconds to wait; 0: the call is taken. */
  take(nowMs: number): number {
    if (nowMs < this.#blockedUntilMs) return Math.ceil((this.#blockedUntilMs - nowMs) / 1000);
    while ((this.#times[0] ?? nowMs) <= nowMs - WINDOW_MS) this.#times.shift();
    if (this.#times.length < this.most) {
      this.#times.push(nowMs);
      return 0;
    }
    this.#blockedUntilMs = nowMs + WINDOW_MS;
    return WINDOW_MS / 1000;
  }

  headers(nowMs: number): Record<string, string> {
    const resetMs = (this.#times[0] ?? nowMs) + WINDOW_MS;
    return {
      'x-ratelimit-limit': `${this.most}`,
      'x-ratelimit-remaining': `${this.most - this.#times.length}`,
      'x-ratelimit-reset': new Date(resetMs).toUTCString(),
    };
  }
}

/** Largest number of `times` within five minutes; ascending, ms. */
export function mostInWindow(times: readonly number[]): number {
  let most = 0;
  for (let from = 0, to = 0; to < times.length; to += 1) {
    while ((times[from] as number) <= (times[to] as number) - WINDOW_MS) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
