// Which rows go to a target whose rows are kept: src/aggregate/target-samples.ts.
import { DST, OUTER, VERSION } from '../../records/batch-layout';
import {
  MARKS_AT_PLACE, MARKS_COUNT, MARKS_FACTOR, MARKS_NEXT_AT_PLACE, MARKS_NEXT_TAKEN, MARKS_PLACE_SHIFT, MARKS_VERSION, MARKS_WORDS,
  RESULT,
} from '../layout';

/**
 * Counts the packets of marked targets among the rows `from..count` of the list, in runs, until one of them is due. Returns the index
 * behind that run, RESULT: the target's number; or 0 when the list is at its end. `isV4`: no row is IPv6.
 */
export function nextMarked(batch: u32, marks: u32, rows: u32, from: u32, count: u32, isV4: bool): u32 {
  const end = rows + (count << 2);
  for (let at = rows + (from << 2); at < end; ) {
    const row = load<u32>(at);
    const words = v128.load(batch + (row << 4), OUTER + DST);
    const version = <u32>load<u8>(batch + row, OUTER + VERSION);
    const first = at;
    at += 4;
    if (at < end && isSame(batch, at, version, words)) {
      // Under attack runs are long: four rows a branch.
      if (isV4) while (at + 16 <= end && areSame(batch, at, words)) at += 16;
      while (at < end && isSame(batch, at, version, words)) at += 4;
    }
    const place = <u32>(i32x4.extract_lane(words, 3) * <i32>MARKS_FACTOR) >>> MARKS_PLACE_SHIFT;
    let mark: i32 = load<i8>(marks + place, MARKS_AT_PLACE);
    for (; mark >= 0; mark = load<i8>(marks + mark, MARKS_NEXT_AT_PLACE)) {
      if (load<u32>(marks + (mark << 2), MARKS_VERSION) != version) continue;
      if (!i8x16.all_true(i8x16.eq(v128.load(marks + (mark << 4), MARKS_WORDS), words))) continue;
      const counter = marks + (mark << 3);
      const seen = load<f64>(counter, MARKS_COUNT) + <f64>((at - first) >>> 2);
      store<f64>(counter, seen, MARKS_COUNT);
      if (seen < load<f64>(counter, MARKS_NEXT_TAKEN)) break;
      store<f64>(RESULT, <f64>mark);
      return (at - rows) >>> 2;
    }
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function isSame(batch: u32, at: u32, version: u32, words: v128): bool {
  const row = load<u32>(at);
  if (!i8x16.all_true(i8x16.eq(v128.load(batch + (row << 4), OUTER + DST), words))) return false;
  return load<u8>(batch + row, OUTER + VERSION) == version;
}

// @ts-ignore: decorator
@inline
function areSame(batch: u32, at: u32, words: v128): bool {
  const a = i8x16.eq(v128.load(batch + (load<u32>(at) << 4), OUTER + DST), words);
  const b = i8x16.eq(v128.load(batch + (load<u32>(at, 4) << 4), OUTER + DST), words);
  const c = i8x16.eq(v128.load(batch + (load<u32>(at, 8) << 4), OUTER + DST), words);
  const d = i8x16.eq(v128.load(batch + (load<u32>(at, 12) << 4), OUTER + DST), words);
  return i8x16.all_true(v128.and(v128.and(a, b), v128.and(c, d)));
}
