/** Takes orders for evidence in the ingest worker, one at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RowFilter } from '../../aggregate/row-filter.js';
import { messageOf, UserError } from '../../errors.js';
import type { Pipeline } from '../../pipeline/pipeline.js';
import { DISK_ASIDE } from '../../recording/disk.js';
import type { RowMatch } from '../../recording/evidence-file.js';
import { type EvidenceSource, writeEvidence } from '../../recording/evidence-job.js';
import type { EvidenceProgress, EvidenceRequest, EvidenceResult } from '../../recording/evidence-request.js';
import { canReadAgain, captureAgain, recentFrames, recordedFrames } from './evidence-sources.js';
import { type FrameTap, originOf } from './frame-tap.js';
import type { SourceSpec } from './ingest-protocol.js';
import { isPaced } from './source-pace.js';

/** As long as a slice of work: half of the time stays for counting. */
const REST_MS = 15;

export interface DeskParts {
  readonly spec: SourceSpec;
  readonly tap: FrameTap;
  readonly pipeline: Pipeline;
  /** "ddostop 0.1.0". */
  readonly application: string;
  /** Shown name of the source, as it is now. */
  readonly sourceName: () => string;
  /** The source is over: nothing is counted any more. */
  readonly isEnded: () => boolean;
}

export class EvidenceDesk {
  readonly #parts: DeskParts;
  readonly #stop = new AbortController();
  #isBusy = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Ends what is being written; nothing is left of it. */
  stop(): void {
    this.#stop.abort();
  }

  /** Rejects with UserError. */
  async write(request: EvidenceRequest, onProgress: (progress: EvidenceProgress) => void): Promise<EvidenceResult> {
    if (this.#isBusy) {
      throw new UserError('EVIDENCE_BUSY', 'other evidence is being written', 'Press w again when it is done.');
    }
    this.#isBusy = true;
    try {
      return await this.#write(request, onProgress);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError('EVIDENCE_FAILED', messageOf(error), 'This is a bug; please report it.', { cause: error });
    } finally {
      this.#isBusy = false;
    }
  }

  async #write(asked: EvidenceRequest, onProgress: (progress: EvidenceProgress) => void): Promise<EvidenceResult> {
    const { spec, tap, pipeline, application, sourceName, isEnded } = this.#parts;
    const matches = matchOf(asked);
    // A replay has shown so much, and no more: the rest of the file is still to come.
    const isReplay = isPaced(spec) && !isEnded();
    const request = isReplay ? { ...asked, toSec: Math.min(asked.toSec, pipeline.nowSec) } : asked;
    return writeEvidence({
      request,
      matches,
      source: await this.#source(request),
      place: {
        folder: tap.record?.status.folder ?? process.cwd(),
        disk: DISK_ASIDE,
        nowSec: pipeline.nowSec,
        snapLen: originOf(spec).snapLen,
      },
      origin: { application, source: sourceName(), dropped: pipeline.dropped },
      breath: { nowMs: () => performance.now(), rest: () => sleep(isEnded() ? 0 : REST_MS) },
      signal: this.#stop.signal,
      onProgress,
    });
  }

  /** What has all of it comes first. */
  async #source(request: EvidenceRequest): Promise<EvidenceSource> {
    const { spec, tap } = this.#parts;
    if (canReadAgain(spec)) return captureAgain(spec);
    if (tap.record !== null) return recordedFrames(tap.record, request);
    if (tap.recent !== null) return recentFrames(tap.recent, request);
    throw new UserError(
      'EVIDENCE_SOURCE',
      'the capture file cannot be read again',
      'Put it back, or use --record DIR.',
    );
  }
}

/** Throws UserError when a filter value is none. */
function matchOf({ anyOf, layer }: EvidenceRequest): RowMatch {
  const filters = anyOf.map((parts) => new RowFilter(parts));
  return (packets, row) => {
    const columns = layer === 'inner' && packets.tunnelled[row] === 1 ? packets.inner : packets.outer;
    if (columns.version[row] === 0) return false;
    for (const filter of filters) if (filter.matches(columns, row)) return true;
    return false;
  };
}
