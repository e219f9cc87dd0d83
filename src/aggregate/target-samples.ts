/**
 * Decoded rows of the largest targets, a reservoir (Algorithm L, Li 1994) for each target and second: a target with 1 % of the
 * traffic has hundreds of rows, and one that is flooded takes no row from the others. Which targets is known when a second
 * begins: those the caller names, from what came before it. Rows lie in one ring of memory, the oldest go first.
 */
import { addressIn, arrayIn, type HotMemory } from '../kernel/hot-memory.js';
import * as Layout from '../kernel/layout.js';
import type { HeaderColumns, PacketBatch } from '../records/packet-batch.js';
import { PacketSamples, type ReadRowDetail } from '../records/packet-samples.js';
import { nextRandom } from '../sketch/hash.js';

/** Targets that have rows of their own in one second. */
export const SAMPLED_TARGETS = Layout.MARKS;
/** Rows a second: a share of 50 % is known to ±9 points from one second and to ±1.1 from a minute. */
export const TARGET_ROWS = 128;
/** ... of a target under attack: ±4.4 and ±0.6. */
export const ATTACKED_ROWS = 512;
/** A minute of sixteen targets: 131 072 rows × 103 B = 13.5 MB, used page by page. One under attack takes four shares. */
export const RING_ROWS = 131_072;
/** For a report, which looks back some seconds only: 1 MB. */
export const SHORT_RING_ROWS = 16_384;
/** Records held: one a target and second. */
const RECORDS = RING_ROWS / TARGET_ROWS;
const KEY_WORDS = 5;
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
  readonly rows: PacketSamples;
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
  /** The targets of the running second where the kernel finds them, and their parts (src/kernel/layout.ts). */
  readonly #marks: Uint8Array;
  readonly #atPlace: Int8Array;
  readonly #nextAtPlace: Int8Array;
  readonly #version: Int32Array;
  readonly #words: Int32Array;
  readonly #count: Float64Array;
  readonly #nextTaken: Float64Array;
  /** Of each of them the weight of Algorithm L. */
  readonly #weight = new Float64Array(SAMPLED_TARGETS);
  #random: number;
  /** The target `#nextMarked` stopped at. */
  #due = 0;

  constructor(
    seed: number,
    readonly memory: HotMemory | null = null,
    /** Rows of the ring, at least those of one second: SAMPLED_TARGETS × ATTACKED_ROWS. */
    readonly ringRows = RING_ROWS,
    /** Null where no details are kept. */
    readonly readDetail: ReadRowDetail | null = null,
  ) {
    this.rows = new PacketSamples(ringRows, { details: readDetail !== null });
    this.#random = seed | 1;
    this.#marks = arrayIn(memory, Uint8Array, Layout.MARKS_BYTES);
    const { buffer, byteOffset } = this.#marks;
    this.#atPlace = new Int8Array(buffer, byteOffset + Layout.MARKS_AT_PLACE, Layout.MARKS_PLACES).fill(NOBODY);
    this.#nextAtPlace = new Int8Array(buffer, byteOffset + Layout.MARKS_NEXT_AT_PLACE, SAMPLED_TARGETS);
    this.#version = new Int32Array(buffer, byteOffset + Layout.MARKS_VERSION, SAMPLED_TARGETS);
    this.#words = new Int32Array(buffer, byteOffset + Layout.MARKS_WORDS, SAMPLED_TARGETS * 4);
    this.#count = new Float64Array(buffer, byteOffset + Layout.MARKS_COUNT, SAMPLED_TARGETS);
    this.#nextTaken = new Float64Array(buffer, byteOffset + Layout.MARKS_NEXT_TAKEN, SAMPLED_TARGETS);
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
    const at = this.#nextAt + room <= this.ringRows ? this.#nextAt : 0;
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
    this.#version[lane] = version;
    for (let i = 0; i < 4; i += 1) this.#words[lane * 4 + i] = words[i] as number;
    const place = placeOf(words[3] as number);
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
   * touches the other columns of those rows only that it keeps. `batch`: whose columns these are, for details.
   */
  addRun(
    columns: HeaderColumns,
    wireLen: Uint32Array,
    rows: Int32Array,
    classes: Uint8Array,
    count: number,
    batch: PacketBatch | null = null,
  ): void {
    if (this.#running === this.#end) return;
    for (let from = 0; from < count; ) {
      const end = this.#nextMarked(columns, rows, from, count);
      if (end === 0) return;
      this.#take(this.#due, columns, wireLen, rows, classes, end, batch);
      from = end;
    }
  }

  /** The same, found by the kernel: `rows` is a list in the hot memory. False, and nothing is counted, when it cannot reach something. */
  addHot(batch: PacketBatch, rows: Int32Array, count: number): boolean {
    const { memory } = this;
    const { place, outer, wireLen, trafficClass } = batch;
    const marks = addressIn(memory, this.#marks);
    if (memory === null || place === null || marks === 0 || addressIn(memory, rows) === 0) return false;
    if (this.#running === this.#end) return true;
    const isV4 = batch.isPlain && batch.v6Rows === 0;
    for (let from = 0; from < count; ) {
      from = memory.kernel.nextMarked(place.at, marks, rows.byteOffset, from, count, isV4);
      if (from === 0) return true;
      this.#take(memory.result[0] as number, outer, wireLen, rows, trafficClass, from, batch);
    }
    return true;
  }

  /**
   * Counts packets of the second's targets among the rows `rows[from..count)`, in runs, until one of them is due: `#due`. Returns the
   * index behind that run, or 0 at the end of the list.
   */
  #nextMarked({ version, dst }: HeaderColumns, rows: Int32Array, from: number, count: number): number {
    for (let i = from; i < count; ) {
      const row = rows[i] as number;
      const first = i;
      for (i += 1; i < count && isSameTarget(version, dst, rows[i] as number, row); i += 1);
      const lane = this.#laneOf(version, dst, row);
      if (lane === NOBODY) continue;
      const seen = (this.#count[lane] as number) + i - first;
      this.#count[lane] = seen;
      if (seen < (this.#nextTaken[lane] as number)) continue;
      this.#due = lane;
      return i;
    }
    return 0;
  }

  #laneOf(version: Uint8Array, dst: Int32Array, row: number): number {
    let lane = this.#atPlace[placeOf(dst[row * 4 + 3] as number)] as number;
    while (lane !== NOBODY && !this.#isRow((this.#running + lane) % RECORDS, version, dst, row)) {
      lane = this.#nextAtPlace[lane] as number;
    }
    return lane;
  }

  #isRow(record: number, version: Uint8Array, dst: Int32Array, row: number): boolean {
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
    batch: PacketBatch | null,
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
      if (batch !== null) this.readDetail?.(batch, row, this.rows, at + to);
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
      has: ({ version, dst }, row) => numbers.some((number) => this.#isRow(number % RECORDS, version, dst, row)),
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

function placeOf(word: number): number {
  return Math.imul(word, Layout.MARKS_FACTOR) >>> Layout.MARKS_PLACE_SHIFT;
}

function isSameTarget(version: Uint8Array, dst: Int32Array, a: number, b: number): boolean {
  if (dst[a * 4 + 3] !== dst[b * 4 + 3] || version[a] !== version[b]) return false;
  return dst[a * 4] === dst[b * 4] && dst[a * 4 + 1] === dst[b * 4 + 1] && dst[a * 4 + 2] === dst[b * 4 + 2];
}
