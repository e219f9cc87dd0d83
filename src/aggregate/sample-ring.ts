/**
 * Decoded rows kept by chance: up to ROWS of every second, each packet with the same probability (reservoir, Algorithm L,
 * Li 1994), for the last SECONDS seconds. It answers what a rule would have matched, and holds the good reference.
 */
import type { HeaderColumns, PacketBatch } from '../records/packet-batch.js';
import { PacketSamples, type ReadRowDetail } from '../records/packet-samples.js';

/** Rows a second: a share of 50 % is known to ±4.4 points from one second, ±0.6 from a minute. */
export const SAMPLE_ROWS = 512;
/** 180 s × 512 rows × 103 B = 9.5 MB with details, × 56 B without. */
export const SAMPLE_SECONDS = 180;
/** For a report, which looks back ten seconds: 0.5 MB. */
export const SHORT_SAMPLE_SECONDS = 16;

export class SampleRing {
  readonly rows: PacketSamples;
  readonly #sec: Float64Array;
  /** What each packet seen in the second stands for. */
  readonly #rates: Float64Array;
  #rate = 1;
  /** Packets seen in the second, of which `#kept` are kept. */
  readonly #seen: Float64Array;
  readonly #seenBytes: Float64Array;
  readonly #kept: Int32Array;
  #currentSec = Number.NaN;
  #slot = 0;
  /** Index (1-based) in the second of the next packet to take, once the reservoir is full. */
  #nextTaken = 0;
  #weight = 1;

  /** `seconds`: how far it looks back. `readDetail`: null where no details are kept. */
  constructor(
    readonly random: () => number = Math.random,
    readonly seconds = SAMPLE_SECONDS,
    readonly readDetail: ReadRowDetail | null = null,
  ) {
    this.rows = new PacketSamples(seconds * SAMPLE_ROWS, { details: readDetail !== null });
    this.#sec = new Float64Array(seconds).fill(Number.NaN);
    this.#rates = new Float64Array(seconds);
    this.#seen = new Float64Array(seconds);
    this.#seenBytes = new Float64Array(seconds);
    this.#kept = new Int32Array(seconds);
  }

  /**
   * Hot path, once per run: rows `rows[0..count)` of `columns`, all counted in second `sec`; `classes` has the traffic
   * class of each row, `bytes` is the sum of their frame lengths. Touches only the rows it keeps. `batch`: whose columns these are, for details.
   */
  addRun(
    sec: number,
    columns: HeaderColumns,
    wireLen: Uint32Array,
    rows: Int32Array,
    classes: Uint8Array,
    count: number,
    bytes: number,
    batch: PacketBatch | null = null,
  ): void {
    if (sec > this.#currentSec || Number.isNaN(this.#currentSec)) this.#open(sec);
    const slot = this.#slot;
    const seen = this.#seen[slot] as number;
    this.#seen[slot] = seen + count;
    this.#seenBytes[slot]! += bytes;
    let i = 0;
    let kept = this.#kept[slot] as number;
    for (; i < count && kept < SAMPLE_ROWS; i += 1, kept += 1) {
      const row = rows[i] as number;
      const at = slot * SAMPLE_ROWS + kept;
      this.rows.set(at, columns, row, wireLen[row] as number, classes[row] as number);
      if (batch !== null) this.readDetail?.(batch, row, this.rows, at);
      if (kept + 1 === SAMPLE_ROWS) this.#skip(seen + i + 1);
    }
    this.#kept[slot] = kept;
    if (kept < SAMPLE_ROWS) return;
    while (this.#nextTaken <= seen + count) {
      i = this.#nextTaken - seen - 1;
      const row = rows[i] as number;
      const at = slot * SAMPLE_ROWS + Math.floor(this.random() * SAMPLE_ROWS);
      this.rows.set(at, columns, row, wireLen[row] as number, classes[row] as number);
      if (batch !== null) this.readDetail?.(batch, row, this.rows, at);
      this.#skip(this.#nextTaken);
    }
  }

  #open(sec: number): void {
    this.#currentSec = sec;
    this.#slot = ((sec % this.seconds) + this.seconds) % this.seconds;
    this.#sec[this.#slot] = sec;
    this.#rates[this.#slot] = this.#rate;
    this.#seen[this.#slot] = 0;
    this.#seenBytes[this.#slot] = 0;
    this.#kept[this.#slot] = 0;
    this.#weight = 1;
  }

  #skip(seen: number): void {
    this.#weight *= Math.exp(Math.log(1 - this.random()) / SAMPLE_ROWS);
    this.#nextTaken = seen + Math.floor(Math.log(1 - this.random()) / Math.log(1 - this.#weight)) + 1;
  }

  /** Packets of the seconds from the next one on stand for so many. */
  setRate(rate: number): void {
    this.#rate = rate;
  }

  /** Forgets everything: the clock stepped back. */
  clear(): void {
    this.#sec.fill(Number.NaN);
    this.#currentSec = Number.NaN;
  }

  /**
   * Calls back for each second of [fromSec, toSec) that holds something: rows are `at .. at + count` of `rows`,
   * each standing for `packets / count` packets.
   */
  visit(fromSec: number, toSec: number, each: (second: SampledSecond) => void): void {
    for (
      let sec = Math.max(fromSec, this.#currentSec - this.seconds + 1);
      sec < toSec && sec <= this.#currentSec;
      sec += 1
    ) {
      const slot = ((sec % this.seconds) + this.seconds) % this.seconds;
      if (this.#sec[slot] !== sec || this.#kept[slot] === 0) continue;
      each({
        sec,
        at: slot * SAMPLE_ROWS,
        count: this.#kept[slot] as number,
        packets: (this.#seen[slot] as number) * (this.#rates[slot] as number),
        bytes: (this.#seenBytes[slot] as number) * (this.#rates[slot] as number),
      });
    }
  }
}

export interface SampledSecond {
  readonly sec: number;
  readonly at: number;
  readonly count: number;
  readonly packets: number;
  readonly bytes: number;
}
