/** Local lists of addresses (FireHOL, Spamhaus DROP, CSV, plain): which of them hold an address. Read once at the start, then asked for rows that are shown. */
import { UserError } from '../../errors.js';
import { cleanText } from '../../format/clean-text.js';
import type { PrefixTrie } from '../../sketch/prefix-trie.js';
import { PrefixTrieBuilder } from '../../sketch/prefix-trie-builder.js';
import { eachLine } from './bounded-lines.js';
import { ListLineReader } from './list-line.js';
import { listNames } from './list-name.js';
import { TagSets } from './tag-sets.js';

export interface DamagedLine {
  /** From 1. */
  readonly number: number;
  /** Cleaned and cut. */
  readonly text: string;
}

export interface IpList {
  /** Of the file: may hold anything, to be cleaned where it is shown. */
  readonly name: string;
  readonly path: string;
  readonly entries: number;
  readonly damaged: number;
  /** The first few. */
  readonly damagedLines: readonly DamagedLine[];
}

/** FireHOL's largest sets have some 600 000 lines; 2 M prefixes of IPv4 are 32 MB, of IPv6 80 MB. */
const MAX_ENTRIES = 2_000_000;
const MAX_BYTES = 128 * 1024 * 1024;
const MAX_FILES = 64;
const MAX_LINE_LENGTH = 4096;
/** A prefix that lists cut into more is taken for one that no list holds: this is asked for every row of a table. */
const MAX_PIECES = 1024;
/** A list with so many lines that are none is another kind of file. */
const MAX_DAMAGED = 1000;
const TOLD_DAMAGED = 3;
const TOLD_CELLS = 60;

export interface ListBounds {
  readonly maxEntries?: number;
  readonly maxBytes?: number;
  readonly maxDamaged?: number;
}

export class IpLists {
  readonly #trie: PrefixTrie;
  readonly #sets: TagSets;

  private constructor(
    readonly lists: readonly IpList[],
    trie: PrefixTrie,
    sets: TagSets,
  ) {
    this.#trie = trie;
    this.#sets = sets;
  }

  /** Throws UserError: a file cannot be read, is no list, or there are too many entries in all. */
  static async load(paths: readonly string[], bounds: ListBounds = {}): Promise<IpLists> {
    if (paths.length > MAX_FILES) {
      throw new UserError(
        'REPUTATION_LISTS',
        `expected at most ${MAX_FILES} lists, got ${paths.length}`,
        'Merge some.',
      );
    }
    const builder = new PrefixTrieBuilder(bounds.maxEntries ?? MAX_ENTRIES);
    const sets = new TagSets();
    const names = listNames(paths);
    const lists: IpList[] = [];
    for (const [at, path] of paths.entries())
      lists.push(await readList(path, names[at] as string, at, builder, sets, bounds));
    return new IpLists(lists, builder.build(sets.union), sets);
  }

  /** Names of the lists that hold the address, in the order of the files. `words`: four, IPv4 in the last. */
  find(version: number, words: ArrayLike<number>, at = 0): readonly string[] {
    return this.namesOf(this.setOf(version, words, at));
  }

  /** The same as a number: equal ones are the same lists. 0: none. Allocates nothing. */
  setOf(version: number, words: ArrayLike<number>, at = 0): number {
    return this.#trie.find(version, words, at);
  }

  /** Of lists that hold all addresses from `first` to `last`. */
  findWhole(version: number, first: ArrayLike<number>, last: ArrayLike<number>): readonly string[] {
    let names: readonly string[] | null = null;
    let pieces = 0;
    this.#trie.visit(version, first, last, (set) => {
      pieces += 1;
      const here = pieces > MAX_PIECES ? NONE : this.namesOf(set);
      names = names === null ? here : names.filter((name) => here.includes(name));
      return names.length > 0;
    });
    return names ?? NONE;
  }

  namesOf(set: number): readonly string[] {
    if (set === 0) return NONE;
    const numbers = new Set(this.#sets.tags(set).map(({ list }) => list));
    return [...numbers].sort((a, b) => a - b).map((list) => this.lists[list]?.name as string);
  }

  /** "firehol_level1", "abuse (botnet, 85)": with what the lists call it. */
  wordsOf(set: number): readonly string[] {
    return this.#sets.tags(set).map(({ list, words }) => {
      const name = this.lists[list]?.name as string;
      return words === '' ? name : `${name} (${words})`;
    });
  }

  /** Prefixes, pieces and tables. */
  get bytes(): number {
    return this.#trie.bytes;
  }
}

const NONE: readonly string[] = [];

async function readList(
  path: string,
  name: string,
  list: number,
  builder: PrefixTrieBuilder,
  sets: TagSets,
  { maxBytes = MAX_BYTES, maxDamaged = MAX_DAMAGED }: ListBounds,
): Promise<IpList> {
  const reader = new ListLineReader();
  const damagedLines: DamagedLine[] = [];
  let entries = 0;
  let damaged = 0;
  const damage = (line: string, number: number) => {
    damaged += 1;
    if (damagedLines.length < TOLD_DAMAGED) damagedLines.push({ number, text: cleanText(line, TOLD_CELLS) });
    // A long list may have its thousand; where they are the most it is none.
    if (damaged >= maxDamaged && damaged > entries) throw noList(path, damagedLines[0] as DamagedLine, damaged);
  };
  await eachLine(path, { maxBytes, maxLineLength: MAX_LINE_LENGTH }, (line, number, isCut) => {
    const entry = isCut ? 'damaged' : reader.read(line);
    if (entry === 'nothing') return;
    if (entry === 'damaged') {
      damage(line, number);
      return;
    }
    const set = sets.of(list, entry.words);
    for (const { version, words, length } of entry.prefixes)
      if (!builder.add(version, words, length, set)) throw tooMany(path, builder.capacity);
    entries += 1;
  });
  return { name, path, entries, damaged, damagedLines };
}

function noList(path: string, { number, text }: DamagedLine, damaged: number): UserError {
  return new UserError(
    'REPUTATION_LIST',
    `${path}: expected an address, prefix or range a line, got ${damaged} lines that are none, the first in line ${number}: ${JSON.stringify(text)}`,
    'Lists may be .netset, .ipset, Spamhaus DROP (text or JSON lines), CSV, or plain text.',
  );
}

function tooMany(path: string, capacity: number): UserError {
  return new UserError(
    'REPUTATION_LISTS',
    `${path}: expected at most ${capacity} prefixes in all lists, got more`,
    'Leave a list out.',
  );
}
