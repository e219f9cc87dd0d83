/**
 * A profile as bytes: for each hour that was learned its number, its steps, and of each feature how many bins are not empty, then their places and
 * counts. Numbers are LEB128. A week of a server takes 10 to 30 KiB of the 126 KiB it has in memory.
 */
import { FEATURE_COUNT } from './features.js';
import { HOURS } from './hour-of-week.js';
import { BINS } from './log-histogram.js';
import { MOST_STEPS, type WeekProfile } from './week-profile.js';

export function encodeHours(profile: WeekProfile): Uint8Array {
  const bytes: number[] = [];
  for (let hour = 0; hour < HOURS; hour += 1) {
    const cell = profile.cellOf(hour);
    if (cell === null) continue;
    bytes.push(hour);
    putNumber(bytes, profile.steps[hour] as number);
    for (let i = 0; i < FEATURE_COUNT; i += 1) putBins(bytes, cell.subarray(i * BINS, (i + 1) * BINS));
  }
  return Uint8Array.from(bytes);
}

function putBins(bytes: number[], counts: Uint16Array): void {
  const placesAt = bytes.push(0) - 1;
  for (let bin = 0; bin < BINS; bin += 1) {
    const count = counts[bin] as number;
    if (count === 0) continue;
    bytes[placesAt]! += 1;
    bytes.push(bin);
    putNumber(bytes, count);
  }
}

function putNumber(bytes: number[], value: number): void {
  let left = value;
  for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  bytes.push(left);
}

/** Into a profile that is new. False: the bytes are no profile; what was filled of it is worth nothing. */
export function decodeHours(bytes: Uint8Array, profile: WeekProfile): boolean {
  const reader = new Reader(bytes);
  for (let last = -1; !reader.isAtEnd; ) {
    const hour = reader.byte();
    const steps = reader.number();
    if (!(hour > last && hour < HOURS) || !(steps >= 1 && steps < MOST_STEPS)) return false;
    last = hour;
    profile.steps[hour] = steps;
    const cell = profile.cellOf(hour) as Uint16Array;
    for (let i = 0; i < FEATURE_COUNT; i += 1)
      if (!readBins(reader, cell.subarray(i * BINS, (i + 1) * BINS), steps)) return false;
  }
  return true;
}

function readBins(reader: Reader, counts: Uint16Array, steps: number): boolean {
  const places = reader.byte();
  let sum = 0;
  let last = -1;
  for (let i = 0; i < places; i += 1) {
    const bin = reader.byte();
    const count = reader.number();
    sum += count;
    // What is faded is rounded down, so fewer than the steps; more were never counted.
    if (!(bin > last && bin < BINS) || !(count >= 1) || !(sum <= steps)) return false;
    last = bin;
    counts[bin] = count;
  }
  return places <= BINS;
}

/** Numbers from bytes; NaN behind their end. */
class Reader {
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.#at] ?? Number.NaN;
    this.#at += 1;
    return value;
  }

  /** At most three bytes: 21 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 21; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (Number.isNaN(byte)) return Number.NaN;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  }
}
