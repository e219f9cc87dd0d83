/** The two clocks of a reading, as a door. */
import { performance } from 'node:perf_hooks';

export interface ReaderClock {
  /** Epoch ms. */
  nowMs(): number;
  /** Of a clock that never jumps. */
  steadyMs(): number;
}

export const realClock: ReaderClock = { nowMs: () => Date.now(), steadyMs: () => performance.now() };
