/** Texts of one role (host names, paths, fingerprints...) counted by their hash; bounded, whatever an attacker invents. */
import type { ExactTable } from '../sketch/exact-table.js';
import { HyperLogLog } from '../sketch/hyper-log-log.js';
import { TEXT_WORDS, type TextDictionary } from '../sketch/text-dictionary.js';
import { hashText, textKeys } from '../sketch/text-hash.js';
import { type DistinctCount, keyedTable, type TableOptions, type TableSets } from './dimension.js';
import type { Scope } from './window-scope.js';
import type { RankedRow, WindowedTable } from './windowed-table.js';

/** 1024 sets × 4 × (16 + 8) B = 96 KiB, and half of that for a second: messages are fewer than packets. */
const SETS: TableSets = { total: 1024, second: 512 };

export interface TextRow {
  /** As it was sent: hostile. */
  readonly text: string;
  readonly row: RankedRow;
}

/** What a key shows whose text found no room. */
const UNKEPT = '(text not kept)';

const decoder = new TextDecoder('utf-8');
const encoder = new TextEncoder();
const key = new Int32Array(TEXT_WORDS);
/** For texts that are strings. */
const scratch = new Uint8Array(4096);

export class TextDimension {
  readonly table: WindowedTable;
  readonly #distinct: HyperLogLog | null;
  readonly #key0: number;
  readonly #key1: number;

  constructor(
    options: TableOptions,
    readonly texts: TextDictionary,
  ) {
    this.#distinct = options.exact ? null : new HyperLogLog(options.memory);
    this.table = keyedTable(TEXT_WORDS, { ...options, memory: null }, null, SETS);
    [this.#key0, this.#key1] = textKeys(options.seed);
  }

  /** One message with the text `bytes[at, end)` that stands for `messages`, of `wireBytes` each. Allocates nothing. */
  add(bytes: Uint8Array, at: number, end: number, messages: number, wireBytes: number): void {
    hashText(bytes, at, end, this.#key0, this.#key1, key, 0);
    this.texts.keep(key, 0, bytes, at, end);
    this.table.current.addMany(key, 0, messages, wireBytes * messages);
    this.#distinct?.addHash(key[0] as number);
  }

  /** The same of a string; one of more than 4096 bytes counts as its beginning. */
  addText(text: string, messages: number, wireBytes: number): void {
    this.add(scratch, 0, encoder.encodeInto(text, scratch).written, messages, wireBytes);
  }

  distinct(): DistinctCount {
    if (this.#distinct !== null) return { distinct: Math.round(this.#distinct.estimate()), exact: false };
    const total = this.table.total as ExactTable;
    return { distinct: total.size, exact: total.isExact };
  }

  top(rows: number, scope?: Scope): TextRow[] {
    return this.table.top(rows, scope).map((row) => ({ text: this.#textOf(row.words), row }));
  }

  #textOf(words: Int32Array): string {
    const found = this.texts.find(words, 0);
    if (found === null) return UNKEPT;
    return decoder.decode(found.bytes) + (found.isCut ? '…' : '');
  }
}
