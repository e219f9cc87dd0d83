/**
 * Sets of tags by number: which lists hold an address, and what they call it. Numbers are what a PrefixTrie keeps. Bounded: lists may say
 * something else of every address they have, and how they overlap is theirs too.
 */

export interface ListTag {
  /** Number of the list. */
  readonly list: number;
  /** "botnet, 85"; "" where it says nothing. */
  readonly words: string;
}

/** Beyond it words are left away: 4096 x some 60 B. */
const MAX_TAGS = 4096;
/** Beyond it a set is cut to what the narrowest prefix has: 65 536 sets of two tags are some 8 MB. */
const MAX_SETS = 65_536;

export class TagSets {
  readonly #tags: ListTag[] = [];
  readonly #tagNumbers = new Map<string, number>();
  /** Set 0 is empty. */
  readonly #sets: (readonly number[])[] = [[]];
  readonly #setNumbers = new Map<string, number>();
  /** By the numbers of the two. */
  readonly #unions = new Map<number, number>();

  /** The set of this one tag. */
  of(list: number, words: string): number {
    const key = `${list} ${words}`;
    let tag = this.#tagNumbers.get(key);
    if (tag === undefined) {
      if (words !== '' && this.#tags.length >= MAX_TAGS) return this.of(list, '');
      tag = this.#tags.push({ list, words }) - 1;
      this.#tagNumbers.set(key, tag);
    }
    return this.#setOf([tag]) ?? 0;
  }

  readonly union = (a: number, b: number): number => {
    if (a === 0 || a === b) return b;
    const key = a * MAX_SETS * 2 + b;
    const known = this.#unions.get(key);
    if (known !== undefined) return known;
    const tags = [...new Set([...(this.#sets[a] ?? []), ...(this.#sets[b] ?? [])])].sort((x, y) => x - y);
    const made = this.#setOf(tags) ?? b;
    if (this.#unions.size < MAX_SETS) this.#unions.set(key, made);
    return made;
  };

  tags(set: number): readonly ListTag[] {
    return (this.#sets[set] ?? []).map((tag) => this.#tags[tag] as ListTag);
  }

  #setOf(tags: readonly number[]): number | null {
    const key = tags.join(' ');
    const known = this.#setNumbers.get(key);
    if (known !== undefined) return known;
    // Sets of one tag always find room: there are fewer tags than sets.
    if (tags.length > 1 && this.#sets.length >= MAX_SETS) return null;
    this.#setNumbers.set(key, this.#sets.length);
    return this.#sets.push(tags) - 1;
  }
}
