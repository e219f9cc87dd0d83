/** A live capture that breaks off is begun again: a monitor outlives its source. */
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../src/errors.js';
import type { CollectorSink, SourceEnd } from '../../src/records/collector.js';

/** Between a capture that broke off and the next try. */
const RETRY_MS = 1000;

export interface LiveCapture {
  readonly name: string;
  /** One life of the capture. Rejects when it ended without being asked to. */
  capture(): Promise<SourceEnd>;
  /** It broke off and is to be begun again; what has never worked is not. */
  isWorthRetrying(): boolean;
}

/** Runs until the signal aborts or the capture ends for good. */
export async function keepTrying(live: LiveCapture, sink: CollectorSink, signal: AbortSignal): Promise<SourceEnd> {
  if (signal.aborted) return { kind: 'stopped' };
  sink.health('connecting', live.name);
  for (;;) {
    try {
      return await live.capture();
    } catch (error) {
      if (!(error instanceof UserError) || !live.isWorthRetrying()) throw error;
      sink.health('retrying', error.what);
    }
    await pause(RETRY_MS, signal);
    if (!signal.aborted) continue;
    sink.health('ended', live.name);
    return { kind: 'stopped' };
  }
}

/** Ends early, without an error, when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => {});
}
