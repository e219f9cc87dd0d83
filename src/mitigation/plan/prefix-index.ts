/** Prefixes by length, so that "what covers this one" costs one look-up per length in use and not one per prefix. */
import { formatPrefix, maskOf, type Prefix } from '../../format/address.js';

export class PrefixIndex {
  readonly #byLength = new Map<string, Map<string, Prefix>>(); // "4/24" -> text -> prefix
  #size = 0;

  constructor(prefixes: readonly Prefix[] = []) {
    for (const prefix of prefixes) this.add(prefix);
  }

  get size(): number {
    return this.#size;
  }

  /** False when it was there already. */
  add(prefix: Prefix): boolean {
    const level = `${prefix.version}/${prefix.length}`;
    let known = this.#byLength.get(level);
    if (known === undefined) this.#byLength.set(level, (known = new Map()));
    const text = formatPrefix(prefix);
    if (known.has(text)) return false;
    known.set(text, prefix);
    this.#size += 1;
    return true;
  }

  /** The narrowest prefix held that covers `prefix` (or equals it), or null. */
  covering(prefix: Prefix): Prefix | null {
    for (let length = prefix.length; length >= 0; length -= 1) {
      const known = this.#byLength.get(`${prefix.version}/${length}`);
      const found = known?.get(formatPrefix(shorten(prefix, length)));
      if (found !== undefined) return found;
    }
    return null;
  }
}

/** The prefix of `length` bits that `prefix` lies in; `length` not above its own. */
export function shorten(prefix: Prefix, length: number): Prefix {
  const bits = prefix.version === 4 ? length + 96 : length;
  const words = prefix.words.map((word, i) => word & maskOf(Math.min(32, Math.max(0, bits - i * 32))));
  return { version: prefix.version, words: words as [number, number, number, number], length };
}
