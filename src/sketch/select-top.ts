/** The `wanted` largest of many slots by a value, without sorting them all: a bounded min-heap. */
export class TopSelector {
  readonly #slots: Int32Array;
  readonly #values: Float64Array;
  #count = 0;

  constructor(readonly wanted: number) {
    this.#slots = new Int32Array(wanted);
    this.#values = new Float64Array(wanted);
  }

  offer(slot: number, value: number): void {
    if (this.#count < this.wanted) {
      this.#count += 1;
      this.#rise(this.#count - 1, slot, value);
    } else if (this.wanted > 0 && value > (this.#values[0] as number)) this.#sink(slot, value);
  }

  #rise(from: number, slot: number, value: number): void {
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if ((this.#values[parent] as number) <= value) break;
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
      if (child + 1 < this.#count && (this.#values[child + 1] as number) < (this.#values[child] as number)) child += 1;
      if ((this.#values[child] as number) >= value) break;
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

  clear(): void {
    this.#count = 0;
  }
}
