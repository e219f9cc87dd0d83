/** Frames in order of time: a binary heap of moments, each of which makes its frame when it is due. */

export interface Moment {
  /** Seconds since the start of the scenario. */
  readonly sec: number;
  /** The frame, lent until the next one is made; null for a moment that only schedules others. */
  readonly make: () => Uint8Array | null;
}

export class Schedule {
  readonly #heap: Moment[] = [];

  add(sec: number, make: Moment['make']): void {
    const heap = this.#heap;
    const moment = { sec, make };
    let i = heap.length;
    heap.push(moment);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if ((heap[parent] as Moment).sec <= sec) break;
      heap[i] = heap[parent] as Moment;
      i = parent;
    }
    heap[i] = moment;
  }

  /** The earliest moment, taken out; null when nothing is left. */
  take(): Moment | null {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Moment).sec < (heap[child] as Moment).sec) child += 1;
      if ((heap[child] as Moment).sec >= last.sec) break;
      heap[i] = heap[child] as Moment;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}
