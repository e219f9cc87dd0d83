/** What the detector remembers of a target, and the second that triggers see of it. */
import type { TargetSlot } from '../records/target-slot.js';
import type { Judgement } from './judge.js';
import { isHost, packetsIn, type Rates, RateWindow, type TargetRef } from './rate-window.js';
import type { GroupFloors } from './target-groups.js';
import { type CrossedLimit, classesOf, NOTHING_CROSSED } from './trigger.js';
import { UsualMean, UsualMedian, type UsualRates } from './usual-rates.js';

/** Part of the largest tick that a tick must have to be of the same attack. */
const ONSET_PART = 0.1;
/** Part of the second that its newest half must hold: a burst that is over is no attack. */
const GOES_ON_PART = 0.1;

export class TargetState implements Rates {
  readonly target: string;
  readonly version: 4 | 6;
  readonly words: Int32Array;
  readonly length: number;
  readonly window: RateWindow;
  readonly usual: UsualRates;
  readonly isHost: boolean;
  state: 'quiet' | 'suspect' | 'attack' | 'ending' = 'quiet';
  /** Classes that a floor was over for: they are over when the floor says so, whatever their shape. */
  readonly ofFloors = new Set<number>();
  /** Of the newest three decisions. */
  hits: boolean[] = [];
  nextDecision = 0;
  sinceSec = 0;
  lastOverSec = 0;
  /** End of the newest second that holds the attack open. */
  lastHeldSec = 0;
  over: readonly CrossedLimit[] = NOTHING_CROSSED;
  readonly vectors = new Set<number>();
  readonly active = new Set<number>();
  /** Tick in which the newest suspicion was dropped. */
  dropped = Number.NEGATIVE_INFINITY;
  /** Vectors that come back are known again until then. */
  readonly armedUntil = new Map<number, number>();
  isReturn = false;
  /** Ticks not told of yet. */
  untold: { readonly tick: number; readonly slot: TargetSlot }[] = [];
  /** Of them, those from before the suspicion. */
  earlier = 0;
  /** Whether what is over a limit is an attack; null: no question. */
  judgement: Judgement | null = null;
  /** Tick in which something came last. */
  heard = Number.NEGATIVE_INFINITY;
  /** Whose floors hold; null: to be looked up (again). */
  group: GroupFloors | null = null;

  constructor({ target, version, words, length }: TargetRef, ticks: number) {
    this.target = target;
    this.version = version;
    this.words = words;
    this.length = length;
    this.window = new RateWindow(ticks);
    this.isHost = isHost({ version, length });
    this.usual = this.isHost ? new UsualMean() : new UsualMedian();
  }

  get key(): object {
    return this;
  }

  get sampleRate(): number {
    return this.window.sampleRate;
  }

  get packets(): number {
    return this.window.packets;
  }

  get bytes(): number {
    return this.window.bytes;
  }

  get classes(): readonly number[] {
    return this.window.classes;
  }

  get classPackets(): readonly number[] {
    return this.window.classPackets;
  }

  get classBytes(): readonly number[] {
    return this.window.classBytes;
  }

  get hosts(): number {
    return this.isHost ? 1 : this.window.hosts;
  }

  before(trafficClass: number): number | null {
    return this.usual.of(trafficClass);
  }

  get isOpen(): boolean {
    return this.state === 'attack' || this.state === 'ending';
  }

  /** Whether `inner` lies in this prefix. */
  holds(inner: TargetRef): boolean {
    if (inner.version !== this.version || inner.length < this.length) return false;
    const bits = this.version === 4 ? this.length + 96 : this.length;
    for (let i = 0; i < 4; i += 1) {
      const keep = Math.max(0, Math.min(32, bits - i * 32));
      const mask = keep === 0 ? 0 : (-1 << (32 - keep)) | 0;
      // Of IPv4 only the last word counts: the others are the same for all of them.
      if (this.version === 4 && i < 3) continue;
      if ((((inner.words[i] as number) ^ (this.words[i] as number)) & mask) !== 0) return false;
    }
    return true;
  }

  /** The ticks of the newest second that belong to what crossed its limit, from the first that is no mere tenth of the largest. */
  onset(over: readonly CrossedLimit[]): { readonly tick: number; readonly slot: TargetSlot }[] {
    const slots = this.window.slots();
    const sizes = slots.map(({ slot }) =>
      Math.max(0, ...over.map((limit) => packetsIn(slot, classesOf(limit.trafficClass)))),
    );
    const least = Math.max(0, ...sizes) * ONSET_PART;
    return slots.slice(
      Math.max(
        0,
        sizes.findIndex((size) => size > 0 && size >= least),
      ),
    );
  }

  /** What the suspicion is about is most of all that the target was ever seen to receive. */
  get isAll(): boolean {
    if (this.before(-1) !== null || !this.hits.every(Boolean)) return false;
    const all = this.untold.reduce((sum, { slot }) => sum + slot.packets, 0);
    const own = this.untold.reduce((sum, { slot }) => sum + packetsIn(slot, this.vectors), 0);
    return own * 2 >= all;
  }

  /** Something of it came in the newest half of the second. */
  goesOn(over: readonly CrossedLimit[], fromTick: number): boolean {
    // A shape was seen over ten seconds or more.
    if (over.some(({ trigger }) => trigger === 'shape')) return true;
    const slots = this.window.slots();
    return over.some(({ trafficClass }) => {
      const wanted = classesOf(trafficClass);
      let all = 0;
      let newest = 0;
      for (const { tick, slot } of slots) {
        const packets = packetsIn(slot, wanted);
        all += packets;
        if (tick >= fromTick) newest += packets;
      }
      return newest >= all * GOES_ON_PART;
    });
  }
}
