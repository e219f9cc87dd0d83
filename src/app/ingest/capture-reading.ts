/** A capture read to its end for a command that wants all of it: progress where somebody looks on, and Ctrl-C. */
import { basename } from 'node:path';
import type { UserError } from '../../errors.js';
import { cleanText } from '../../format/clean-text.js';
import { formatExact } from '../../format/number-format.js';
import { formatDuration } from '../../format/time-format.js';
import type { CollectorSink, SourceEnd } from '../../records/collector.js';
import type { FrameBatch } from '../../records/frame-batch.js';
import { openFile } from './file-source.js';

export interface TakesFrames {
  pushFrames(batch: FrameBatch): void;
}

export interface CaptureEnd {
  /** What was wrong with the capture; what lies before it was read. */
  readonly damage: UserError | null;
  /** By Ctrl-C. */
  readonly isStopped: boolean;
}

/** Wall time: captures that are read in less show nothing, and more lines a second nobody reads. */
const FIRST_LINE_MS = 1000;
const NEXT_LINE_MS = 250;
const NAME_CELLS = 40;
const ERASE_LINE = '\r\x1b[K';

/** Rejects with UserError when it cannot be read at all. Ctrl-C ends the reading, not the program; a second one does. */
export async function readCapture(path: string, takers: readonly TakesFrames[], doing: string): Promise<CaptureEnd> {
  const source = { kind: 'file', path, filter: '', speed: 'max', loop: false, follow: false } as const;
  const collector = openFile(source);
  const progress = process.stderr.isTTY ? new ProgressLine(`${doing} ${cleanText(basename(path), NAME_CELLS)}`) : null;
  const sink: CollectorSink = {
    pushFrames: (batch) => {
      progress?.pushFrames(batch);
      for (const taker of takers) taker.pushFrames(batch);
    },
    health: () => {},
    dropped: () => {},
  };
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once('SIGINT', stop);
  try {
    const end: SourceEnd = await collector.run(sink, abort.signal);
    const damage = end.kind === 'damaged' || end.kind === 'incomplete' ? end.error : null;
    if (damage !== null && collector.format === null) throw damage;
    return { damage, isStopped: abort.signal.aborted };
  } finally {
    process.removeListener('SIGINT', stop);
    progress?.erase();
  }
}

/** One line on a terminal's standard error, written over and over, and gone in the end. */
class ProgressLine {
  #packets = 0;
  #firstSec = Number.NaN;
  #nextMs = Date.now() + FIRST_LINE_MS;
  #isShown = false;

  constructor(readonly doing: string) {}

  pushFrames({ count, sec }: FrameBatch): void {
    if (count === 0) return;
    if (Number.isNaN(this.#firstSec)) this.#firstSec = sec[0] as number;
    this.#packets += count;
    const nowMs = Date.now();
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + NEXT_LINE_MS;
    this.#isShown = true;
    const covered = formatDuration(Math.max(0, (sec[count - 1] as number) - this.#firstSec));
    process.stderr.write(
      `${ERASE_LINE}${this.doing}: ${covered} of it, ${formatExact(this.#packets)} packets; Ctrl-C ends the reading`,
    );
  }

  erase(): void {
    if (this.#isShown) process.stderr.write(ERASE_LINE);
  }
}
