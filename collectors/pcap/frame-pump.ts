/** Byte source → reader → delivery, until the source ends, breaks or the signal aborts. Shared by files, pipes and tcpdump. */
import type { FrameMemory, SourceEnd } from '../../src/records/collector.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { BrokenSource, type ByteSource } from './byte-source.js';
import { CaptureReader, ReadState } from './capture-reader.js';

export interface PumpTarget {
  /** Called for every batch; back-pressure is its promise, null when there is nothing to wait for (a promise a batch is litter). */
  deliver(batch: FrameBatch): Promise<void> | null;
  /** Called after each chunk, with what the capture itself says was lost so far. */
  afterChunk(reader: CaptureReader): Promise<void> | null;
}

/** Closes `source` in any case. Rejects when reading fails for good. `memory`: where frames are put; null = memory of its own. */
export async function pumpFrames(
  source: ByteSource,
  target: PumpTarget,
  signal: AbortSignal,
  memory: FrameMemory | null = null,
): Promise<SourceEnd> {
  const stop = (): void => source.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) return { kind: 'stopped' };
    return await pump(source, target, signal, memory);
  } finally {
    signal.removeEventListener('abort', stop);
    source.close();
  }
}

async function pump(
  source: ByteSource,
  target: PumpTarget,
  signal: AbortSignal,
  memory: FrameMemory | null,
): Promise<SourceEnd> {
  const reader = new CaptureReader(memory);
  const batch = memory?.batch ?? new FrameBatch();
  let ahead: number | Promise<number> | null = null;
  for (;;) {
    let got = 0;
    let broken: BrokenSource | null = null;
    try {
      const reading: number | Promise<number> = ahead ?? source.read(reader.space());
      got = typeof reading === 'number' ? reading : await reading;
    } catch (error) {
      if (!(error instanceof BrokenSource)) throw error;
      broken = error;
    }
    if (signal.aborted) return { kind: 'stopped' };
    reader.wrote(got);
    const isLast = got === 0 || broken !== null;
    ahead = source.readsAhead && !isLast ? aheadOf(source, reader) : null;
    while (reader.next(batch) === ReadState.frames) {
      const delivery = target.deliver(batch);
      if (delivery !== null) await delivery;
      if (signal.aborted) return { kind: 'stopped' };
    }
    const pause = target.afterChunk(reader);
    if (pause !== null) await pause;
    if (reader.end !== null) return reader.end;
    if (broken !== null) return { kind: broken.kind, error: broken.error, atByte: reader.position };
    if (isLast) return reader.finish();
  }
}

/** The next piece, on its way while this one is counted. Its failure is nobody's when the capture ends before it is asked for. */
function aheadOf(source: ByteSource, reader: CaptureReader): number | Promise<number> {
  const reading = source.read(reader.spaceAhead());
  if (typeof reading !== 'number') reading.catch(() => {});
  return reading;
}
