// Record headers of classic pcap into the columns of the batch (draft-ietf-opsawg-pcap).
import { AT, CAP_LEN, LINK_TYPE, NSEC, ROWS, SEC, WIRE_LEN } from '../../records/batch-layout';
import { RESULT } from '../layout';

const HEADER_BYTES: u32 = 16;

// @ts-ignore: decorator
@inline
function word(at: u32, swapped: bool): u32 {
  const value = load<u32>(at);
  return swapped ? bswap<u32>(value) : value;
}

/**
 * Reads whole records from address `at` up to `end` into rows `row`.. and returns the first row not filled; RESULT holds the
 * address reached. `units` per second are 10^6 or 10^9. Stops in front of anything unusual (a captured length above `longest`,
 * a fraction beyond the second): the TypeScript parser looks at that.
 */
export function walkPcap(batch: u32, at: u32, end: u32, row: u32, slab: u32, units: u32, linkType: u32, longest: u32, swapped: bool): u32 {
  return swapped ? walk(batch, at, end, row, slab, units, linkType, longest, true) : walk(batch, at, end, row, slab, units, linkType, longest, false);
}

// @ts-ignore: decorator
@inline
function walk(batch: u32, from: u32, end: u32, first: u32, slab: u32, units: u32, linkType: u32, longest: u32, swapped: bool): u32 {
  const toNanoseconds: u32 = 1_000_000_000 / units;
  let at = from;
  let row = first;
  while (row < <u32>ROWS && at + HEADER_BYTES <= end) {
    const captured = word(at + 8, swapped);
    const fraction = word(at + 4, swapped);
    const next = at + HEADER_BYTES + captured;
    if (captured > longest || fraction >= units || next > end) break;
    store<u32>(batch + (row << 2), at + HEADER_BYTES - slab, AT);
    store<u32>(batch + (row << 2), captured, CAP_LEN);
    store<u32>(batch + (row << 2), word(at + 12, swapped), WIRE_LEN);
    store<f64>(batch + (row << 3), <f64>word(at, swapped), SEC);
    store<u32>(batch + (row << 2), fraction * toNanoseconds, NSEC);
    store<u16>(batch + (row << 1), <u16>linkType, LINK_TYPE);
    row += 1;
    at = next;
  }
  store<f64>(RESULT, <f64>at);
  return row;
}
