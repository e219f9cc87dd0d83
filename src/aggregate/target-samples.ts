/**
 * Decoded rows of the largest targets, a reservoir (Algorithm L, Li 1994) for each target and second: a target with 1 % of the
 * traffic has hundreds of rows, and one that is flooded takes no row from the others. Which targets is known when a second
 * begins: those the caller names, from what came before it. Rows lie in one ring of memory, the oldest go first.
 */
import type { HeaderColumns } from '../records/packet-batch.js';
import { nextRandom } from '../sketch/hash.js';
import { HeaderSamples } from './sample-ring.js';

/** Targets that have rows of their own in one second. */
export const SAMPLED_TARGETS = 16;
/** Rows a second: a share of 50 % is known to ±9 points from one second and to ±1.1 from a minute. */
export const TARGET_ROWS = 128;
/** ... of a target under attack: ±4.4 and ±0.6. */
export const ATTACKED_ROWS = 512;
/** A minute of sixteen targets: 131 072 rows × 62 B = 8.1 MB, used page by page. One under attack takes four shares. */
const ROWS = 131_072;
/** Records held: one a target and second. */
const RECORDS = ROWS / TARGET_ROWS;
const KEY_WORDS = 5;
/** Places of the table that finds a target by the last word of its address: one other address in 256 is looked at twice. */
const PLACES = 4096;
const PLACE_SHIFT = 20;
const FACTOR = 0x9e3779b1;
const NOBODY = -1;

export interface TargetKey {
  readonly version: number;
  /** Four words, IPv4 in word 3. */
  readonly words: ArrayLike<number>;
}

export interface SampledTarget extends TargetKey {
  readonly isAttacked: boolean;
}

/** A target's rows of one second: `at .. at + count`, each standing for `packets / count` packets. */
export interface TargetSecond {
  readonly sec: number;
  readonly at: number;
  readonly count: number;
  readonly packets: number;
}

export class TargetSamples {
  readonly rows = new HeaderSamples(ROWS);
  /** Of each record; record numbers count up for ever and are cut to the ring. */
  readonly #sec = new Float64Array(RECORDS);
  readonly #keys = new Int32Array(RECORDS * KEY_WORDS);
  readonly #at = new Int32Array(RECORDS);
  readonly #room = new Int32Array(RECORDS);
  readonly #kept = new Int32Array(RECORDS);
  /** Packets counted once the second is over, and what each of them stands for. */
  readonly #seen = new Float64Array(RECORDS);
  readonly #rate = new Float64Array(RECORDS);
  #oldest = 0;
  #end = 0;
  /** First record of the running second. */
  #running = 0;
  #nextAt = 0;
  /** By place: number (0..15) of a target of the running second, or NOBODY; and the next one in the same place. */
  readonly #atPlace = new Int8Array(PLACES).fill(NOBODY);
  readonly #nextAtPlace = new Int8Array(SAMPLED_TARGETS);
  /** Of the targets of the running second: last word, packets counted, the next packet to take (1-based), the weight of the skip. */
  readonly #word = new Int32Array(SAMPLED_TARGETS);
  readonly #count = new Float64Array(SAMPLED_TARGETS);
  readonly #nextTaken = new Float64Array(SAMPLED_TARGETS);
  readonly #weight = new Float64Array(SAMPLED_TARGETS);
  #random: number;

  constructor(seed: number) {
    this.#random = seed | 1;
  }

  /** A second begins: these targets have rows of their own in it, the first SAMPLED_TARGETS. `rate`: what each packet stands for. */
  begin(sec: number, targets: readonly SampledTarget[], rate: number): void {
    this.#close();
    for (const target of targets.slice(0, SAMPLED_TARGETS)) this.#open(sec, target, rate);
  }

  #close(): void {
    for (let number = this.#running; number < this.#end; number += 1) {
      this.#seen[number % RECORDS] = this.#count[number - this.#running] as number;
    }
    this.#running = this.#end;
    this.#atPlace.fill(NOBODY);
  }

  #open(sec: number, { version, words, isAttacked }: SampledTarget, rate: number): void {
    const room = isAttacked ? ATTACKED_ROWS : TARGET_ROWS;
    const at = this.#nextAt + room <= ROWS ? this.#nextAt : 0;
    while (this.#oldest < this.#end && this.#isInTheWay(at, room)) this.#oldest += 1;
    this.#nextAt = at + room;
    const lane = this.#end - this.#running;
    const record = this.#end % RECORDS;
    this.#end += 1;
    this.#sec[record] = sec;
    this.#at[record] = at;
    this.#room[record] = room;
    this.#kept[record] = 0;
    this.#rate[record] = rate;
    this.#keys[record * KEY_WORDS] = version;
    for (let i = 0; i < 4; i += 1) this.#keys[record * KEY_WORDS + 1 + i] = words[i] as number;
    this.#count[lane] = 0;
    this.#nextTaken[lane] = 1;
    this.#weight[lane] = 1;
    this.#word[lane] = words[3] as number;
    const place = Math.imul(words[3] as number, FACTOR) >>> PLACE_SHIFT;
    this.#nextAtPlace[lane] = this.#atPlace[place] as number;
    this.#atPlace[place] = lane;
  }

  /** The oldest record holds the rows `at..at + room`, or rows that the ring has passed over, or there is no record left. */
  #isInTheWay(at: number, room: number): boolean {
    if (this.#end - this.#oldest >= RECORDS) return true;
    const from = this.#at[this.#oldest % RECORDS] as number;
    const to = from + (this.#room[this.#oldest % RECORDS] as number);
    if (at < this.#nextAt && from >= this.#nextAt) return true;
    return from < at + room && to > at;
  }

  /**
   * Hot path, once per run: rows `rows[0..count)` of `columns` belong to the running second. Looks at each row's target, in runs, and
   * touches the other columns of those rows only that it keeps. `isV4`: none is IPv6.
   */
  addRun(
    columns: HeaderColumns,
    wireLen: Uint32Array,
    rows: Int32Array,
    classes: Uint8Array,
    count: number,
    isV4: boolean,
  ): void {
    if (this.#running === this.#end || count === 0) return;
    const { dst } = columns;
    const atPlace = this.#atPlace;
    let word = dst[(rows[0] as number) * 4 + 3] as number;
    let first = 0;
    for (let i = 1; i <= count; i += 1) {
      const next = i < count ? (dst[(rows[i] as number) * 4 + 3] as number) : ~word;
      if (next === word) continue;
      const lane = atPlace[Math.imul(word, FACTOR) >>> PLACE_SHIFT] as number;
      if (lane !== NOBODY) this.#addSameWord(lane, columns, wireLen, rows, classes, first, i, word, isV4);
      word = next;
      first = i;
    }
  }

  /** Rows `rows[first..end)`, all with this last word of their target; `head`: the first target of its place. */
  #addSameWord(
    head: number,
    columns: HeaderColumns,
    wireLen: Uint32Array,
    rows: Int32Array,
    classes: Uint8Array,
    first: number,
    end: number,
    word: number,
    isV4: boolean,
  ): void {
    for (let lane = head; lane !== NOBODY; lane = this.#nextAtPlace[lane] as number) {
      if (this.#word[lane] !== word) continue;
      if (!isV4) {
        this.#addMixed(lane, columns, wireLen, rows, classes, first, end);
        continue;
      }
      if (this.#keys[((this.#running + lane) % RECORDS) * KEY_WORDS] !== 4) continue;
      const seen = (this.#count[lane] as number) + end - first;
      this.#count[lane] = seen;
      if (seen >= (this.#nextTaken[lane] as number)) this.#take(lane, columns, wireLen, rows, classes, end);
    }
  }

  /** The same where addresses of both versions may end in this word. */
  #addMixed(
    lane: number,
    columns: HeaderColumns,
    wireLen: Uint32Array,
    rows: Int32Array,
    classes: Uint8Array,
    first: number,
    end: number,
  ): void {
    const record = (this.#running + lane) % RECORDS;
    for (let i = first; i < end; i += 1) {
      if (!this.#isRow(record, columns, rows[i] as number)) continue;
      const seen = (this.#count[lane] as number) + 1;
      this.#count[lane] = seen;
      if (seen >= (this.#nextTaken[lane] as number)) this.#take(lane, columns, wireLen, rows, classes, i + 1);
    }
  }

  #isRow(record: number, { version, dst }: HeaderColumns, row: number): boolean {
    return this.#isKey(record, version[row] as number, dst, row * 4);
  }

  /** Keeps those of the target's packets whose turn it is; the newest one counted is `rows[end - 1]`, those before it lie before it. */
  #take(
    lane: number,
    columns: HeaderColumns,
    wireLen: Uint32Array,
    rows: Int32Array,
    classes: Uint8Array,
    end: number,
  ): void {
    const record = (this.#running + lane) % RECORDS;
    const at = this.#at[record] as number;
    const room = this.#room[record] as number;
    const seen = this.#count[lane] as number;
    for (let taken = this.#nextTaken[lane] as number; taken <= seen; taken = this.#nextTaken[lane] as number) {
      const row = rows[end - 1 - (seen - taken)] as number;
      const kept = this.#kept[record] as number;
      const to = kept < room ? kept : Math.floor(this.#draw() * room);
      this.rows.set(at + to, columns, row, wireLen[row] as number, classes[row] as number);
      if (kept < room) this.#kept[record] = kept + 1;
      if (kept + 1 < room) this.#nextTaken[lane] = taken + 1;
      else this.#skip(lane, room, taken);
    }
  }

  #skip(lane: number, room: number, seen: number): void {
    const weight = (this.#weight[lane] as number) * Math.exp(Math.log(this.#draw()) / room);
    this.#weight[lane] = weight;
    this.#nextTaken[lane] = seen + Math.floor(Math.log(this.#draw()) / Math.log(1 - weight)) + 1;
  }

  /** Above 0, below 1. */
  #draw(): number {
    this.#random = nextRandom(this.#random);
    return ((this.#random >>> 0) + 0.5) / 2 ** 32;
  }

  /** Forgets everything: the clock stepped back. */
  clear(): void {
    this.#close();
    this.#oldest = this.#end;
    this.#nextAt = 0;
  }

  /** Calls back for each second of [fromSec, toSec) in which the target had rows of its own and received something, oldest first. */
  visit(target: TargetKey, fromSec: number, toSec: number, each: (second: TargetSecond) => void): void {
    const { version, words } = target;
    for (let number = this.#oldest; number < this.#end; number += 1) {
      const record = number % RECORDS;
      const sec = this.#sec[record] as number;
      if (sec < fromSec || sec >= toSec || !this.#isKey(record, version, words, 0)) continue;
      const second = this.#secondOf(number);
      if (second.count > 0) each(second);
    }
  }

  /** All targets that had rows of their own in the second, and whether a row of other columns belongs to one of them. */
  inSecond(sec: number): { seconds: TargetSecond[]; has: (columns: HeaderColumns, row: number) => boolean } {
    const numbers: number[] = [];
    for (let number = this.#oldest; number < this.#end; number += 1) {
      if (this.#sec[number % RECORDS] === sec) numbers.push(number);
    }
    return {
      seconds: numbers.map((number) => this.#secondOf(number)).filter(({ count }) => count > 0),
      has: (columns, row) => numbers.some((number) => this.#isRow(number % RECORDS, columns, row)),
    };
  }

  #isKey(record: number, version: number, words: ArrayLike<number>, from: number): boolean {
    const keys = this.#keys;
    const at = record * KEY_WORDS;
    if (keys[at + 4] !== words[from + 3] || keys[at] !== version) return false;
    return keys[at + 1] === words[from] && keys[at + 2] === words[from + 1] && keys[at + 3] === words[from + 2];
  }

  #secondOf(number: number): TargetSecond {
    const record = number % RECORDS;
    const isRunning = number >= this.#running;
    const seen = (isRunning ? this.#count[number - this.#running] : this.#seen[record]) as number;
    return {
      sec: this.#sec[record] as number,
      at: this.#at[record] as number,
      count: this.#kept[record] as number,
      packets: seen * (this.#rate[record] as number),
    };
  }
}
