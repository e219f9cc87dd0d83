/**
 * Remembers which slots of a table were touched since it was cleared, up to a bound; beyond it the owner scans everything.
 * Makes clearing and folding a nearly empty table cheap: a day of one packet a second is 86 400 rotations.
 */
export class TouchedList {
  readonly #slots: Int32Array;
  #count = 0;

  constructor(bound = 1024) {
    this.#slots = new Int32Array(bound);
  }

  /** Call once per slot, when it goes from empty to used. */
  push(slot: number): void {
    if (this.#count < this.#slots.length) this.#slots[this.#count] = slot;
    this.#count += 1;
  }

  /** True while the list is complete. */
  get isComplete(): boolean {
    return this.#count <= this.#slots.length;
  }

  get count(): number {
    return this.#count;
  }

  /** Valid for 0 <= i < count while `isComplete`. */
  at(i: number): number {
    return this.#slots[i] as number;
  }

  clear(): void {
    this.#count = 0;
  }
}
