/** Prefixes by length, so that "what covers this one" costs one look-up per length in use and not one per prefix. */
import { formatPrefix, maskOf, type Prefix } from '../../format/address.js';

export class PrefixIndex {
  /** By version, then by length: text -> prefix. */
  readonly #levels = { 4: new Map<number, Map<string, Prefix>>(), 6: new Map<number, Map<string, Prefix>>() };
  #size = 0;

  constructor(prefixes: readonly Prefix[] = []) {
    for (const prefix of prefixes) this.add(prefix);
  }

  get size(): number {
    return this.#size;
  }

  /** False when it was there already. */
  add(prefix: Prefix): boolean {
    const levels = this.#levels[prefix.version];
    let known = levels.get(prefix.length);
    if (known === undefined) levels.set(prefix.length, (known = new Map()));
    const text = formatPrefix(prefix);
    if (known.has(text)) return false;
    known.set(text, prefix);
    this.#size += 1;
    return true;
  }

  /** The narrowest prefix held that covers `prefix` (or equals it), or null. */
  covering(prefix: Prefix): Prefix | null {
    let narrowest: Prefix | null = null;
    for (const [length, known] of this.#levels[prefix.version]) {
      if (length > prefix.length || length <= (narrowest?.length ?? -1)) continue;
      narrowest = known.get(formatPrefix(shorten(prefix, length))) ?? narrowest;
    }
    return narrowest;
  }
}

/** The prefix of `length` bits that `prefix` lies in; `length` not above its own. */
export function shorten(prefix: Prefix, length: number): Prefix {
  const bits = prefix.version === 4 ? length + 96 : length;
  const words = prefix.words.map((word, i) => word & maskOf(Math.min(32, Math.max(0, bits - i * 32))));
  return { version: prefix.version, words: words as [number, number, number, number], length };
}
