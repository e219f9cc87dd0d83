/**
 * Remembers which slots of a table were touched since it was cleared, up to a bound; beyond it the owner scans everything.
 * Makes clearing and folding a nearly empty table cheap: a day of one packet a second is 86 400 rotations.
 * Lies in words the kernel writes too: the count, then the slots.
 */
import { TOUCHED_BOUND } from '../kernel/layout.js';

export const TOUCHED_WORDS = 1 + TOUCHED_BOUND;

export class TouchedList {
  readonly #words: Int32Array;

  /** `words`: TOUCHED_WORDS zeroed words, the list's from now on. */
  constructor(words: Int32Array = new Int32Array(TOUCHED_WORDS)) {
    this.#words = words;
  }

  /** Call once per slot, when it goes from empty to used. */
  push(slot: number): void {
    const count = this.#words[0] as number;
    if (count < TOUCHED_BOUND) this.#words[count + 1] = slot;
    this.#words[0] = count + 1;
  }

  /** True while the list is complete. */
  get isComplete(): boolean {
    return this.count <= TOUCHED_BOUND;
  }

  get count(): number {
    return this.#words[0] as number;
  }

  /** Valid for 0 <= i < count while `isComplete`. */
  at(i: number): number {
    return this.#words[i + 1] as number;
  }

  clear(): void {
    this.#words[0] = 0;
  }
}
