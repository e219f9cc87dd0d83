/**
 * How often, and how much at once. One document takes one of 300 queries in 5 minutes of a user, but the edge weighs what it costs, and others of the user
 * spend as well: after a 429 half as often, and back again slowly. A document that is refused as a whole may be too large: the next has half the nodes.
 */
const TICK_MS = 10_000;
const SLOWEST = 8;
/** Of 1200 calls in 5 minutes: what is left is for people. */
const FEW_CALLS = 200;
const SLOW_WITH_FEW = 3;

export class AnalyticsPace {
  #factor = 1;
  #most: number;

  constructor(readonly nodes: number) {
    this.#most = nodes;
  }

  /** Nodes in one document. */
  get most(): number {
    return this.#most;
  }

  tickMs(callsLeft: number): number {
    return TICK_MS * Math.max(this.#factor, callsLeft < FEW_CALLS ? SLOW_WITH_FEW : 1);
  }

  get isSlow(): boolean {
    return this.#factor > 1;
  }

  limited(): void {
    this.#factor = Math.min(SLOWEST, this.#factor * 2);
  }

  refused(asked: number): void {
    this.#most = Math.max(1, Math.ceil(asked / 2));
  }

  answered(): void {
    this.#factor = Math.max(1, this.#factor * 0.9);
    this.#most = Math.min(this.nodes, this.#most + 1);
  }
}
