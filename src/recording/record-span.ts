/** What one file of a recording covers: times, frames in it and frames that should be. */
export class RecordSpan {
  /** Of all its frames, odd times included; NaN counts nowhere. */
  fromSec = Number.POSITIVE_INFINITY;
  toSec = Number.NEGATIVE_INFINITY;
  /** Frames that reached us. */
  accepted = 0;
  /** Of them, those left out. */
  missing = 0;

  /** `startSec`: of the steady clock, NaN when it does not run yet. `droppedBefore`: frames lost ahead of us before it began. */
  constructor(
    private startSec: number,
    readonly droppedBefore: number,
  ) {}

  /** Frames of one second. */
  note(sec: number, frames: number): void {
    if (frames === 0) return;
    this.accepted += frames;
    if (sec < this.fromSec) this.fromSec = sec;
    if (sec > this.toSec) this.toSec = sec;
  }

  miss(frames: number): void {
    this.accepted += frames;
    this.missing += frames;
  }

  /** By capture time; a clock that went back ends it too. */
  isOver(nowSec: number, maxSec: number): boolean {
    if (Number.isNaN(this.startSec)) this.startSec = nowSec;
    return nowSec - this.startSec >= maxSec || nowSec < this.startSec;
  }
}
