/** Which classes a crossed limit is made of, and what of a tick belongs to them. */
import { UDP_FRAGMENT } from '../kernel/class-numbers.js';
import type { TargetSlot } from '../records/target-slot.js';
import { TRAFFIC_CLASSES } from '../records/traffic-class.js';
import { packetsIn, type Rates } from './rate-window.js';
import { type CrossedLimit, classesOf, type EarlierSecond } from './trigger.js';
import type { AttackPart } from './verdict.js';

/** Share of packets or bytes that makes a class a vector of a target that is over a general limit, while nothing is known of before... */
const VECTOR_SHARE = 0.2;
/** ... and once it is known: share of the excess, and multiple of before. */
const EXCESS_SHARE = 0.05;
const OVER_BEFORE = 3;
/** Fragments of answers: those of 64 KiB have 44 after the first, most some few. Up to here they belong to the reflection beside them. */
const FRAGMENTS_PER_ANSWER = 44;

/** Classes over their own limit, and of a target over a general one those that made it so. */
export function vectorsOf(rates: Rates, over: readonly CrossedLimit[]): number[] {
  const vectors = new Set(over.map(({ trafficClass }) => trafficClass).filter((i) => i >= 0));
  for (const { trafficClass } of over) {
    if (trafficClass >= 0) continue;
    for (const i of largeParts(rates, classesOf(trafficClass))) vectors.add(i);
  }
  if (vectors.has(UDP_FRAGMENT) && fragmentOwner(rates, vectors) >= 0) vectors.delete(UDP_FRAGMENT);
  return [...vectors];
}

function largeParts(rates: Rates, wanted: ReadonlySet<number> | null): number[] {
  const classes = wanted === null ? rates.classes : rates.classes.filter((i) => wanted.has(i));
  const { classPackets, classBytes } = rates;
  const before = (i: number) => rates.before(i) ?? 0;
  const isKnown = rates.before(-1) !== null;
  const excessOf = (i: number) => Math.max(0, (classPackets[i] as number) - before(i));
  const excess = classes.reduce((sum, i) => sum + excessOf(i), 0);
  const unusual = classes.filter(
    (i) => isKnown && excessOf(i) >= EXCESS_SHARE * excess && (classPackets[i] as number) >= OVER_BEFORE * before(i),
  );
  if (unusual.length > 0) return unusual;
  const sumOf = (of: ArrayLike<number>) => classes.reduce((sum, i) => sum + (of[i] as number), 0);
  const [packets, bytes] = [sumOf(classPackets), sumOf(classBytes)];
  return classes.filter(
    (i) => (classPackets[i] as number) >= VECTOR_SHARE * packets || (classBytes[i] as number) >= VECTOR_SHARE * bytes,
  );
}

/** The reflection that later fragments without a first one belong to; -1: none. */
export function fragmentOwner({ classPackets }: Pick<Rates, 'classPackets'>, vectors: Iterable<number>): number {
  let owner = -1;
  for (const i of vectors) {
    if (TRAFFIC_CLASSES[i]?.kind !== 'reflection') continue;
    if (owner < 0 || (classPackets[i] as number) > (classPackets[owner] as number)) owner = i;
  }
  if (owner < 0) return -1;
  const fragments = classPackets[UDP_FRAGMENT] as number;
  return fragments <= FRAGMENTS_PER_ANSWER * (classPackets[owner] as number) ? owner : -1;
}

/** Part of the largest second that a second must have to be of the same attack. */
const ONSET_PART = 0.1;

/** From the first second that is no mere tenth of the largest, by what is over a limit. */
export function sinceOnset(history: readonly EarlierSecond[], over: readonly CrossedLimit[]): readonly EarlierSecond[] {
  const sizes = history.map(({ slot }) =>
    Math.max(0, ...over.map(({ trafficClass }) => packetsIn(slot, classesOf(trafficClass)))),
  );
  const least = Math.max(0, ...sizes) * ONSET_PART;
  const first = sizes.findIndex((size) => size > 0 && size >= least);
  return first < 0 ? [] : history.slice(first);
}

/** What of a tick is attack. `owner`: the reflection that fragments are counted for, or -1. */
export function attackPart(sec: number, slot: TargetSlot, vectors: ReadonlySet<number>, owner: number): AttackPart {
  let packets = 0;
  let bytes = 0;
  const byClass = new Map<number, number>();
  for (const [i, trafficClass] of slot.classes.entries()) {
    const vector = trafficClass === UDP_FRAGMENT && owner >= 0 ? owner : trafficClass;
    if (!vectors.has(vector)) continue;
    const of = slot.classPackets[i] as number;
    packets += of;
    bytes += slot.classBytes[i] as number;
    byClass.set(vector, (byClass.get(vector) ?? 0) + of);
  }
  return { sec, packets, bytes, targetPackets: slot.packets, byClass };
}
