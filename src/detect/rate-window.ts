/**
 * What a target received in the last second: a ring of ticks and their running sums. Counts are whole numbers times a sampling rate, so adding and
 * taking away again leaves nothing behind.
 */
import type { TargetSlot } from '../records/target-slot.js';
import { CLASS_COUNT } from '../records/traffic-class.js';

/** A target: a host, or a prefix with all its hosts. */
export interface TargetRef {
  /** "203.0.113.7", "203.0.113.0/24". */
  readonly target: string;
  readonly version: 4 | 6;
  /** Four words, IPv4 in word 3. */
  readonly words: Int32Array;
  /** Prefix length of its version; 32 or 128: a host. */
  readonly length: number;
}

/** The second that triggers look at. Lent: the numbers change with the next tick. */
export interface Rates extends TargetRef {
  /** The same object as long as the target is remembered: what a trigger knows of it can hang on it (WeakMap). */
  readonly key: object;
  /** The counts come from 1 of N packets, times N. */
  readonly sampleRate: number;
  /** Of one second, so a rate too. */
  readonly packets: number;
  readonly bytes: number;
  /** Traffic classes that have packets, in no order. */
  readonly classes: readonly number[];
  /** By traffic class. */
  readonly classPackets: ArrayLike<number>;
  readonly classBytes: ArrayLike<number>;
  /** Of a prefix: most hosts seen in a tick. Of a host 1. */
  readonly hosts: number;
  /** Packets a second of the class (-1: of all) while the target was quiet; null: not known yet. */
  before(trafficClass: number): number | null;
}

export function isHost({ version, length }: Pick<TargetRef, 'version' | 'length'>): boolean {
  return length === (version === 4 ? 32 : 128);
}

export class RateWindow {
  packets = 0;
  bytes = 0;
  readonly classes: number[] = [];
  // Plain arrays: hundreds may be made a second, and typed ones would lie outside the heap until it is collected.
  readonly classPackets = new Array<number>(CLASS_COUNT).fill(0);
  readonly classBytes = new Array<number>(CLASS_COUNT).fill(0);
  readonly #ring: (TargetSlot | null)[];
  #tick = Number.NEGATIVE_INFINITY;

  /** `ticks`: those of one second. */
  constructor(readonly ticks: number) {
    this.#ring = new Array<TargetSlot | null>(ticks).fill(null);
  }

  /** The tick is over; what the target received in it is added first. */
  advance(tick: number): void {
    const isFar = tick < this.#tick || tick - this.#tick >= this.ticks;
    if (isFar) this.clear();
    else for (let at = this.#tick + 1; at <= tick; at += 1) this.#expire(at % this.ticks);
    this.#tick = tick;
  }

  add(tick: number, slot: TargetSlot): void {
    if (tick !== this.#tick) this.advance(tick);
    this.#ring[tick % this.ticks] = slot;
    this.#sum(slot, 1);
  }

  clear(): void {
    this.#ring.fill(null);
    this.packets = 0;
    this.bytes = 0;
    this.classes.length = 0;
    this.classPackets.fill(0);
    this.classBytes.fill(0);
  }

  #expire(place: number): void {
    const slot = this.#ring[place];
    if (slot === null || slot === undefined) return;
    this.#ring[place] = null;
    this.#sum(slot, -1);
  }

  #sum(slot: TargetSlot, sign: 1 | -1): void {
    this.packets += sign * slot.packets;
    this.bytes += sign * slot.bytes;
    for (const [i, trafficClass] of slot.classes.entries()) {
      const before = this.classPackets[trafficClass] as number;
      const after = before + sign * (slot.classPackets[i] as number);
      this.classPackets[trafficClass] = after;
      this.classBytes[trafficClass]! += sign * (slot.classBytes[i] as number);
      if (before === 0) this.classes.push(trafficClass);
      else if (after === 0) this.classes.splice(this.classes.indexOf(trafficClass), 1);
    }
  }

  /** What came in one of the ticks of the second; null: nothing. */
  slotAt(tick: number): TargetSlot | null {
    if (tick > this.#tick || tick <= this.#tick - this.ticks) return null;
    return this.#ring[((tick % this.ticks) + this.ticks) % this.ticks] ?? null;
  }

  get sampleRate(): number {
    return this.#ring.reduce((rate, slot) => Math.max(rate, slot?.sampleRate ?? 1), 1);
  }

  get hosts(): number {
    return this.#ring.reduce((hosts, slot) => Math.max(hosts, slot?.hosts ?? 0), 0);
  }

  /** The ticks of the second that had packets, oldest first, each with its number. */
  slots(): { readonly tick: number; readonly slot: TargetSlot }[] {
    const found: { tick: number; slot: TargetSlot }[] = [];
    for (let tick = this.#tick - this.ticks + 1; tick <= this.#tick; tick += 1) {
      const slot = this.slotAt(tick);
      if (slot !== null) found.push({ tick, slot });
    }
    return found;
  }
}

/** Packets of some classes in one tick; null: of all. */
export function packetsIn(slot: TargetSlot, wanted: ReadonlySet<number> | null): number {
  if (wanted === null) return slot.packets;
  let packets = 0;
  for (const [i, trafficClass] of slot.classes.entries()) {
    if (wanted.has(trafficClass)) packets += slot.classPackets[i] as number;
  }
  return packets;
}
