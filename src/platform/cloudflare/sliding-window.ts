/** How many events of the last `spanMs` there were, of at most `limit`. Memory: 8 B × limit, fixed. */

export class SlidingWindow {
  readonly #endedMs: Float64Array;
  #oldest = 0;
  #count = 0;
  #underWay = 0;

  constructor(
    readonly limit: number,
    readonly spanMs: number,
  ) {
    if (!Number.isInteger(limit) || limit < 1)
      throw new RangeError(`SlidingWindow: expected limit >= 1, got ${limit}.`);
    this.#endedMs = new Float64Array(limit);
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Of `limit`, which may be lowered. */
  left(nowMs: number, limit = this.limit): number {
    this.#forget(nowMs);
    return limit - this.#count - this.#underWay;
  }

  /** How long until one more fits; 0: it fits now. A lower bound: what is under way ends later. */
  waitMs(nowMs: number, limit = this.limit): number {
    const over = -this.left(nowMs, limit);
    if (over < 0) return 0;
    // One more fits when `over` + 1 have left; those still under way leave last.
    if (over >= this.#count) return this.spanMs;
    return Math.max(1, (this.#endedMs[(this.#oldest + over) % this.limit] as number) + this.spanMs - nowMs);
  }

  begin(): void {
    this.#underWay += 1;
  }

  /** It counts from here on: the server may have met it at any moment between begin and end. */
  end(nowMs: number): void {
    this.#underWay -= 1;
    if (this.#count === this.limit) this.#drop(); // cannot be while left() is asked first
    this.#endedMs[(this.#oldest + this.#count) % this.limit] = nowMs;
    this.#count += 1;
  }

  #forget(nowMs: number): void {
    while (this.#count > 0 && (this.#endedMs[this.#oldest] as number) + this.spanMs <= nowMs) this.#drop();
  }

  #drop(): void {
    this.#oldest = (this.#oldest + 1) % this.limit;
    this.#count -= 1;
  }
}
