/** Prefixes of both versions → values, one map a length: what holds an address or a smaller prefix, in as many look-ups as there are lengths. */

export interface MapPrefix {
  readonly version: 4 | 6;
  /** Four words, IPv4 in word 3. */
  readonly words: ArrayLike<number>;
  readonly length: number;
}

type OfLength<T> = readonly [length: number, values: Map<number | string, T>];

export class PrefixMap<T> {
  /** Longest first. */
  readonly #lengths: Record<4 | 6, OfLength<T>[]> = { 4: [], 6: [] };

  set(prefix: MapPrefix, value: T): void {
    const lengths = this.#lengths[prefix.version];
    let values = lengths.find(([length]) => length === prefix.length)?.[1];
    if (values === undefined) {
      values = new Map();
      lengths.push([prefix.length, values]);
      lengths.sort(([a], [b]) => b - a);
    }
    values.set(keyOf(prefix, prefix.length), value);
  }

  get isEmpty(): boolean {
    return this.#lengths[4].length + this.#lengths[6].length === 0;
  }

  /** The value of the longest prefix that holds all of `inner`. */
  find(inner: MapPrefix): T | undefined {
    for (const [length, values] of this.#lengths[inner.version]) {
      if (length > inner.length) continue;
      const value = values.get(keyOf(inner, length));
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Those of all prefixes that hold it, longest first. */
  findAll(inner: MapPrefix): T[] {
    const found: T[] = [];
    for (const [length, values] of this.#lengths[inner.version]) {
      const value = length > inner.length ? undefined : values.get(keyOf(inner, length));
      if (value !== undefined) found.push(value);
    }
    return found;
  }
}

/** A number where it fits. */
function keyOf({ version, words }: MapPrefix, length: number): number | string {
  if (version === 4) return (words[3] as number) & maskOf(length);
  const part = (i: number) => (words[i] as number) & maskOf(Math.max(0, Math.min(32, length - i * 32)));
  return `${part(0)} ${part(1)} ${part(2)} ${part(3)}`;
}

function maskOf(bits: number): number {
  return bits === 0 ? 0 : (-1 << (32 - bits)) | 0;
}
