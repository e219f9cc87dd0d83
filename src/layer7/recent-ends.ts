/**
 * Where the flows that were read lately stand: the sequence number behind the newest byte read, by the hash of the flow. A
 * segment sent again is not read again. A flow another one has displaced reads as new: one message may count twice, none is lost.
 */
const SLOTS = 8192;
const SHIFT = 19;
/** Further back is another connection with the same ports, not a segment sent again. */
const WINDOW = 2 ** 20;

export class RecentEnds {
  /** 64 KiB: [hash, sequence number] a slot. */
  readonly #slots = new Int32Array(SLOTS * 2);

  /** Bytes of a segment from `seq` on that were read already; 0 of a flow that is not known. */
  overlap(hash: number, seq: number): number {
    const at = (hash >>> SHIFT) * 2;
    if (this.#slots[at] !== hash) return 0;
    const ahead = ((this.#slots[at + 1] as number) - seq) | 0;
    return ahead > 0 && ahead < WINDOW ? ahead : 0;
  }

  set(hash: number, end: number): void {
    const at = (hash >>> SHIFT) * 2;
    this.#slots[at] = hash;
    this.#slots[at + 1] = end;
  }
}
