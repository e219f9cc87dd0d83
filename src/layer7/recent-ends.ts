/**
 * Where the flows that were read lately stand: the sequence number behind the newest byte read, by the hash of the flow. A
 * segment sent again is not read again. Of a full set the oldest goes; its flow then reads as new: a message sent again after
 * that counts twice, none is lost.
 */
const SETS = 4096;
const SHIFT = 20;
const WAYS = 4;
/** Further back is another connection with the same ports, not a segment sent again. */
const WINDOW = 2 ** 20;

export class RecentEnds {
  /** 128 KiB: [hash, sequence number] a way, the newest first. */
  readonly #slots = new Int32Array(SETS * WAYS * 2);

  /** Bytes of a segment from `seq` on that were read already; 0 of a flow that is not known. */
  overlap(hash: number, seq: number): number {
    const at = this.#find(hash);
    if (at < 0) return 0;
    const ahead = ((this.#slots[at + 1] as number) - seq) | 0;
    return ahead > 0 && ahead < WINDOW ? ahead : 0;
  }

  set(hash: number, end: number): void {
    const first = (hash >>> SHIFT) * WAYS * 2;
    const found = this.#find(hash);
    this.#slots.copyWithin(first + 2, first, found < 0 ? first + (WAYS - 1) * 2 : found);
    this.#slots[first] = hash;
    this.#slots[first + 1] = end;
  }

  #find(hash: number): number {
    const first = (hash >>> SHIFT) * WAYS * 2;
    for (let at = first; at < first + WAYS * 2; at += 2) if (this.#slots[at] === hash) return at;
    return -1;
  }
}
