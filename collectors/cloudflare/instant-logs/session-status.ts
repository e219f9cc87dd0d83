/** One line on what a session is doing, true at the moment it is read. */
import { formatDuration } from '../../../src/format/time-format.js';
import type { EdgeState } from '../../../src/snapshot/edge-view.js';
import type { JobBook } from './job-book.js';

/** What is worth knowing while all is well. */
export function sessionNotes({ jobs, current }: JobBook): readonly string[] {
  const { dropped, others } = jobs;
  const isFound = current?.isFound === true;
  return [
    ...(dropped.length === 0 ? [] : [`without ${dropped.join(', ')}: not on this plan`]),
    ...(isFound ? ['session of an earlier run taken up again'] : []),
    ...(others > 0 && !isFound ? ['another session is open too (dashboard or other operator?)'] : []),
  ];
}

export class SessionStatus {
  #state: EdgeState = 'connecting';
  #words = '';
  #retryAtMs: number | null = null;

  get state(): EdgeState {
    return this.#state;
  }

  set(state: EdgeState, words: string, retryAtMs: number | null = null): void {
    this.#state = state;
    this.#words = words;
    this.#retryAtMs = retryAtMs;
  }

  /** "retrying in 8s after close 1006 (broke off), 12s of records missing". */
  detail(nowMs: number, gapBeganMs: number | null, notes: readonly string[]): string {
    const retry =
      this.#retryAtMs === null
        ? []
        : [`retrying in ${formatDuration(Math.max(0, this.#retryAtMs - nowMs) / 1000)} after ${this.#words}`];
    const words = this.#retryAtMs === null && this.#words !== '' ? [this.#words] : [];
    const missing = gapBeganMs === null ? [] : [`${formatDuration((nowMs - gapBeganMs) / 1000)} of records missing`];
    return [...retry, ...words, ...missing, ...(this.#state === 'live' ? notes : [])].join(', ');
  }
}
