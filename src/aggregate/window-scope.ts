/** Windows as seconds of capture time, looked back on from the running one. */
import type { WindowName } from '../records/view-request.js';

/** Closed seconds are merged into blocks of so many, which begin at multiples of it. */
export const BLOCK_SECONDS = 10;
/** Merged blocks that are kept: with the running one 50 to 60 s. */
export const BLOCKS = 5;
/** Closed seconds that are kept one by one: with the running one 9 to 10 s. */
export const SECONDS = 9;

/** What rows are ranked by. */
export interface Scope {
  /** First second that counts; -Infinity = everything since the start. */
  readonly fromSec: number;
  /** The running second counts too. */
  readonly hasRunning: boolean;
  /** Equal counts rank by key, so that the same capture gives the same rows; slow where nearly all counts are equal. */
  readonly isStable: boolean;
}

export const EVERYTHING: Scope = { fromSec: Number.NEGATIVE_INFINITY, hasRunning: true, isStable: true };

export const blockOf = (sec: number): number => Math.floor(sec / BLOCK_SECONDS) * BLOCK_SECONDS;

/** First second of a window while `runningSec` runs. */
export function windowStart(window: WindowName, runningSec: number): number {
  switch (window) {
    case '1s':
      return runningSec - 1;
    case '3s':
      return runningSec - 3;
    case '10s':
      return runningSec - SECONDS;
    case '60s':
      return blockOf(runningSec) - BLOCKS * BLOCK_SECONDS;
    case 'all':
      return Number.NEGATIVE_INFINITY;
  }
}
