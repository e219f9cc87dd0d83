/** Keys of the last one or two spans of time, bounded: of too many the oldest go. */
export class RecentKeys {
  #older = new Set<number>();
  #newer = new Set<number>();
  #span = Number.NaN;

  /** `most`: in each of the two spans. */
  constructor(
    readonly seconds: number,
    readonly most: number,
  ) {}

  add(key: number, sec: number): void {
    const span = Math.floor(sec / this.seconds);
    if (span !== this.#span) {
      this.#older = span === this.#span + 1 ? this.#newer : new Set();
      this.#newer = new Set();
      this.#span = span;
    }
    this.#newer.add(key);
    if (this.#newer.size > this.most) this.#newer.delete(this.#newer.values().next().value as number);
  }

  has(key: number): boolean {
    return this.#newer.has(key) || this.#older.has(key);
  }

  clear(): void {
    this.#older.clear();
    this.#newer.clear();
  }
}
