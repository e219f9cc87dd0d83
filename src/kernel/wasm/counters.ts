// Counters indexed by key (src/sketch/direct-table.ts): a cell is [bytes word | packets word], so one 64-bit addition counts a
// packet. The caller settles the cells before the bytes of one could overflow.
import { DST_PORT, HAS, PROTOCOL, SRC_PORT, TCP_FLAGS, TRAFFIC_CLASS, TTL, VERSION, WIRE_LEN } from '../../records/batch-layout';
import { COUNTERS_CELLS, COUNTERS_TOUCHED, HAS_FRAGMENT, HAS_PORTS, HAS_TCP_FLAGS, HAS_TTL, V6_PROTOCOLS_AT } from '../layout';
import { touch } from './tables';

const ONE_PACKET: u64 = 1 << 32;

/**
 * Keys there are. The cell behind the last one takes what has no key: whether a packet has ports is a branch that mixed traffic
 * mispredicts.
 */
const PORTS: u32 = 65536;
const FLAG_SETS: u32 = 512;
const TTLS: u32 = 256;

// @ts-ignore: decorator
@inline
function add(table: u32, cells: u32, key: u32, value: u64): void {
  const cell = cells + (key << 3);
  const before = load<u64>(cell);
  if (before == 0) touch(table + COUNTERS_TOUCHED, key);
  store<u64>(cell, before + value);
}

/**
 * Counts ports, protocol, TCP flags and TTL of the rows, and when `mix` is not 0 their class and frame length. Returns the
 * fragments among them.
 */
export function countNumbers(
  batch: u32, srcPorts: u32, dstPorts: u32, protocols: u32, tcpFlags: u32, ttls: u32, mix: u32, lengths: u32, longest: u32,
  columns: u32, rows: u32, count: u32,
): u32 {
  const srcPortCells = load<u32>(srcPorts, COUNTERS_CELLS);
  const dstPortCells = load<u32>(dstPorts, COUNTERS_CELLS);
  const protocolCells = load<u32>(protocols, COUNTERS_CELLS);
  const tcpFlagCells = load<u32>(tcpFlags, COUNTERS_CELLS);
  const ttlCells = load<u32>(ttls, COUNTERS_CELLS);
  const mixCells = mix == 0 ? 0 : load<u32>(mix, COUNTERS_CELLS);
  const lengthCells = mix == 0 ? 0 : load<u32>(lengths, COUNTERS_CELLS);
  let fragments: u32 = 0;
  for (let i: u32 = 0; i < count; i += 1) {
    const row = load<u32>(rows + (i << 2));
    const length = load<u32>(batch + (row << 2), WIRE_LEN);
    const value = ONE_PACKET | length;
    const has: u32 = load<u8>(columns + row, HAS);
    const hasPorts = (has & HAS_PORTS) != 0;
    const hasFlags = (has & HAS_TCP_FLAGS) != 0;
    add(srcPorts, srcPortCells, select<u32>(load<u16>(columns + (row << 1), SRC_PORT), PORTS, hasPorts), value);
    add(dstPorts, dstPortCells, select<u32>(load<u16>(columns + (row << 1), DST_PORT), PORTS, hasPorts), value);
    add(tcpFlags, tcpFlagCells, select<u32>(load<u16>(columns + (row << 1), TCP_FLAGS), FLAG_SETS, hasFlags), value);
    add(ttls, ttlCells, select<u32>(load<u8>(columns + row, TTL), TTLS, (has & HAS_TTL) != 0), value);
    const isV6 = <u32>(load<u8>(columns + row, VERSION) != 4);
    add(protocols, protocolCells, <u32>load<u8>(columns + row, PROTOCOL) + isV6 * V6_PROTOCOLS_AT, value);
    fragments += <u32>((has & HAS_FRAGMENT) != 0);
    if (mix == 0) continue;
    add(mix, mixCells, load<u8>(batch + row, TRAFFIC_CLASS), value);
    add(lengths, lengthCells, min<u32>(length, longest), value);
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
