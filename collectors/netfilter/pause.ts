/** Waiting that ends early, without an error, when the signal aborts. */
import { setTimeout as delay } from 'node:timers/promises';

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => {});
}
