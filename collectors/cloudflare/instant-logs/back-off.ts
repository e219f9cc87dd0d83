/** How long to wait before the next try: full jitter below a doubling bound, so that many who lost one server do not come back at once. */

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
/** Nothing is tried twice in the same instant. */
const SHORTEST_MS = 200;
/** "Wait a few minutes": developers.cloudflare.com/logs/instant-logs. */
const LIMITED_MS = 150_000;
const LIMITED_JITTER_MS = 30_000;

export class BackOff {
  #failures = 0;

  /** `random`: 0 ≤ x < 1. */
  constructor(readonly random: () => number) {}

  get failures(): number {
    return this.#failures;
  }

  reset(): void {
    this.#failures = 0;
  }

  nextMs(): number {
    const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    return SHORTEST_MS + this.random() * (bound - SHORTEST_MS);
  }

  /** Refused for coming too often. */
  limitedMs(): number {
    this.#failures += 1;
    return LIMITED_MS + this.random() * LIMITED_JITTER_MS;
  }
}
