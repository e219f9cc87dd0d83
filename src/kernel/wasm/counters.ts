// Counters indexed by key (src/sketch/direct-table.ts): a cell is [bytes word | packets word], so one 64-bit addition counts a
// packet. The caller settles the cells before the bytes of one could overflow.
import { CAP_LEN, DST_PORT, HAS, PROTOCOL, SEC, SRC_PORT, STATUS, TCP_FLAGS, TRAFFIC_CLASS, TTL, VERSION, WIRE_LEN } from '../../records/batch-layout';
import { COUNTERS_CELLS, COUNTERS_TOUCHED, HAS_FRAGMENT, HAS_PORTS, HAS_TCP_FLAGS, HAS_TTL, RESULT, V6_PROTOCOLS_AT } from '../layout';
import { touch } from './tables';

const ONE_PACKET: u64 = 1 << 32;

// @ts-ignore: decorator
@inline
function add(table: u32, cells: u32, key: u32, value: u64): void {
  const cell = cells + (key << 3);
  const before = load<u64>(cell);
  if (before == 0) touch(table + COUNTERS_TOUCHED, key);
  store<u64>(cell, before + value);
}

/** Counts the frames of rows from..to by length. RESULT: captured bytes, rows whose status is not ok, 1 when all are of one second. */
export function countFrames(batch: u32, lengths: u32, from: u32, to: u32, longest: u32): void {
  const cells = load<u32>(lengths, COUNTERS_CELLS);
  const sec = load<f64>(batch + (from << 3), SEC);
  let captured: u64 = 0;
  let bad: u32 = 0;
  let isOneSecond: u32 = 1;
  for (let row = from; row < to; row += 1) {
    const length = load<u32>(batch + (row << 2), WIRE_LEN);
    captured += load<u32>(batch + (row << 2), CAP_LEN);
    bad += <u32>(load<u8>(batch + row, STATUS) != 0);
    isOneSecond &= <u32>(load<f64>(batch + (row << 3), SEC) == sec);
    add(lengths, cells, min<u32>(length, longest), ONE_PACKET | length);
  }
  store<f64>(RESULT, <f64>captured);
  store<f64>(RESULT, <f64>bad, 8);
  store<f64>(RESULT, <f64>isOneSecond, 16);
}

/** Counts ports, protocol, TCP flags and TTL of the rows, and their class when `mix` is not 0. Returns the fragments among them. */
export function countNumbers(
  batch: u32, srcPorts: u32, dstPorts: u32, protocols: u32, tcpFlags: u32, ttls: u32, mix: u32, columns: u32, rows: u32, count: u32,
): u32 {
  const srcPortCells = load<u32>(srcPorts, COUNTERS_CELLS);
  const dstPortCells = load<u32>(dstPorts, COUNTERS_CELLS);
  const protocolCells = load<u32>(protocols, COUNTERS_CELLS);
  const tcpFlagCells = load<u32>(tcpFlags, COUNTERS_CELLS);
  const ttlCells = load<u32>(ttls, COUNTERS_CELLS);
  const mixCells = mix == 0 ? 0 : load<u32>(mix, COUNTERS_CELLS);
  let fragments: u32 = 0;
  for (let i: u32 = 0; i < count; i += 1) {
    const row = load<u32>(rows + (i << 2));
    const value = ONE_PACKET | load<u32>(batch + (row << 2), WIRE_LEN);
    const has: u32 = load<u8>(columns + row, HAS);
    if ((has & HAS_PORTS) != 0) {
      add(srcPorts, srcPortCells, load<u16>(columns + (row << 1), SRC_PORT), value);
      add(dstPorts, dstPortCells, load<u16>(columns + (row << 1), DST_PORT), value);
    }
    if ((has & HAS_TCP_FLAGS) != 0) add(tcpFlags, tcpFlagCells, load<u16>(columns + (row << 1), TCP_FLAGS), value);
    if ((has & HAS_TTL) != 0) add(ttls, ttlCells, load<u8>(columns + row, TTL), value);
    const isV6 = <u32>(load<u8>(columns + row, VERSION) != 4);
    add(protocols, protocolCells, <u32>load<u8>(columns + row, PROTOCOL) + isV6 * V6_PROTOCOLS_AT, value);
    fragments += <u32>((has & HAS_FRAGMENT) != 0);
    if (mix != 0) add(mix, mixCells, load<u8>(batch + row, TRAFFIC_CLASS), value);
  }
  return fragments;
}

/** Counts word 3 of the four-word addresses of `column`, cut to its upper bits. */
export function addShifted(batch: u32, table: u32, rows: u32, count: u32, column: u32, shift: u32): void {
  const cells = load<u32>(table, COUNTERS_CELLS);
  for (let i: u32 = 0; i < count; i += 1) {
    const row = load<u32>(rows + (i << 2));
    const key = load<u32>(column + (row << 4), 12) >>> shift;
    add(table, cells, key, ONE_PACKET | load<u32>(batch + (row << 2), WIRE_LEN));
  }
}
