// Per-target counts by traffic class over the running tick: src/aggregate/target-classes.ts.
import { DST, OUTER, TRAFFIC_CLASS, VERSION, WIRE_LEN } from '../../records/batch-layout';
import {
  DECAY_CHANCE, TARGETS_CLASSES, TARGETS_HOST_SHIFT, TARGETS_KEYS, TARGETS_REST, TARGETS_REST_MASK_V4, TARGETS_REST_MASK_V6, TARGETS_REST_SHIFT,
  TARGETS_SEED, TARGETS_SETS, TARGETS_TICK, TARGETS_USED, TARGETS_USED_COUNT, TARGET_CLASS_COUNT, TARGET_KEY_BYTES, TARGET_PACKETS, TARGET_SET_BYTES,
} from '../layout';
import { TICK, factor, mix32, roll } from './hash';
import { factors, leastOf, leastWay, sumOfProducts } from './tables';

/** At this count an entry is no longer displaced. */
const PERMANENT: i32 = 64;
const NONE: u32 = 4;

/** Adds the rows, runs of one class to one target at once: under attack they are long. */
export function addTargets(batch: u32, targets: u32, rows: u32, count: u32): void {
  const sets = load<u32>(targets, TARGETS_SETS);
  const classes = load<u32>(targets, TARGETS_CLASSES);
  const seed = load<i32>(targets, TARGETS_SEED);
  const byVersion = factor(seed, 0);
  const byWords = factors(seed, 1);
  let tick = load<i32>(targets, TARGETS_TICK);
  const end = rows + (count << 2);
  for (let at = rows; at < end; ) {
    const row = load<u32>(at);
    const trafficClass = <u32>load<u8>(batch + row, TRAFFIC_CLASS);
    const version = <u32>load<u8>(batch + row, OUTER + VERSION);
    const words = v128.load(batch + (row << 4), OUTER + DST);
    let bytes: i64 = load<u32>(batch + (row << 2), WIRE_LEN);
    const first = at;
    for (at += 4; at < end; at += 4) {
      const next = load<u32>(at);
      if (!i8x16.all_true(i8x16.eq(v128.load(batch + (next << 4), OUTER + DST), words))) break;
      if (load<u8>(batch + next, TRAFFIC_CLASS) != trafficClass || load<u8>(batch + next, OUTER + VERSION) != version) break;
      bytes += load<u32>(batch + (next << 2), WIRE_LEN);
    }
    const packets = <i32>((at - first) >>> 2);
    tick += TICK;
    const hash = mix32(seed + <i32>version * byVersion + sumOfProducts(words, byWords));
    const index = <u32>hash >>> TARGETS_HOST_SHIFT;
    const set = sets + index * TARGET_SET_BYTES;
    let way = wayOf(targets, set, index, hash, version, words);
    if (way == NONE) way = claim(targets, set, index, hash, version, words, roll(hash, tick));
    const sum = f64x2.replace_lane(f64x2.splat(<f64>packets), 1, <f64>bytes);
    if (way == NONE) {
      addToRest(load<u32>(targets, TARGETS_REST), version, words, trafficClass, packets, sum);
      continue;
    }
    const countAt = set + TARGET_PACKETS + (way << 2);
    store<i32>(countAt, load<i32>(countAt) + packets);
    const cell = classes + (((index << 2) + way) * TARGET_CLASS_COUNT + trafficClass << 4);
    v128.store(cell, f64x2.add(v128.load(cell), sum));
  }
  store<i32>(targets, tick, TARGETS_TICK);
}

/** The way of the set that counts this target, or NONE. */
// @ts-ignore: decorator
@inline
function wayOf(targets: u32, set: u32, index: u32, hash: i32, version: u32, words: v128): u32 {
  for (let hits = i32x4.bitmask(i32x4.eq(v128.load(set), i32x4.splat(hash))); hits != 0; hits &= hits - 1) {
    const way = <u32>ctz<i32>(hits);
    const key = load<u32>(targets, TARGETS_KEYS) + ((index << 2) + way) * TARGET_KEY_BYTES;
    if (load<i32>(set + (way << 2), TARGET_PACKETS) == 0 || load<u32>(key) != version) continue;
    if (i8x16.all_true(i8x16.eq(v128.load(key, 4), words))) return way;
  }
  return NONE;
}

/** The cold path of what has no place among the hosts: counted for its prefix, or not at all when there is no place either. */
function addToRest(rest: u32, version: u32, host: v128, trafficClass: u32, packets: i32, sum: v128): void {
  const words = prefixOf(version, host);
  const seed = load<i32>(rest, TARGETS_SEED);
  const tick = load<i32>(rest, TARGETS_TICK) + TICK;
  store<i32>(rest, tick, TARGETS_TICK);
  const hash = mix32(seed + <i32>version * factor(seed, 0) + sumOfProducts(words, factors(seed, 1)));
  const index = <u32>hash >>> TARGETS_REST_SHIFT;
  const set = load<u32>(rest, TARGETS_SETS) + index * TARGET_SET_BYTES;
  let way = wayOf(rest, set, index, hash, version, words);
  if (way == NONE) way = claim(rest, set, index, hash, version, words, roll(hash, tick));
  if (way == NONE) return;
  const countAt = set + TARGET_PACKETS + (way << 2);
  store<i32>(countAt, load<i32>(countAt) + packets);
  const cell = load<u32>(rest, TARGETS_CLASSES) + (((index << 2) + way) * TARGET_CLASS_COUNT + trafficClass << 4);
  v128.store(cell, f64x2.add(v128.load(cell), sum));
}

// @ts-ignore: decorator
@inline
function prefixOf(version: u32, words: v128): v128 {
  return version == 4
    ? i32x4.replace_lane(words, 3, i32x4.extract_lane(words, 3) & <i32>TARGETS_REST_MASK_V4)
    : i32x4.replace_lane(i64x2.replace_lane(words, 1, 0), 1, i32x4.extract_lane(words, 1) & <i32>TARGETS_REST_MASK_V6);
}

/** A way for a new target: an empty one, or the smallest with probability 1.08^-packets, whose counts go to its prefix. */
function claim(targets: u32, set: u32, index: u32, hash: i32, version: u32, words: v128, random: i32): u32 {
  const counts = v128.load(set, TARGET_PACKETS);
  const least = leastOf(counts);
  const way = leastWay(counts, least, 0);
  const packets = i32x4.extract_lane(least, 0);
  const target = (index << 2) + way;
  const key = load<u32>(targets, TARGETS_KEYS) + target * TARGET_KEY_BYTES;
  if (packets == 0) {
    const used = load<u32>(targets, TARGETS_USED_COUNT);
    store<u32>(load<u32>(targets, TARGETS_USED) + (used << 2), target);
    store<u32>(targets, used + 1, TARGETS_USED_COUNT);
  } else {
    if (packets >= PERMANENT || random >>> 1 >= load<i32>(packets << 2, DECAY_CHANCE)) return NONE;
    store<i32>(set + (way << 2), 0, TARGET_PACKETS);
    displace(targets, target, packets, load<u32>(key), v128.load(key, 4));
  }
  store<i32>(set + (way << 2), hash);
  store<u32>(key, version);
  v128.store(key, words, 4);
  return way;
}

/** Empties the cells of a target; those of a host are counted for its prefix. They hold `packets` in all, which are few. */
function displace(targets: u32, target: u32, packets: i32, version: u32, words: v128): void {
  const rest = load<u32>(targets, TARGETS_REST);
  const cells = load<u32>(targets, TARGETS_CLASSES) + (target * TARGET_CLASS_COUNT << 4);
  let left = packets;
  for (let trafficClass: u32 = 0; left > 0 && trafficClass < <u32>TARGET_CLASS_COUNT; trafficClass += 1) {
    const cell = cells + (trafficClass << 4);
    const sum = v128.load(cell);
    const held = <i32>f64x2.extract_lane(sum, 0);
    if (held == 0) continue;
    v128.store(cell, i64x2.splat(0));
    left -= held;
    if (rest != 0) addToRest(rest, version, words, trafficClass, held, sum);
  }
}
