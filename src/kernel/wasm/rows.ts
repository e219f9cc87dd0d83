// Which rows belong together.
import { CAP_LEN, IP_ROWS, LINK_TYPE, NSEC, OUTER, SEC, STATUS, TUNNELLED, V4_ROWS, V6_ROWS, VERSION, WIRE_LEN } from '../../records/batch-layout';
import { RESULT } from '../layout';

/** Rows looked at together. */
const LANES: u32 = 4;

/**
 * First row after `from` that lies in another second, or whose nanoseconds lie outside of [fromNs, toNs); `count` when there is none. RESULT:
 * bytes on the wire and captured of the rows before it.
 */
export function tickEnd(batch: u32, from: u32, count: u32, fromNs: i32, toNs: i32): u32 {
  const sec = load<f64>(batch + (from << 3), SEC);
  const secs = f64x2.splat(sec);
  const first = i32x4.splat(fromNs);
  const end = i32x4.splat(toNs);
  let wire = i64x2.splat(0);
  let captured = i64x2.splat(0);
  let row = from;
  for (; row + LANES <= count; row += LANES) {
    const words = batch + (row << 2);
    const doubles = batch + (row << 3);
    const isSecond = v128.and(f64x2.eq(v128.load(doubles, SEC), secs), f64x2.eq(v128.load(doubles, SEC + 16), secs));
    const times = v128.load(words, NSEC);
    const isTick = v128.and(i32x4.ge_s(times, first), i32x4.lt_s(times, end));
    if (!i32x4.all_true(v128.and(isSecond, isTick))) break;
    wire = i64x2.add(wire, sumOfFour(v128.load(words, WIRE_LEN)));
    captured = i64x2.add(captured, sumOfFour(v128.load(words, CAP_LEN)));
  }
  let wireBytes = i64x2.extract_lane(wire, 0) + i64x2.extract_lane(wire, 1);
  let capturedBytes = i64x2.extract_lane(captured, 0) + i64x2.extract_lane(captured, 1);
  for (; row < count; row += 1) {
    if (row > from) {
      const time = load<i32>(batch + (row << 2), NSEC);
      if (load<f64>(batch + (row << 3), SEC) != sec || time < fromNs || time >= toNs) break;
    }
    wireBytes += load<u32>(batch + (row << 2), WIRE_LEN);
    capturedBytes += load<u32>(batch + (row << 2), CAP_LEN);
  }
  store<f64>(RESULT, <f64>wireBytes);
  store<f64>(RESULT, <f64>capturedBytes, 8);
  return row;
}

/** First row after `from` with another link type, or `count`. */
export function linkTypeEnd(batch: u32, from: u32, count: u32): u32 {
  const linkType = load<u16>(batch + (from << 1), LINK_TYPE);
  const eight = i16x8.splat(linkType);
  let row = from;
  while (row + 8 <= count && i16x8.all_true(i16x8.eq(v128.load(batch + (row << 1), LINK_TYPE), eight))) row += 8;
  while (row < count && load<u16>(batch + (row << 1), LINK_TYPE) == linkType) row += 1;
  return row;
}

/** Four unsigned words as two sums. */
// @ts-ignore: decorator
@inline
function sumOfFour(words: v128): v128 {
  return i64x2.add(i64x2.extend_low_i32x4_u(words), i64x2.extend_high_i32x4_u(words));
}

/** Lists the rows from..to that have an outer IP header; returns how many. RESULT: how many are tunnelled, and of all rows those not ok. */
export function ipRows(batch: u32, from: u32, to: u32): u32 {
  let count: u32 = 0;
  let tunnelled: u32 = 0;
  let notOk: u32 = 0;
  for (let row = from; row < to; row += 1) {
    store<u32>(batch + (count << 2), row, IP_ROWS);
    count += <u32>(load<u8>(batch + row, OUTER + VERSION) != 0);
    tunnelled += load<u8>(batch + row, TUNNELLED);
    notOk += <u32>(load<u8>(batch + row, STATUS) != 0);
  }
  store<f64>(RESULT, <f64>tunnelled);
  store<f64>(RESULT, <f64>notOk, 8);
  return count;
}

/** Sorts a list of rows into those of IPv4 and those of IPv6. RESULT: how many of each. */
export function splitVersions(batch: u32, columns: u32, rows: u32, count: u32): void {
  let v4: u32 = 0;
  let v6: u32 = 0;
  for (let i: u32 = 0; i < count; i += 1) {
    const row = load<u32>(rows + (i << 2));
    const version = load<u8>(columns + row, VERSION);
    store<u32>(batch + (v4 << 2), row, V4_ROWS);
    store<u32>(batch + (v6 << 2), row, V6_ROWS);
    v4 += <u32>(version == 4);
    v6 += <u32>(version == 6);
  }
  store<f64>(RESULT, <f64>v4);
  store<f64>(RESULT, <f64>v6, 8);
}
