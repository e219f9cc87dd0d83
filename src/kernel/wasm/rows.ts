// Which rows belong together.
import { IP_ROWS, NSEC, OUTER, SEC, TUNNELLED, V4_ROWS, V6_ROWS, VERSION, WIRE_LEN } from '../../records/batch-layout';
import { RESULT } from '../layout';

const HALF_SECOND: i32 = 500_000_000;

/** First row after `from` that lies in another half second, or `count`. RESULT: bytes on the wire of the rows before it. */
export function halfSecondEnd(batch: u32, from: u32, count: u32): u32 {
  const sec = load<f64>(batch + (from << 3), SEC);
  const isLater = load<i32>(batch + (from << 2), NSEC) >= HALF_SECOND;
  let bytes: u64 = 0;
  let row = from;
  do {
    bytes += load<u32>(batch + (row << 2), WIRE_LEN);
    row += 1;
  } while (
    row < count && load<f64>(batch + (row << 3), SEC) == sec && load<i32>(batch + (row << 2), NSEC) >= HALF_SECOND == isLater
  );
  store<f64>(RESULT, <f64>bytes);
  return row;
}

/** Lists the rows from..to that have an outer IP header; returns how many. RESULT: how many of them are tunnelled. */
export function ipRows(batch: u32, from: u32, to: u32): u32 {
  let count: u32 = 0;
  let tunnelled: u32 = 0;
  for (let row = from; row < to; row += 1) {
    store<u32>(batch + (count << 2), row, IP_ROWS);
    count += <u32>(load<u8>(batch + row, OUTER + VERSION) != 0);
    tunnelled += load<u8>(batch + row, TUNNELLED);
  }
  store<f64>(RESULT, <f64>tunnelled);
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
