/** Slots of targets for tests, made of packets a class. */
import { formatPrefix, parsePrefix } from '../format/address.js';
import type { TargetSlot } from '../records/target-slot.js';
import { classIndex } from '../records/traffic-class.js';

const BYTES = 100;

/** `of`: packets by class id. */
export function slotOf(text: string, of: Readonly<Record<string, number>>, hosts = 1): TargetSlot {
  const prefix = parsePrefix(text);
  if (prefix === null) throw new Error(`slotOf: "${text}" is no prefix.`);
  const cells = Object.entries(of).filter(([, packets]) => packets > 0);
  const packets = cells.reduce((sum, [, count]) => sum + count, 0);
  return {
    target: formatPrefix(prefix),
    version: prefix.version,
    words: Int32Array.from(prefix.words),
    length: prefix.length,
    sampleRate: 1,
    packets,
    bytes: packets * BYTES,
    classes: cells.map(([id]) => classIndex(id)),
    classPackets: cells.map(([, count]) => count),
    classBytes: cells.map(([, count]) => count * BYTES),
    hosts,
  };
}

/** Packets of a steady `rate` in each tick from `fromSec` to before `toSec` (seconds of the test), whole numbers, `phase` of a tick late. */
export function packetsAt(tick: number, ticksPerSecond: number, rate: number, fromSec: number, toSec: number): number {
  const until = (sec: number) => Math.floor(rate * (Math.max(fromSec, Math.min(toSec, sec)) - fromSec));
  return until(tick / ticksPerSecond) - until((tick - 1) / ticksPerSecond);
}
