/** Time for waiting: epoch ms that no correction of the system's clock moves, and a wait that ends early on a signal. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock.js';

/** Ends early, without an error, when the signal aborts. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

export const steadyClock: Clock = { nowMs: () => performance.timeOrigin + performance.now() };

export const systemSleep: Sleep = (ms, signal) =>
  delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
