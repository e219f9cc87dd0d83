/**
 * Texts by their 64-bit hash, bounded: whoever counts texts counts hashes, and looks the text up when it is shown. When it is
 * full, the texts of keys that no table holds any more go; their owner says which are held.
 */

export const TEXT_WORDS = 2;
/** What is kept of a text; the hash stands for all of it. */
export const LONGEST_TEXT = 1024;

/** Calls `hold` for every key some table still has: `words[at]` and the next. */
export type VisitHeld = (hold: (words: Int32Array, at: number) => void) => void;

export class TextDictionary {
  /** Texts that found no room: their keys are shown without. */
  unkept = 0;
  /** How often it was full. */
  sweeps = 0;
  readonly #mask: number;
  /** Three words a place: the hash, and where the text begins in the slab plus 1 (0: empty place). */
  #places: Int32Array;
  #slab: Uint8Array;
  #used = 0;
  #count = 0;
  readonly #visitHeld: VisitHeld;
  /** Texts that the last sweep left: when these are nearly all, another one would free nothing. */
  #left = 0;

  /** `places` is a power of two, of which half are used; memory = places × 12 + bytes, touched as it fills. */
  constructor(places: number, bytes: number, visitHeld: VisitHeld) {
    this.#mask = places - 1;
    this.#places = new Int32Array(places * 3);
    this.#slab = new Uint8Array(bytes);
    this.#visitHeld = visitHeld;
  }

  /** Keeps `bytes[at, end)` as the text of the key `words[keyAt]` and the next, unless it is there. */
  keep(words: Int32Array, keyAt: number, bytes: Uint8Array, at: number, end: number): void {
    const place = this.#find(this.#places, words[keyAt] as number, words[keyAt + 1] as number);
    if (this.#places[place + 2] !== 0) return;
    const length = Math.min(end - at, LONGEST_TEXT);
    if (!this.#hasRoom(length)) {
      this.#sweep();
      if (!this.#hasRoom(length)) {
        this.unkept += 1;
        return;
      }
    }
    const fresh = this.#find(this.#places, words[keyAt] as number, words[keyAt + 1] as number);
    this.#places[fresh] = words[keyAt] as number;
    this.#places[fresh + 1] = words[keyAt + 1] as number;
    this.#places[fresh + 2] = this.#used + 1;
    this.#write(this.#slab, bytes, at, length, end - at > length);
    this.#count += 1;
  }

  /** The bytes of a key's text, lent; null when there is none. `isCut`: it was longer. */
  find(words: Int32Array, keyAt: number): { readonly bytes: Uint8Array; readonly isCut: boolean } | null {
    const start = this.#places[
      this.#find(this.#places, words[keyAt] as number, words[keyAt + 1] as number) + 2
    ] as number;
    if (start === 0) return null;
    const at = start - 1;
    const length = (this.#slab[at] as number) | (((this.#slab[at + 1] as number) & 0x7f) << 8);
    return { bytes: this.#slab.subarray(at + 2, at + 2 + length), isCut: (this.#slab[at + 1] as number) >= 0x80 };
  }

  #hasRoom(length: number): boolean {
    return this.#count * 2 <= this.#mask && this.#used + length + 2 <= this.#slab.length;
  }

  /** Two bytes of length, the highest bit says that the text was longer. */
  #write(slab: Uint8Array, bytes: Uint8Array, at: number, length: number, isCut: boolean): void {
    slab[this.#used] = length & 0xff;
    slab[this.#used + 1] = (length >> 8) | (isCut ? 0x80 : 0);
    slab.set(bytes.subarray(at, at + length), this.#used + 2);
    this.#used += length + 2;
  }

  /** First word of the key's place, or of the free one it would take. */
  #find(places: Int32Array, word0: number, word1: number): number {
    let index = word0 & this.#mask;
    for (;;) {
      const place = index * 3;
      if (places[place + 2] === 0 || (places[place] === word0 && places[place + 1] === word1)) return place;
      index = (index + 1) & this.#mask;
    }
  }

  /** Rebuilds with the held keys only. Not again before half of what it left was added: held texts alone may fill it. */
  #sweep(): void {
    if (this.#count < this.#left * 1.5 && this.sweeps > 0) return;
    this.sweeps += 1;
    const oldPlaces = this.#places;
    const oldSlab = this.#slab;
    const places = new Int32Array(oldPlaces.length);
    const slab = new Uint8Array(oldSlab.length);
    this.#used = 0;
    this.#count = 0;
    this.#visitHeld((words, keyAt) => {
      const word0 = words[keyAt] as number;
      const word1 = words[keyAt + 1] as number;
      const start = oldPlaces[this.#find(oldPlaces, word0, word1) + 2] as number;
      const place = this.#find(places, word0, word1);
      if (start === 0 || places[place + 2] !== 0) return;
      const from = start - 1;
      const length = (oldSlab[from] as number) | (((oldSlab[from + 1] as number) & 0x7f) << 8);
      places[place] = word0;
      places[place + 1] = word1;
      places[place + 2] = this.#used + 1;
      this.#write(slab, oldSlab, from + 2, length, (oldSlab[from + 1] as number) >= 0x80);
      this.#count += 1;
    });
    this.#places = places;
    this.#slab = slab;
    this.#left = this.#count;
  }
}
