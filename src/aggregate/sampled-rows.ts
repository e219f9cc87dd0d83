/** The best rows there are of some seconds, with the packets each stands for: those kept by target, else those of all traffic. */
import type { PacketSamples } from '../records/packet-samples.js';
import type { SampleRing } from './sample-ring.js';
import type { TargetKey, TargetSamples } from './target-samples.js';

/** Called for each row; `weight`: packets it stands for. */
export type SeeRow = (columns: PacketSamples, row: number, weight: number) => void;

export interface Samples {
  readonly samples: SampleRing;
  readonly targetSamples: TargetSamples;
}

/** A host, or with a length below that of an address a prefix. */
export interface VisitedTarget extends TargetKey {
  readonly length?: number;
}

/** Rows of one target in [fromSec, toSec), in no order of time. Prefixes have none of their own. */
export function visitTarget(of: Samples, target: VisitedTarget, fromSec: number, toSec: number, each: SeeRow): void {
  const { samples, targetSamples } = of;
  const { version, words, length = 128 } = target;
  const isRow = testOf(version, words, version === 4 ? length + 96 : length);
  const known = new Set<number>();
  targetSamples.visit(target, fromSec, toSec, ({ sec, at, count, packets }) => {
    known.add(sec);
    for (let row = at; row < at + count; row += 1) each(targetSamples.rows, row, packets / count);
  });
  samples.visit(fromSec, toSec, ({ sec, at, count, packets }) => {
    if (known.has(sec)) return;
    for (let row = at; row < at + count; row += 1) {
      if (isRow(samples.rows, row)) each(samples.rows, row, packets / count);
    }
  });
}

/**
 * Rows of all traffic in [fromSec, toSec). Targets with rows of their own are counted by those, exactly as large as they are; the rows
 * of all traffic stand for the rest. Returns how many rows there were and the packets of these seconds.
 */
export function visitAll(of: Samples, fromSec: number, toSec: number, each: SeeRow): { rows: number; packets: number } {
  const { samples, targetSamples } = of;
  let rows = 0;
  let all = 0;
  samples.visit(fromSec, toSec, ({ sec, at, count, packets }) => {
    const own = targetSamples.inSecond(sec);
    all += packets;
    let rest = packets;
    for (const second of own.seconds) {
      rest -= second.packets;
      rows += second.count;
      const weight = second.packets / second.count;
      for (let row = second.at; row < second.at + second.count; row += 1) each(targetSamples.rows, row, weight);
    }
    const others: number[] = [];
    for (let row = at; row < at + count; row += 1) if (!own.has(samples.rows, row)) others.push(row);
    rows += others.length;
    const weight = Math.max(0, rest) / others.length;
    for (const row of others) each(samples.rows, row, weight);
  });
  return { rows, packets: all };
}

/** `bits`: of the four words; IPv4 is decided by the last one alone. */
function testOf(
  version: number,
  words: ArrayLike<number>,
  bits: number,
): (rows: PacketSamples, row: number) => boolean {
  const masks = [0, 32, 64, 96].map((from) => (bits <= from ? 0 : bits >= from + 32 ? -1 : -1 << (32 - bits + from)));
  const [m0, m1, m2, m3] = masks as [number, number, number, number];
  const [w0, w1, w2, w3] = [0, 1, 2, 3].map((i) => words[i] as number) as [number, number, number, number];
  const differs = (a: number, b: number, mask: number) => ((a ^ b) & mask) !== 0;
  return ({ version: versions, dst }, row) => {
    const at = row * 4;
    if (versions[row] !== version || differs(dst[at + 3] as number, w3, m3)) return false;
    if (version === 4) return true;
    return !(
      differs(dst[at] as number, w0, m0) ||
      differs(dst[at + 1] as number, w1, m1) ||
      differs(dst[at + 2] as number, w2, m2)
    );
  };
}
