// Per-target counts by traffic class over the running half second: src/aggregate/target-classes.ts.
import { DST, OUTER, TRAFFIC_CLASS, VERSION, WIRE_LEN } from '../../records/batch-layout';
import { DECAY_CHANCE, TARGETS_CLASSES, TARGETS_KEYS, TARGETS_LAST, TARGETS_RANDOM, TARGETS_SEED, TARGETS_SUMS, TARGETS_USED, TARGETS_USED_COUNT, TARGET_CLASS_COUNT, TARGET_KEY_BYTES } from '../layout';
import { mix32, mixIn, nextRandom } from './hash';

const NONE: i32 = -1;
const WAYS: i32 = 4;
/** At this count an entry is no longer displaced. */
const PERMANENT: f64 = 64;

/** Adds the rows, in runs of one class to one target. */
export function addTargets(batch: u32, targets: u32, rows: u32, count: u32): void {
  const end = rows + (count << 2);
  for (let at = rows; at < end; ) {
    const row = load<u32>(at);
    const trafficClass = <u32>load<u8>(batch + row, TRAFFIC_CLASS);
    const version = <u32>load<u8>(batch + row, OUTER + VERSION);
    const dst = v128.load(batch + (row << 4), OUTER + DST);
    let bytes: u64 = load<u32>(batch + (row << 2), WIRE_LEN);
    let packets: u32 = 1;
    for (at += 4; at < end; at += 4) {
      const next = load<u32>(at);
      if (load<u8>(batch + next, TRAFFIC_CLASS) != trafficClass || load<u8>(batch + next, OUTER + VERSION) != version) break;
      if (!i8x16.all_true(i8x16.eq(v128.load(batch + (next << 4), OUTER + DST), dst))) break;
      bytes += load<u32>(batch + (next << 2), WIRE_LEN);
      packets += 1;
    }
    const target = targetOf(targets, version, version == 4 ? v128.and(dst, i32x4(0, 0, 0, -1)) : dst);
    if (target == NONE) continue;
    addPair(load<u32>(targets, TARGETS_SUMS) + (<u32>target << 4), packets, bytes);
    const cell = <u32>target * TARGET_CLASS_COUNT + trafficClass;
    addPair(load<u32>(targets, TARGETS_CLASSES) + (cell << 4), packets, bytes);
  }
}

/** Two doubles, packets and bytes, in one addition. */
// @ts-ignore: decorator
@inline
function addPair(at: u32, packets: u32, bytes: u64): void {
  const pair = f64x2.replace_lane(f64x2.splat(<f64>packets), 1, <f64>bytes);
  v128.store(at, f64x2.add(v128.load(at), pair));
}

// @ts-ignore: decorator
@inline
function isKey(keys: u32, target: i32, version: u32, words: v128): bool {
  const at = keys + <u32>target * TARGET_KEY_BYTES;
  return load<u32>(at) == version && i8x16.all_true(i8x16.eq(v128.load(at, 4), words));
}

function targetOf(targets: u32, version: u32, words: v128): i32 {
  const keys = load<u32>(targets, TARGETS_KEYS);
  const last = load<i32>(targets, TARGETS_LAST);
  if (last >= 0 && isKey(keys, last, version, words)) return last;
  let hash = mixIn(load<i32>(targets, TARGETS_SEED), version);
  hash = mixIn(hash, i32x4.extract_lane(words, 0));
  hash = mixIn(hash, i32x4.extract_lane(words, 1));
  hash = mixIn(hash, i32x4.extract_lane(words, 2));
  hash = mixIn(hash, i32x4.extract_lane(words, 3));
  const first = (mix32(hash ^ 20) >>> 24) * WAYS;
  const sums = load<u32>(targets, TARGETS_SUMS);
  let least = first;
  let leastPackets: f64 = Infinity;
  for (let target = first; target < first + WAYS; target += 1) {
    const packets = load<f64>(sums + (<u32>target << 4));
    if (packets == 0) return claim(targets, keys, target, version, words, true);
    if (isKey(keys, target, version, words)) {
      store<i32>(targets, target, TARGETS_LAST);
      return target;
    }
    if (packets < leastPackets) {
      leastPackets = packets;
      least = target;
    }
  }
  const random = nextRandom(load<i32>(targets, TARGETS_RANDOM));
  store<i32>(targets, random, TARGETS_RANDOM);
  if (leastPackets >= PERMANENT || !isDisplaced(random, <i32>leastPackets)) return NONE;
  clear(targets, least);
  return claim(targets, keys, least, version, words, false);
}

/** With probability 1.08^-packets. */
function isDisplaced(random: i32, packets: i32): bool {
  return random >>> 1 < load<i32>(packets << 2, DECAY_CHANCE);
}

function claim(targets: u32, keys: u32, target: i32, version: u32, words: v128, isNew: bool): i32 {
  const at = keys + <u32>target * TARGET_KEY_BYTES;
  store<u32>(at, version);
  v128.store(at, words, 4);
  if (isNew) {
    const used = load<u32>(targets, TARGETS_USED_COUNT);
    store<i32>(load<u32>(targets, TARGETS_USED) + (used << 2), target);
    store<u32>(targets, used + 1, TARGETS_USED_COUNT);
  }
  store<i32>(targets, target, TARGETS_LAST);
  return target;
}

function clear(targets: u32, target: i32): void {
  v128.store(load<u32>(targets, TARGETS_SUMS) + (<u32>target << 4), i32x4.splat(0));
  memory.fill(load<u32>(targets, TARGETS_CLASSES) + ((<u32>target * TARGET_CLASS_COUNT) << 4), 0, TARGET_CLASS_COUNT << 4);
}
