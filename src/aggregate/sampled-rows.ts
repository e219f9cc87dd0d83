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

/** Rows of one target in [fromSec, toSec), in no order of time. */
export function visitTarget(of: Samples, target: TargetKey, fromSec: number, toSec: number, each: SeeRow): void {
  const { samples, targetSamples } = of;
  const { version, words } = target;
  const known = new Set<number>();
  targetSamples.visit(target, fromSec, toSec, ({ sec, at, count, packets }) => {
    known.add(sec);
    for (let row = at; row < at + count; row += 1) each(targetSamples.rows, row, packets / count);
  });
  samples.visit(fromSec, toSec, ({ sec, at, count, packets }) => {
    if (known.has(sec)) return;
    for (let row = at; row < at + count; row += 1) {
      if (isTarget(samples.rows, row, version, words)) each(samples.rows, row, packets / count);
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

function isTarget(
  { version: versions, dst }: PacketSamples,
  row: number,
  version: number,
  words: ArrayLike<number>,
): boolean {
  const at = row * 4;
  if (versions[row] !== version || dst[at + 3] !== words[3]) return false;
  return version === 4 || (dst[at] === words[0] && dst[at + 1] === words[1] && dst[at + 2] === words[2]);
}
