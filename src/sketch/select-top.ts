/** The `wanted` largest of many slots by a value, without sorting them all: a bounded min-heap. */
export class TopSelector {
  readonly #slots: Int32Array;
  readonly #values: Float64Array;
  #comesBefore: (a: number, b: number) => boolean;
  #count = 0;

  /** `comesBefore` decides between slots of equal value, so that the same keys are chosen whatever slots they lie in. */
  constructor(
    readonly wanted: number,
    comesBefore: (a: number, b: number) => boolean = (a, b) => a < b,
  ) {
    this.#slots = new Int32Array(wanted);
    this.#values = new Float64Array(wanted);
    this.#comesBefore = comesBefore;
  }

  offer(slot: number, value: number): void {
    if (this.#count < this.wanted) {
      this.#count += 1;
      this.#rise(this.#count - 1, slot, value);
    } else if (this.wanted > 0 && this.#isBelow(0, slot, value)) this.#sink(slot, value);
  }

  /** Whether the entry at heap position `i` ranks below the given one. */
  #isBelow(i: number, slot: number, value: number): boolean {
    const held = this.#values[i] as number;
    return held < value || (held === value && this.#comesBefore(slot, this.#slots[i] as number));
  }

  #rise(from: number, slot: number, value: number): void {
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (this.#isBelow(parent, slot, value)) break;
      this.#set(i, this.#slots[parent] as number, this.#values[parent] as number);
      i = parent;
    }
    this.#set(i, slot, value);
  }

  #sink(slot: number, value: number): void {
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.#count) break;
      const right = child + 1;
      if (right < this.#count && this.#isBelow(right, this.#slots[child] as number, this.#values[child] as number)) {
        child = right;
      }
      if (!this.#isBelow(child, slot, value)) break;
      this.#set(i, this.#slots[child] as number, this.#values[child] as number);
      i = child;
    }
    this.#set(i, slot, value);
  }

  #set(i: number, slot: number, value: number): void {
    this.#slots[i] = slot;
    this.#values[i] = value;
  }

  /** The chosen slots, in no order. */
  slots(): number[] {
    return Array.from(this.#slots.subarray(0, this.#count));
  }

  /** Empty again, with another rule for equal values. */
  clear(comesBefore = this.#comesBefore): void {
    this.#count = 0;
    this.#comesBefore = comesBefore;
  }
}
