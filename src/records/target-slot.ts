/** What one target, a host or a prefix, received in one tick: the detector's food. Plain data, made when the tick closes. */
export interface TargetSlot {
  /** "203.0.113.7", "203.0.113.0/24". */
  readonly target: string;
  readonly version: 4 | 6;
  /** Four words, IPv4 in word 3. */
  readonly words: Int32Array;
  /** Prefix length of its version; 32 or 128: a host. */
  readonly length: number;
  /** The counts come from 1 of N packets, times N. */
  readonly sampleRate: number;
  readonly packets: number;
  readonly bytes: number;
  /** Traffic classes that have packets, and beside them packets and bytes of each: few of the many there are. */
  readonly classes: readonly number[];
  readonly classPackets: readonly number[];
  readonly classBytes: readonly number[];
  /** Of a prefix: hosts seen in the tick, at least so many. Of a host 1. */
  readonly hosts: number;
}

/** What a target received in a tick; prefixes are sums of all their hosts, also of those that found no place of their own. */
export interface TickSlots {
  readonly hosts: readonly TargetSlot[];
  readonly prefixes: readonly TargetSlot[];
}

/** Ticks a second is cut into where traffic is watched: a flood is seen a tick after it is large enough. */
export const TICKS_PER_SECOND = 10;
/** ... and in the triage of a file, where nobody waits for the first tenth of a second. */
export const COARSE_TICKS_PER_SECOND = 2;
