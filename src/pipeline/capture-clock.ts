/**
 * Capture time in half seconds, from the packets alone, and hard to push: a jump of more than MAX_JUMP counts only when
 * the next packets agree, so one timestamp in 2106 moves nothing. A clock that stepped back for good is followed too.
 */
import { SLOTS_PER_SECOND } from '../records/target-slot.js';

/** Five minutes. Longer silences in a capture are real, but then more than one packet follows them. */
const MAX_JUMP = 300 * SLOTS_PER_SECOND;
/** Packets in a row that must agree on a jump. */
const AGREEING = 3;
/** Beyond this the seconds of a damaged capture are not times any more (year 36 812). */
const MAX_SECOND = 2 ** 40;

export type ClockMove = 'same' | 'forward' | 'reset' | 'late' | 'doubtful';

export class CaptureClock {
  /** The running half second; NaN before the first packet. */
  slot = Number.NaN;
  #pendingSlot = Number.NaN;
  #pendingCount = 0;

  /** Moves the clock by one packet's time, which may be anything. */
  move(sec: number, nsec: number): ClockMove {
    if (!(Math.abs(sec) < MAX_SECOND)) return 'doubtful';
    const slot = Math.floor(sec) * SLOTS_PER_SECOND + (nsec >= 500_000_000 ? 1 : 0);
    if (slot === this.slot) {
      this.#pendingCount = 0;
      return 'same';
    }
    if (Number.isNaN(this.slot)) {
      this.slot = slot;
      return 'forward';
    }
    const jump = slot - this.slot;
    if (Math.abs(jump) > MAX_JUMP) return this.#doubt(slot, jump);
    this.#pendingCount = 0;
    if (jump < 0) return 'late';
    this.slot = slot;
    return 'forward';
  }

  #doubt(slot: number, jump: number): ClockMove {
    const agrees = Math.abs(slot - this.#pendingSlot) <= MAX_JUMP;
    this.#pendingCount = agrees ? this.#pendingCount + 1 : 1;
    this.#pendingSlot = slot;
    if (this.#pendingCount < AGREEING) return 'doubtful';
    this.#pendingCount = 0;
    this.slot = slot;
    return jump > 0 ? 'forward' : 'reset';
  }

  /** Second the running half second lies in. */
  get second(): number {
    return Math.floor(this.slot / SLOTS_PER_SECOND);
  }

  /** End of the running half second, epoch seconds. */
  get slotEnd(): number {
    return (this.slot + 1) / SLOTS_PER_SECOND;
  }
}
