/** What there is to say about a recording: once when it fails or falls behind, once when it goes on; in between it is counted. */
import { formatCount } from '../format/number-format.js';
import type { RecordingStatus } from '../records/recording-status.js';

/** For the log and a notice. */
export interface RecordNews {
  readonly isGood: boolean;
  readonly text: string;
}

/** Wall time until a recording that failed is tried again, and without a frame left out until the disk counts as fast enough. */
const AGAIN_MS = 5000;
const SLOW_HINT = 'what is left out is counted. Use a faster disk, a filter, or a smaller --snaplen';

export class RecordHealth {
  frames = 0;
  unrecorded = 0;
  #error: string | null = null;
  #isSlow = false;
  #hasAnnounced = true;
  #nowMs = 0;
  #retryAtMs = 0;
  #leftOutAtMs = 0;
  /** Frames that were told to be missing. */
  #told = 0;

  constructor(
    readonly folder: string,
    readonly tell: (news: RecordNews) => void,
  ) {}

  get status(): RecordingStatus {
    const state = this.#error !== null ? 'failing' : this.#isSlow ? 'slow' : 'recording';
    return { folder: this.folder, state, error: this.#error, frames: this.frames, unrecorded: this.unrecorded };
  }

  /** It may be tried (again) now. */
  get mayTry(): boolean {
    return this.#error === null || this.#nowMs >= this.#retryAtMs;
  }

  /** `why`: in words, e.g. "no space is left on the device (ENOSPC)". */
  fail(why: string): void {
    this.#retryAtMs = this.#nowMs + AGAIN_MS;
    if (this.#error === null) this.#hasAnnounced = false;
    this.#error = why;
  }

  /** Frames are on the disk. */
  wrote(frames: number): void {
    this.frames += frames;
    if (this.#error === null || frames === 0) return;
    this.#announce();
    this.#error = null;
    this.tell({ isGood: true, text: `recording into ${this.folder} again; ${this.#loss()}` });
  }

  /** They are nowhere; `isSlow`: because the disk cannot keep up. */
  leftOut(frames: number, isSlow: boolean): void {
    this.unrecorded += frames;
    if (!isSlow) return;
    this.#leftOutAtMs = this.#nowMs;
    if (this.#isSlow) return;
    this.#isSlow = true;
    this.tell({
      isGood: false,
      text: `RECORD_SLOW: ${this.folder} cannot take all frames; ${SLOW_HINT}`,
    });
  }

  /** Frames that were on the disk are no more: their file is gone. */
  lost(frames: number): void {
    this.frames -= frames;
    this.unrecorded += frames;
  }

  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#announce();
    if (!this.#isSlow || nowMs - this.#leftOutAtMs < AGAIN_MS) return;
    this.#isSlow = false;
    this.tell({ isGood: true, text: `the recording keeps up again; ${this.#loss()}` });
  }

  /** Said a moment later than it happened, when the frames on their way are counted. */
  #announce(): void {
    if (this.#hasAnnounced || this.#error === null) return;
    this.#hasAnnounced = true;
    const again = `tried again every ${AGAIN_MS / 1000} s`;
    const text = `RECORD_FAILED: cannot record into ${this.folder}: ${this.#error}. ${this.#loss()}; ${again}`;
    this.tell({ isGood: false, text });
  }

  /** Nothing more will come. */
  end(): void {
    this.#announce();
    if (this.unrecorded === this.#told) return;
    this.tell({ isGood: false, text: `RECORD_INCOMPLETE: ${this.#loss()} into ${this.folder}` });
  }

  #loss(): string {
    this.#told = this.unrecorded;
    return this.unrecorded === 1
      ? '1 frame was not recorded'
      : `${formatCount(this.unrecorded)} frames were not recorded`;
  }
}
