/**
 * Time of a log, in seconds, from its records: edges deliver them seconds late and out of order, and one wrong time must move nothing. What is more
 * than REORDER_SEC ahead of where the clock should be by now counts when three records in a row agree. Where it should be is known from
 * `passTime`, the caller's clock, of which only the progress is used: it may be wrong by hours.
 */

/** How late a record may be and still count in its own second; as far ahead it is taken at its word. */
export const REORDER_SEC = 10;
/** A clock that was set back: nothing is delivered so late. */
const RESET_SEC = 300;
const AGREEING = 3;
/** Behind the caller's clock: until then a second without a record may still get some. */
const SILENCE_SEC = 5;
/** Beyond this seconds are not times any more. */
const LATEST = 2 ** 40;

/** running: counts in its second; forward: the clock moved on by it; late: older; timeless: counts for the newest second; reset: begins anew. */
export type EdgeMove = 'running' | 'forward' | 'late' | 'timeless' | 'reset';

export class EdgeClock {
  /** The newest second; NaN before the first record. */
  second = Number.NaN;
  /** Newest time of a record, with its fraction. */
  nowSec = Number.NaN;
  #pendingSec = Number.NaN;
  #pendingCount = 0;
  /** The caller's clock, and how far the records are behind it; NaN: not told yet. */
  #callerSec = Number.NaN;
  #behindSec = Number.NaN;

  /** Moves the clock by a record's time, which may be anything. */
  move(sec: number): EdgeMove {
    if (!(sec >= 0 && sec < LATEST)) return 'timeless';
    const ahead = sec - this.#expectedSec();
    if (ahead > REORDER_SEC) return this.#doubt(sec, 'forward');
    const behind = this.second - Math.floor(sec);
    if (behind > RESET_SEC) return this.#doubt(sec, 'reset');
    this.#pendingCount = 0;
    if (behind > REORDER_SEC) return 'late';
    if (behind >= 0) {
      if (sec > this.nowSec) this.#advance(sec);
      return 'running';
    }
    this.#advance(sec);
    return 'forward';
  }

  /** The caller's clock. Returns whether the clock moved on: what is SILENCE_SEC behind where it should be is over. */
  passTime(callerSec: number): boolean {
    if (!Number.isFinite(callerSec)) return false;
    this.#callerSec = callerSec;
    if (Number.isNaN(this.second)) return false;
    if (Number.isNaN(this.#behindSec)) this.#behindSec = callerSec - this.nowSec;
    const sec = Math.floor(callerSec - this.#behindSec - SILENCE_SEC);
    if (!(sec > this.second)) return false;
    this.second = sec;
    this.nowSec = sec;
    return true;
  }

  /** A moment of the caller's clock as the records would have it. */
  timeOf(callerSec: number): number {
    return Number.isNaN(this.#behindSec) ? callerSec : callerSec - this.#behindSec;
  }

  #advance(sec: number): void {
    this.second = Math.floor(sec);
    this.nowSec = sec;
    if (!Number.isNaN(this.#callerSec)) this.#behindSec = this.#callerSec - sec;
  }

  #expectedSec(): number {
    if (Number.isNaN(this.second))
      return Number.isNaN(this.#callerSec) ? Number.POSITIVE_INFINITY : this.#callerSec + RESET_SEC;
    const byCaller = this.#callerSec - this.#behindSec;
    return byCaller > this.nowSec ? byCaller : this.nowSec;
  }

  #doubt(sec: number, move: 'forward' | 'reset'): EdgeMove {
    const agrees = Math.abs(sec - this.#pendingSec) <= REORDER_SEC;
    this.#pendingCount = agrees ? this.#pendingCount + 1 : 1;
    this.#pendingSec = sec;
    if (this.#pendingCount < AGREEING) return 'timeless';
    this.#pendingCount = 0;
    this.#advance(sec);
    return move;
  }
}
