/** What one target received in one half second: the detector's food. Plain data, made when the slot closes. */
export interface TargetSlot {
  /** Text of the target address. */
  readonly target: string;
  readonly version: 4 | 6;
  /** Four words, IPv4 in word 3. */
  readonly words: Int32Array;
  /** The counts come from 1 of N packets, times N. */
  readonly sampleRate: number;
  readonly packets: number;
  readonly bytes: number;
  /** Packets by traffic class (CLASS_COUNT entries). Plain arrays: hundreds are made a second, and typed ones would lie outside the heap until it is collected. */
  readonly classPackets: readonly number[];
  /** Bytes by traffic class. */
  readonly classBytes: readonly number[];
}

/** Slots a second is cut into: decisions fall twice a second on windows of two slots. */
export const SLOTS_PER_SECOND = 2;
