/**
 * What sampled packets to a target have in common, over some seconds: by traffic class how many, from how many sources and ports, how many that the
 * target asked for. Two generations, of which the older one goes: a window covers one to two of them. Numbers of keys are counted up to MOST_KEYS.
 */
import { mix32 } from '../../sketch/hash.js';

/** Distinct values told apart; more are "many". 64 × 4 maps × some 40 B = 10 KiB a class at most. */
export const MOST_KEYS = 64;

type KeyKind = 'sources' | 'sourcePorts' | 'ports' | 'pairs';

/** Keys are put together when somebody asks for them: most rules are out of the question by numbers alone. */
export class ClassSums {
  /** Sampled packets, and what they stand for. */
  rows = 0;
  packets = 0;
  bytes = 0;
  /** Packets that nothing of the target had asked for. */
  unasked = 0;
  /** Capture time of the newest one. */
  lastSec = Number.NEGATIVE_INFINITY;
  readonly #maps: Partial<Record<KeyKind, Map<number, number>>> = {};
  /** What this is the sum of, beside what was added to it; its keys are in `#maps` from the first look at them on. */
  readonly #parts: ClassSums[] = [];

  /** Packets by source (hashed), source port, target port, and pair of source port and length. */
  get sources(): Map<number, number> {
    return this.#keys('sources');
  }

  get sourcePorts(): Map<number, number> {
    return this.#keys('sourcePorts');
  }

  get ports(): Map<number, number> {
    return this.#keys('ports');
  }

  get pairs(): Map<number, number> {
    return this.#keys('pairs');
  }

  #keys(kind: KeyKind): Map<number, number> {
    const known = this.#maps[kind];
    if (known !== undefined) return known;
    const keys = new Map<number, number>();
    for (const part of this.#parts) for (const [key, packets] of part[kind]) addTo(keys, key, packets);
    this.#maps[kind] = keys;
    return keys;
  }

  /** Before anybody asks for keys. The other one is not copied. */
  merge(other: ClassSums): void {
    this.rows += other.rows;
    this.packets += other.packets;
    this.bytes += other.bytes;
    this.unasked += other.unasked;
    this.lastSec = Math.max(this.lastSec, other.lastSec);
    this.#parts.push(other);
  }
}

/** Counts for a key as long as there is room for it. */
export function addTo(map: Map<number, number>, key: number, packets: number, most = MOST_KEYS): void {
  const before = map.get(key);
  if (before !== undefined) map.set(key, before + packets);
  else if (map.size < most) map.set(key, packets);
}

export class ShapeSums {
  readonly classes = new Map<number, ClassSums>();
  /** Segments that leave a request unfinished, by connection (hashed). */
  readonly slowFlows = new Map<number, number>();
  packets = 0;

  of(trafficClass: number): ClassSums {
    let sums = this.classes.get(trafficClass);
    if (sums === undefined) {
      sums = new ClassSums();
      this.classes.set(trafficClass, sums);
    }
    return sums;
  }

  merge(other: ShapeSums): this {
    this.packets += other.packets;
    for (const [trafficClass, sums] of other.classes) this.of(trafficClass).merge(sums);
    for (const [flow, parts] of other.slowFlows) addTo(this.slowFlows, flow, parts, MOST_FLOWS);
    return this;
  }
}

/** Connections of slow clients told apart. */
export const MOST_FLOWS = 256;

export class ShapeWindow {
  #older = new ShapeSums();
  #newer = new ShapeSums();
  #generation = Number.NaN;

  /** `seconds`: of a generation; the window is one to two of them. */
  constructor(readonly seconds: number) {}

  /** What is counted in second `sec` goes there. */
  at(sec: number): ShapeSums {
    const generation = Math.floor(sec / this.seconds);
    if (generation !== this.#generation) {
      this.#older = generation === this.#generation + 1 ? this.#newer : new ShapeSums();
      this.#newer = new ShapeSums();
      this.#generation = generation;
    }
    return this.#newer;
  }

  /** Of both generations. */
  get packets(): number {
    return this.#older.packets + this.#newer.packets;
  }

  packetsOf(trafficClass: number): number {
    const of = (sums: ShapeSums) => sums.classes.get(trafficClass)?.packets ?? 0;
    return of(this.#older) + of(this.#newer);
  }

  /** A class of which at least so many packets came in one generation or in both together. */
  hasAtLeast(leastOf: (trafficClass: number) => number): boolean {
    for (const [trafficClass, sums] of this.#newer.classes) {
      const before = this.#older.classes.get(trafficClass)?.packets ?? 0;
      if (sums.packets + before >= leastOf(trafficClass)) return true;
    }
    for (const [trafficClass, sums] of this.#older.classes) if (sums.packets >= leastOf(trafficClass)) return true;
    return false;
  }

  /** Both generations, as long as nothing is added to them. */
  sums(): ShapeSums {
    return new ShapeSums().merge(this.#older).merge(this.#newer);
  }
}

/** Two words as one number; chance makes two of a thousand equal once in 8000 times. */
export function pairOf(a: number, b: number): number {
  return mix32(mix32(a) ^ b) >>> 0;
}
