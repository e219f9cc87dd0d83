/** Time without records, told in pieces that adjoin: a long gap is on screen while it lasts. */
export class GapTeller {
  #beganMs: number | null = null;
  #toldMs = 0;
  #count = 0;
  #missingMs = 0;

  constructor(readonly tell: (fromMs: number, toMs: number) => void) {}

  /** Gaps there were, and how long they lasted together. */
  get counts() {
    return { gaps: this.#count, missingMs: this.#missingMs };
  }

  /** Null: no gap. */
  get beganMs(): number | null {
    return this.#beganMs;
  }

  /** Nothing since `fromMs`; nothing new when a gap is open already. */
  begin(fromMs: number): void {
    if (this.#beganMs !== null) return;
    this.#beganMs = fromMs;
    this.#toldMs = fromMs;
    this.#count += 1;
  }

  extend(nowMs: number): void {
    if (this.#beganMs === null || nowMs <= this.#toldMs) return;
    this.tell(this.#toldMs, nowMs);
    this.#missingMs += nowMs - this.#toldMs;
    this.#toldMs = nowMs;
  }

  end(nowMs: number): void {
    this.extend(nowMs);
    this.#beganMs = null;
  }
}
