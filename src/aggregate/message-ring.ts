/**
 * Which row of a ring the next message goes to. Of each target so many a second are kept, each with the same chance (algorithm R), so
 * that a flood takes no row from the others and what a row stands for is known; the oldest rows go first.
 */
import type { MessageColumns } from '../records/message-columns.js';
import { mix32, nextRandom } from '../sketch/hash.js';

/** Targets told apart in one second; all others share a group. */
const TARGETS = 31;
const GROUPS = TARGETS + 1;
const NO_ROW = -1;

export class MessageRing<Samples extends MessageColumns> {
  /** Of each row: the group it was kept in, counted from the beginning; NO_ROW: none yet. */
  readonly #groupOf: Int32Array;
  /** Of each group, cut to the ring: a group has at least one row, so none is overwritten before its rows. */
  readonly #seen: Float64Array;
  readonly #kept: Float64Array;
  /** Rows of the groups of the running second. */
  readonly #rows: Int32Array;
  readonly #targets = new Int32Array(TARGETS * 4);
  /** Number of each running group; NO_ROW where there is none. */
  readonly #running = new Int32Array(GROUPS).fill(NO_ROW);
  #open = 0;
  #groups = 0;
  #next = 0;
  #sec = Number.NaN;
  #random: number;

  /** `perSecond`: rows of a target in a second; GROUPS times that must fit the samples. */
  constructor(
    readonly samples: Samples,
    readonly perSecond: number,
    seed: number,
  ) {
    const { rows } = samples;
    if (perSecond * GROUPS > rows)
      throw new RangeError(`MessageRing: ${rows} rows hold no second of ${perSecond} each.`);
    this.#groupOf = new Int32Array(rows).fill(NO_ROW);
    this.#seen = new Float64Array(rows);
    this.#kept = new Float64Array(rows);
    this.#rows = new Int32Array(GROUPS * perSecond);
    this.#random = mix32(seed) | 1;
  }

  /** The row of a message to `dst[at..at + 4)` in second `sec`, or -1. The caller fills it. */
  take(sec: number, dst: Int32Array, at: number): number {
    if (sec > this.#sec || Number.isNaN(this.#sec)) this.#begin(sec);
    const lane = this.#laneOf(dst, at);
    const group = (this.#running[lane] as number) % this.samples.rows;
    const seen = (this.#seen[group] as number) + 1;
    this.#seen[group] = seen;
    const kept = this.#kept[group] as number;
    if (kept < this.perSecond) return this.#add(lane, group, kept);
    this.#random = nextRandom(this.#random);
    const place = Math.floor((((this.#random >>> 0) + 0.5) / 2 ** 32) * seen);
    return place < this.perSecond ? (this.#rows[lane * this.perSecond + place] as number) : NO_ROW;
  }

  #begin(sec: number): void {
    this.#sec = sec;
    this.#open = 0;
    this.#running.fill(NO_ROW);
  }

  #add(lane: number, group: number, kept: number): number {
    const row = this.#next;
    this.#next = (row + 1) % this.samples.rows;
    this.#kept[group] = kept + 1;
    this.#rows[lane * this.perSecond + kept] = row;
    this.#groupOf[row] = group;
    return row;
  }

  #laneOf(dst: Int32Array, at: number): number {
    const targets = this.#targets;
    for (let lane = 0; lane < this.#open; lane += 1) {
      let word = 0;
      while (word < 4 && targets[lane * 4 + word] === dst[at + word]) word += 1;
      if (word === 4) return lane;
    }
    const lane = Math.min(this.#open, TARGETS);
    if (lane < TARGETS) {
      for (let word = 0; word < 4; word += 1) targets[lane * 4 + word] = dst[at + word] as number;
      this.#open += 1;
    }
    if (this.#running[lane] === NO_ROW) this.#openGroup(lane);
    return lane;
  }

  #openGroup(lane: number): void {
    const group = this.#groups % this.samples.rows;
    this.#running[lane] = group;
    this.#groups = (this.#groups + 1) % this.samples.rows;
    this.#seen[group] = 0;
    this.#kept[group] = 0;
  }

  /** Rows of [fromSec, toSec) that `wants` says yes to, with what each stands for. */
  rowsOf(
    fromSec: number,
    toSec: number,
    wants: (samples: Samples, row: number) => boolean,
  ): { rows: Int32Array; weights: Float64Array } {
    const { samples } = this;
    const rows: number[] = [];
    for (let row = 0; row < samples.rows; row += 1) {
      const sec = samples.sec[row] as number;
      if (this.#groupOf[row] !== NO_ROW && sec >= fromSec && sec < toSec && wants(samples, row)) rows.push(row);
    }
    return { rows: Int32Array.from(rows), weights: Float64Array.from(rows, (row) => this.#weightOf(row)) };
  }

  #weightOf(row: number): number {
    const group = this.#groupOf[row] as number;
    return ((this.samples.messages[row] as number) * (this.#seen[group] as number)) / (this.#kept[group] as number);
  }

  /** Forgets everything: the clock stepped back. */
  clear(): void {
    this.#groupOf.fill(NO_ROW);
    this.#sec = Number.NaN;
  }
}
