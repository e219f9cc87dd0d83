/** What the detector says of a target twice a second while there is something to say. */
import type { Judgement } from './judge.js';
import type { TargetRef } from './rate-window.js';
import type { CrossedLimit } from './trigger.js';

export interface TargetVerdict {
  readonly target: TargetRef;
  /** dropped: a suspicion that did not last. */
  readonly state: 'suspect' | 'attack' | 'ending' | 'ended' | 'dropped';
  /** Capture time at which the first of the packets that led here came, to a tick; epoch seconds. */
  readonly sinceSec: number;
  /** End of the newest tick, epoch seconds. */
  readonly sec: number;
  /** End of the newest second over a limit. */
  readonly lastOverSec: number;
  /** Over one second. */
  readonly pps: number;
  /** Bit/s. */
  readonly bps: number;
  /** Requests per second over the request classes. */
  readonly rps: number;
  /** What is over its limit in this second; empty while ending. */
  readonly over: readonly CrossedLimit[];
  /** Classes the attack has been made of, largest now first. */
  readonly vectors: readonly VerdictVector[];
  /** What of the ticks since the last verdict is attack; on the first attack verdict since `sinceSec`. */
  readonly attack: readonly AttackPart[];
  /** A vector that was here within the last minutes came back. */
  readonly isReturn: boolean;
  /** Packets a second that belong to no vector, now and while the target was quiet; null: not known. */
  readonly goodPps: number;
  readonly goodBeforePps: number | null;
  /** Whether this is an attack at all, where that is a question. */
  readonly judgement: Judgement | null;
  /** Of a prefix: hosts seen in a tick, at least so many. Of a host 1. */
  readonly hosts: number;
}

export interface VerdictVector {
  readonly trafficClass: number;
  /** Over the newest second. */
  readonly pps: number;
  /** Over a limit, or a large part of a target over one, in the newest second. */
  readonly isActive: boolean;
}

export interface AttackPart {
  /** End of the tick, epoch seconds. */
  readonly sec: number;
  readonly packets: number;
  readonly bytes: number;
  /** All packets to the target. */
  readonly targetPackets: number;
  /** Packets by vector. */
  readonly byClass: ReadonlyMap<number, number>;
}
