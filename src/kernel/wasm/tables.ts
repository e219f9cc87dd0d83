// The decay tables of src/sketch/decay-table.ts: the same rule, the same random numbers, the same memory.
import { DST, DST_PORT, SRC, SRC_PORT, TRANSPORT, WIRE_LEN } from '../../records/batch-layout';
import { DECAY_CHANCE, DECAY_COUNTS, REGISTER_BITS, RESULT, RESULT_WORDS, SET_BYTES, SET_PACKETS, SET_SUMS, TABLE_ENTRIES, TABLE_KEYS, TABLE_RANDOM, TABLE_REGISTERS, TABLE_SEED, TABLE_SHIFT, TABLE_TOUCHED, TOUCHED_BOUND, TOUCHED_SLOTS } from '../layout';
import { TICK, factor, mix32, nextRandom, roll } from './hash';

/** Rounds of decay tried when many packets of one key arrive at once. */
const FOLD_ROUNDS = 512;

// @ts-ignore: decorator
@inline
export function touch(list: u32, slot: u32): void {
  const count = load<u32>(list);
  if (count < <u32>TOUCHED_BOUND) store<u32>(list + (count << 2), slot, TOUCHED_SLOTS);
  store<u32>(list, count + 1);
}

// @ts-ignore: decorator
@inline
export function addToRegisters(registers: u32, hash: i32): void {
  const register = registers + (hash >>> (32 - REGISTER_BITS));
  const rank = <u32>clz<i32>((hash << REGISTER_BITS) | (1 << (REGISTER_BITS - 1))) + 1;
  if (rank > load<u8>(register)) store<u8>(register, <u8>rank);
}

/** How many registers have each rank. RESULT: one count a rank, from 0 on. */
export function countRanks(registers: u32): void {
  for (let rank: u32 = 0; rank < <u32>RESULT_WORDS; rank += 1) store<f64>(RESULT + (rank << 3), 0);
  for (let at = registers; at < registers + (1 << REGISTER_BITS); at += 8) {
    const eight = load<u64>(at);
    // Most are empty when few keys were seen.
    if (eight == 0) {
      store<f64>(RESULT, load<f64>(RESULT) + 8);
      continue;
    }
    for (let shift: u64 = 0; shift < 64; shift += 8) {
      const count = RESULT + (<u32>(eight >> shift) & 0xff) * 8;
      store<f64>(count, load<f64>(count) + 1);
    }
  }
}

/** The way of the set with the smallest count, by number; the first of equals, beginning with way `from & 3`. */
// @ts-ignore: decorator
@inline
export function leastWay(counts: v128, least: v128, from: i32): u32 {
  const equal = <u32>i32x4.bitmask(i32x4.eq(counts, least));
  const first = <u32>from & 3;
  return (<u32>ctz<u32>((equal | (equal << 4)) >>> first) + first) & 3;
}

// @ts-ignore: decorator
@inline
export function leastOf(counts: v128): v128 {
  const halves = i32x4.min_s(counts, i8x16.shuffle(counts, counts, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return i32x4.min_s(halves, i8x16.shuffle(halves, halves, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
}

/**
 * Many packets of one key against the smallest entry: how many of them are left when it has decayed to nothing, or 0 when it
 * stands; the entry is updated.
 */
function decayMany(set: u32, way: u32, packets: u32, roll: i32): u32 {
  const rounds = min<u32>(packets, FOLD_ROUNDS);
  const countAt = set + SET_PACKETS + (way << 2);
  const sumAt = set + SET_SUMS + (way << 3);
  let random = roll | 1;
  let left: u32 = 0;
  for (let round: u32 = 0; round < rounds; round += 1) {
    const count = load<i32>(countAt);
    if (count >= DECAY_COUNTS) break;
    if (round > 0) random = nextRandom(random);
    if (random >>> 1 >= load<i32>(count << 2, DECAY_CHANCE)) continue;
    if (count == 1) {
      left = packets - round;
      break;
    }
    store<i32>(countAt, count - 1);
    store<f64>(sumAt, (load<f64>(sumAt) * <f64>(count - 1)) / <f64>count);
  }
  return left;
}

/** An empty way gets its first packets; the caller writes tag and key. */
function claimEmpty(table: u32, set: u32, way: u32, packets: u32, bytes: f64): void {
  touch(table + TABLE_TOUCHED, ((set - load<u32>(table, TABLE_ENTRIES)) / SET_BYTES) * 4 + way);
  store<i32>(set + (way << 2), packets, SET_PACKETS);
  store<f64>(set + (way << 3), bytes, SET_SUMS);
}

/** A key its set does not hold: true when it now owns way `way`, with counts written; the caller writes tag and key. */
function contest(table: u32, set: u32, least: i32, way: u32, packets: u32, bytes: f64, roll: i32): bool {
  const countAt = set + SET_PACKETS + (way << 2);
  const sumAt = set + SET_SUMS + (way << 3);
  if (least == 0) {
    claimEmpty(table, set, way, packets, bytes);
    return true;
  }
  if (packets > 1) {
    const left = decayMany(set, way, packets, roll);
    if (left == 0) return false;
    store<i32>(countAt, left);
    store<f64>(sumAt, (bytes * <f64><i32>left) / <f64><i32>packets);
    return true;
  }
  if (least >= DECAY_COUNTS) return false;
  if (roll >>> 1 >= load<i32>(least << 2, DECAY_CHANCE)) return false;
  if (least == 1) {
    store<f64>(sumAt, bytes);
    return true;
  }
  store<i32>(countAt, least - 1);
  // What decays keeps its mean length.
  store<f64>(sumAt, (load<f64>(sumAt) * <f64>(least - 1)) / <f64>least);
  return false;
}

// @ts-ignore: decorator
@inline
function addToWay(set: u32, way: u32, packets: u32, bytes: f64): void {
  const countAt = set + SET_PACKETS + (way << 2);
  const sumAt = set + SET_SUMS + (way << 3);
  store<i32>(countAt, load<i32>(countAt) + packets);
  store<f64>(sumAt, load<f64>(sumAt) + bytes);
}

/** A list of rows ascends, so it has no gaps when it spans as many rows as it has. */
// @ts-ignore: decorator
@inline
function isDense(rows: u32, count: u32): bool {
  return load<u32>(rows + ((count - 1) << 2)) - load<u32>(rows) == count - 1;
}

/** One-word keys: word 3 of the four-word addresses of `column`, under `mask`. Runs of one key are added at once. */
export function addWords(batch: u32, table: u32, rows: u32, count: u32, column: u32, mask: i32): void {
  if (count == 0) return;
  if (isDense(rows, count)) addWordsOf(batch, table, rows, count, column, mask, true);
  else addWordsOf(batch, table, rows, count, column, mask, false);
}

// @ts-ignore: decorator
@inline
function addWordsOf(batch: u32, table: u32, rows: u32, count: u32, column: u32, mask: i32, dense: bool): void {
  const entries = load<u32>(table, TABLE_ENTRIES);
  const shift = load<u32>(table, TABLE_SHIFT);
  const seed = load<i32>(table, TABLE_SEED);
  const registers = load<u32>(table, TABLE_REGISTERS);
  const chanceOfOne = load<i32>(DECAY_CHANCE + 4);
  let tick = load<i32>(table, TABLE_RANDOM);
  const end = rows + (count << 2);
  let at = rows;
  let row = load<u32>(at);
  let key = load<i32>(column + (row << 4), 12) & mask;
  for (;;) {
    let bytes: i64 = load<u32>(batch + (row << 2), WIRE_LEN);
    let packets: u32 = 1;
    let next = 0;
    for (at += 4; at < end; at += 4) {
      row = dense ? row + 1 : load<u32>(at);
      next = load<i32>(column + (row << 4), 12) & mask;
      if (next != key) break;
      bytes += load<u32>(batch + (row << 2), WIRE_LEN);
      packets += 1;
    }
    const hash = mix32(key ^ seed);
    addToRegisters(registers, hash);
    tick += TICK;
    const set = entries + (hash >>> shift) * SET_BYTES;
    const hits = i32x4.bitmask(i32x4.eq(v128.load(set), i32x4.splat(key)));
    if (hits != 0) {
      const way = <u32>ctz<i32>(hits);
      if (load<i32>(set + (way << 2), SET_PACKETS) != 0) addToWay(set, way, packets, <f64>bytes);
      else claimEmpty(table, set, way, packets, <f64>bytes);
    } else {
      const counts = v128.load(set, SET_PACKETS);
      const least = leastOf(counts);
      const way = leastWay(counts, least, hash);
      // The usual case under a flood of random keys: one packet against one packet.
      if (packets == 1 && i32x4.extract_lane(least, 0) == 1) {
        if (roll(hash, tick) >>> 1 < chanceOfOne) {
          store<i32>(set + (way << 2), key);
          store<f64>(set + (way << 3), <f64>bytes, SET_SUMS);
        }
      } else if (contest(table, set, i32x4.extract_lane(least, 0), way, packets, <f64>bytes, roll(hash, tick))) {
        store<i32>(set + (way << 2), key);
      }
    }
    if (at == end) break;
    key = next;
  }
  store<i32>(table, tick, TABLE_RANDOM);
}

/** The way of the set that holds the four-word key, or 4. */
// @ts-ignore: decorator
@inline
function wayOfQuad(set: u32, keys: u32, tag: i32, key: v128): u32 {
  for (let hits = i32x4.bitmask(i32x4.eq(v128.load(set), i32x4.splat(tag))); hits != 0; hits &= hits - 1) {
    const way = <u32>ctz<i32>(hits);
    if (i8x16.all_true(i8x16.eq(v128.load(keys + (way << 4)), key))) return way;
  }
  return 4;
}

/** One packet of a key that way `way` of the set holds (4: none). Returns the way that is its own now, whose key the caller writes, or 4. */
// @ts-ignore: decorator
@inline
function addTagged(table: u32, set: u32, way: u32, hash: i32, bytes: f64, tick: i32): u32 {
  if (way < 4) {
    if (load<i32>(set + (way << 2), SET_PACKETS) != 0) addToWay(set, way, 1, bytes);
    else claimEmpty(table, set, way, 1, bytes);
    return 4;
  }
  const counts = v128.load(set, SET_PACKETS);
  const least = leastOf(counts);
  const loser = leastWay(counts, least, hash);
  if (!contest(table, set, i32x4.extract_lane(least, 0), loser, 1, bytes, roll(hash, tick))) return 4;
  store<i32>(set + (loser << 2), hash);
  return loser;
}

/** One packet of a four-word key. */
// @ts-ignore: decorator
@inline
function addQuad(table: u32, entries: u32, keys: u32, shift: u32, hash: i32, key: v128, bytes: f64, tick: i32): void {
  const index = hash >>> shift;
  const set = entries + index * SET_BYTES;
  const setKeys = keys + (index << 6);
  const way = wayOfQuad(set, setKeys, hash, key);
  const loser = addTagged(table, set, way, hash, bytes, tick);
  if (loser == 4) return;
  v128.store(setKeys + (loser << 4), key);
}

/** Sum of the four products: multilinear hashing by random odd factors (Carter and Wegman 1979). */
// @ts-ignore: decorator
@inline
export function sumOfProducts(words: v128, factors: v128): i32 {
  const products = i32x4.mul(words, factors);
  const pairs = i32x4.add(products, i8x16.shuffle(products, products, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}

/** Factors for words `first`.. of a key. */
// @ts-ignore: decorator
@inline
export function factors(seed: i32, first: i32): v128 {
  const pair = i32x4.replace_lane(i32x4.splat(factor(seed, first)), 1, factor(seed, first + 1));
  return i32x4.replace_lane(i32x4.replace_lane(pair, 2, factor(seed, first + 2)), 3, factor(seed, first + 3));
}

/** Four-word keys: the addresses of `column` under the mask of four words. */
export function addQuads(batch: u32, table: u32, rows: u32, count: u32, column: u32, mask0: i32, mask1: i32, mask2: i32, mask3: i32): void {
  const entries = load<u32>(table, TABLE_ENTRIES);
  const keys = load<u32>(table, TABLE_KEYS);
  const shift = load<u32>(table, TABLE_SHIFT);
  const seed = load<i32>(table, TABLE_SEED);
  const registers = load<u32>(table, TABLE_REGISTERS);
  const mask = i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(mask0), 1, mask1), 2, mask2), 3, mask3);
  const by = factors(seed, 0);
  let tick = load<i32>(table, TABLE_RANDOM);
  for (let i: u32 = 0; i < count; i += 1) {
    tick += TICK;
    const row = load<u32>(rows + (i << 2));
    const key = v128.and(v128.load(column + (row << 4)), mask);
    const hash = mix32(seed + sumOfProducts(key, by));
    addToRegisters(registers, hash);
    addQuad(table, entries, keys, shift, hash, key, <f64>(<i64>load<u32>(batch + (row << 2), WIRE_LEN)), tick);
  }
  store<i32>(table, tick, TABLE_RANDOM);
}

/** Flows of IPv4: source, target, ports, transport. `table` 0 counts distinct flows only. */
export function addFlows4(batch: u32, table: u32, rows: u32, count: u32, columns: u32, seed: i32, registers: u32): void {
  const entries = table == 0 ? 0 : load<u32>(table, TABLE_ENTRIES);
  const keys = table == 0 ? 0 : load<u32>(table, TABLE_KEYS);
  const shift = table == 0 ? 0 : load<u32>(table, TABLE_SHIFT);
  const factor0 = factor(seed, 0);
  const factor1 = factor(seed, 1);
  const factor2 = factor(seed, 2);
  const factor3 = factor(seed, 3);
  let tick = table == 0 ? 0 : load<i32>(table, TABLE_RANDOM);
  for (let i: u32 = 0; i < count; i += 1) {
    const row = load<u32>(rows + (i << 2));
    const src = load<i32>(columns + (row << 4), SRC + 12);
    const dst = load<i32>(columns + (row << 4), DST + 12);
    const ports = portsOf(columns, row);
    const transport = <i32>load<u8>(columns + row, TRANSPORT);
    const hash = mix32(seed + src * factor0 + dst * factor1 + ports * factor2 + transport * factor3);
    addToRegisters(registers, hash);
    if (table == 0) continue;
    tick += TICK;
    const key = i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(src), 1, dst), 2, ports), 3, transport);
    addQuad(table, entries, keys, shift, hash, key, <f64>(<i64>load<u32>(batch + (row << 2), WIRE_LEN)), tick);
  }
  if (table != 0) store<i32>(table, tick, TABLE_RANDOM);
}

/** 0 where there are none. */
// @ts-ignore: decorator
@inline
function portsOf(columns: u32, row: u32): i32 {
  return (<i32>load<u16>(columns + (row << 1), SRC_PORT) << 16) | load<u16>(columns + (row << 1), DST_PORT);
}

const FLOW6_BYTES: u32 = 40;

/** Flows of IPv6: ten words. `table` 0 counts distinct flows only. */
export function addFlows6(batch: u32, table: u32, rows: u32, count: u32, columns: u32, seed: i32, registers: u32): void {
  const bySrc = factors(seed, 0);
  const byDst = factors(seed, 4);
  const byPorts = factor(seed, 8);
  const byTransport = factor(seed, 9);
  let tick = table == 0 ? 0 : load<i32>(table, TABLE_RANDOM);
  for (let i: u32 = 0; i < count; i += 1) {
    const row = load<u32>(rows + (i << 2));
    const src = v128.load(columns + (row << 4), SRC);
    const dst = v128.load(columns + (row << 4), DST);
    const ports = portsOf(columns, row);
    const transport = <i32>load<u8>(columns + row, TRANSPORT);
    const addresses = sumOfProducts(src, bySrc) + sumOfProducts(dst, byDst);
    const hash = mix32(seed + addresses + ports * byPorts + transport * byTransport);
    addToRegisters(registers, hash);
    if (table == 0) continue;
    tick += TICK;
    addFlow6(table, hash, src, dst, ports, transport, <f64>(<i64>load<u32>(batch + (row << 2), WIRE_LEN)), tick);
  }
  if (table != 0) store<i32>(table, tick, TABLE_RANDOM);
}

function addFlow6(table: u32, hash: i32, src: v128, dst: v128, ports: i32, transport: i32, bytes: f64, tick: i32): void {
  const index = hash >>> load<u32>(table, TABLE_SHIFT);
  const set = load<u32>(table, TABLE_ENTRIES) + index * SET_BYTES;
  const keys = load<u32>(table, TABLE_KEYS) + index * (4 * FLOW6_BYTES);
  let way: u32 = 4;
  for (let hits = i32x4.bitmask(i32x4.eq(v128.load(set), i32x4.splat(hash))); hits != 0; hits &= hits - 1) {
    const key = keys + <u32>ctz<i32>(hits) * FLOW6_BYTES;
    const isSame = v128.and(i8x16.eq(v128.load(key), src), i8x16.eq(v128.load(key, 16), dst));
    if (!i8x16.all_true(isSame) || load<i32>(key, 32) != ports || load<i32>(key, 36) != transport) continue;
    way = ctz<i32>(hits);
    break;
  }
  const loser = addTagged(table, set, way, hash, bytes, tick);
  if (loser == 4) return;
  const key = keys + loser * FLOW6_BYTES;
  v128.store(key, src);
  v128.store(key, dst, 16);
  store<i32>(key, ports, 32);
  store<i32>(key, transport, 36);
}
