/**
 * Capture time in ticks, from the packets alone, and hard to push: a jump of more than five minutes counts only when
 * the next packets agree, so one timestamp in 2106 moves nothing. A clock that stepped back for good is followed too.
 */
import { COARSE_TICKS_PER_SECOND } from '../records/target-slot.js';

/** Five minutes. Longer silences in a capture are real, but then more than one packet follows them. */
const MAX_JUMP_SEC = 300;
/** Packets in a row that must agree on a jump. */
const AGREEING = 3;
/** Beyond this the seconds of a damaged capture are not times any more (year 36 812). */
const MAX_SECOND = 2 ** 40;
const NANOSECONDS = 1_000_000_000;

export type ClockMove = 'same' | 'forward' | 'reset' | 'late' | 'doubtful';

export class CaptureClock {
  /** The running tick, counted from the epoch; NaN before the first packet. */
  slot = Number.NaN;
  readonly #tickNs: number;
  readonly #maxJump: number;
  #pendingSlot = Number.NaN;
  #pendingCount = 0;

  constructor(readonly ticksPerSecond = COARSE_TICKS_PER_SECOND) {
    if (!Number.isInteger(ticksPerSecond) || ticksPerSecond < 1 || NANOSECONDS % ticksPerSecond !== 0) {
      throw new RangeError(`CaptureClock: expected ticks that divide a second, got ${ticksPerSecond}.`);
    }
    this.#tickNs = NANOSECONDS / ticksPerSecond;
    this.#maxJump = MAX_JUMP_SEC * ticksPerSecond;
  }

  /** Tick of its second that a fraction lies in; one beyond the second counts as the last. */
  tickOf(nsec: number): number {
    return Math.max(0, Math.min(this.ticksPerSecond - 1, Math.floor(nsec / this.#tickNs)));
  }

  /** Nanoseconds [from, to) of its second that count as the tick of `nsec`. */
  tickRange(nsec: number): { from: number; to: number } {
    const tick = this.tickOf(nsec);
    return {
      from: tick === 0 ? -(2 ** 31) : tick * this.#tickNs,
      to: tick === this.ticksPerSecond - 1 ? 2 ** 31 - 1 : (tick + 1) * this.#tickNs,
    };
  }

  /** Moves the clock by one packet's time, which may be anything. */
  move(sec: number, nsec: number): ClockMove {
    if (!(Math.abs(sec) < MAX_SECOND)) return 'doubtful';
    const slot = Math.floor(sec) * this.ticksPerSecond + this.tickOf(nsec);
    if (slot === this.slot) {
      this.#pendingCount = 0;
      return 'same';
    }
    if (Number.isNaN(this.slot)) {
      this.slot = slot;
      return 'forward';
    }
    const jump = slot - this.slot;
    if (Math.abs(jump) > this.#maxJump) return this.#doubt(slot, jump);
    this.#pendingCount = 0;
    if (jump < 0) return 'late';
    this.slot = slot;
    return 'forward';
  }

  #doubt(slot: number, jump: number): ClockMove {
    const agrees = Math.abs(slot - this.#pendingSlot) <= this.#maxJump;
    this.#pendingCount = agrees ? this.#pendingCount + 1 : 1;
    this.#pendingSlot = slot;
    if (this.#pendingCount < AGREEING) return 'doubtful';
    this.#pendingCount = 0;
    this.slot = slot;
    return jump > 0 ? 'forward' : 'reset';
  }

  /** Second the running tick lies in. */
  get second(): number {
    return Math.floor(this.slot / this.ticksPerSecond);
  }

  /** Start and end of the running tick, epoch seconds. */
  get slotStart(): number {
    return this.slot / this.ticksPerSecond;
  }

  get slotEnd(): number {
    return (this.slot + 1) / this.ticksPerSecond;
  }
}
