/**
 * What sampled packets to a target have in common, over some seconds: by traffic class how many, from how many sources and ports, how many that the
 * target asked for. Two generations, of which the older one goes: a window covers one to two of them. Numbers of keys are counted up to MOST_KEYS.
 */
import { mix32 } from '../../sketch/hash.js';

/** Distinct values told apart; more are "many". 64 × 4 maps × some 40 B = 10 KiB a class at most. */
export const MOST_KEYS = 64;

export class ClassSums {
  /** Sampled packets, and what they stand for. */
  rows = 0;
  packets = 0;
  bytes = 0;
  /** Packets that nothing of the target had asked for. */
  unasked = 0;
  /** Capture time of the newest one. */
  lastSec = Number.NEGATIVE_INFINITY;
  /** Packets by source (hashed), source port, target port, and pair of source port and length. */
  readonly sources = new Map<number, number>();
  readonly sourcePorts = new Map<number, number>();
  readonly ports = new Map<number, number>();
  readonly pairs = new Map<number, number>();

  merge(other: ClassSums): void {
    this.rows += other.rows;
    this.packets += other.packets;
    this.bytes += other.bytes;
    this.unasked += other.unasked;
    this.lastSec = Math.max(this.lastSec, other.lastSec);
    for (const name of ['sources', 'sourcePorts', 'ports', 'pairs'] as const) {
      for (const [key, packets] of other[name]) addTo(this[name], key, packets);
    }
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

  /** Both generations; a copy. */
  sums(): ShapeSums {
    return new ShapeSums().merge(this.#older).merge(this.#newer);
  }
}

/** Two words as one number; chance makes two of a thousand equal once in 8000 times. */
export function pairOf(a: number, b: number): number {
  return mix32(mix32(a) ^ b) >>> 0;
}
