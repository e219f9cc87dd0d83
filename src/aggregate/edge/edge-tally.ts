/**
 * Texts that come again and again, counted where they lie instead of by their hash: a small cache in front of a table. A method or a country costs a
 * comparison of its bytes; what is not there takes the place of another, whose counts move on to the table. Nothing is lost or guessed: after
 * `settle` the table has everything.
 */

/** Slots, each with one text: a power of two. */
const SLOTS = 512;
/** Longer texts are not held: 512 × 192 B = 96 KiB a tally. */
const LONGEST = 192;
const SHIFT = 32 - Math.log2(SLOTS);
const NO_LENGTH = -1;

/** Takes `requests` requests of `bytes[at, end)`, with their response bytes. */
export type MoveOn = (bytes: Uint8Array, at: number, end: number, requests: number, responseBytes: number) => void;

export class EdgeTally {
  readonly #texts = new Uint8Array(SLOTS * LONGEST);
  readonly #lengths = new Int16Array(SLOTS).fill(NO_LENGTH);
  readonly #requests = new Float64Array(SLOTS);
  readonly #bytes = new Float64Array(SLOTS);
  #isSettled = true;

  constructor(readonly moveOn: MoveOn) {}

  /** Hot path, once per record and role. Allocates nothing. */
  add(bytes: Uint8Array, at: number, end: number, requests: number, responseBytes: number): void {
    if (end - at > LONGEST) {
      this.moveOn(bytes, at, end, requests, responseBytes);
      return;
    }
    const slot = slotOf(bytes, at, end);
    if (!this.#holds(slot, bytes, at, end)) this.#put(slot, bytes, at, end);
    this.#requests[slot]! += requests;
    this.#bytes[slot]! += responseBytes;
    this.#isSettled = false;
  }

  /** Moves all counts on to the table; the texts stay. */
  settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    for (let slot = 0; slot < SLOTS; slot += 1) if (this.#requests[slot] !== 0) this.#settleSlot(slot);
  }

  #holds(slot: number, bytes: Uint8Array, at: number, end: number): boolean {
    if (this.#lengths[slot] !== end - at) return false;
    const texts = this.#texts;
    for (let own = slot * LONGEST, next = at; next < end; own += 1, next += 1) {
      if (texts[own] !== bytes[next]) return false;
    }
    return true;
  }

  #put(slot: number, bytes: Uint8Array, at: number, end: number): void {
    if (this.#requests[slot] !== 0) this.#settleSlot(slot);
    const texts = this.#texts;
    for (let own = slot * LONGEST, next = at; next < end; own += 1, next += 1) texts[own] = bytes[next] as number;
    this.#lengths[slot] = end - at;
  }

  #settleSlot(slot: number): void {
    const at = slot * LONGEST;
    const requests = this.#requests[slot] as number;
    const responseBytes = this.#bytes[slot] as number;
    this.#requests[slot] = 0;
    this.#bytes[slot] = 0;
    this.moveOn(this.#texts, at, at + (this.#lengths[slot] as number), requests, responseBytes);
  }
}

/** From the length and five bytes: who makes them meet only makes his texts cost what they cost without the cache. */
function slotOf(bytes: Uint8Array, at: number, end: number): number {
  const length = end - at;
  if (length === 0) return 0;
  const quarter = length >> 2;
  const half = length >> 1;
  let hash = Math.imul(length, 0x9e3779b1) ^ (bytes[at] as number);
  hash = Math.imul(hash, 31) + (bytes[at + quarter] as number);
  hash = Math.imul(hash, 31) + (bytes[at + half] as number);
  hash = Math.imul(hash, 31) + (bytes[at + half + quarter] as number);
  hash = Math.imul(hash, 31) + (bytes[end - 1] as number);
  return Math.imul(hash, 0x85ebca6b) >>> SHIFT;
}
