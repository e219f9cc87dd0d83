/** Frames a second time: from the capture file, from what was recorded, or from what is left in memory. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { type ByteSource, ChunkSource } from '../../../collectors/pcap/byte-source.js';
import { filteredChunks } from '../../../collectors/pcap/filtered-file.js';
import { pumpFrames } from '../../../collectors/pcap/frame-pump.js';
import { openSource } from '../../../collectors/pcap/open-source.js';
import { formatClock } from '../../format/time-format.js';
import type { EvidenceSource } from '../../recording/evidence-job.js';
import type { EvidenceRequest } from '../../recording/evidence-request.js';
import type { RecentFrames } from '../../recording/recent-frames.js';
import type { RollingRecord } from '../../recording/rolling-record.js';
import { FrameBatch } from '../../records/frame-batch.js';
import type { SourceSpec } from './ingest-protocol.js';

type TakeFrames = Parameters<EvidenceSource['read']>[0];

/** A file of its own, that gives the same frames with the same times again. */
export function canReadAgain(spec: SourceSpec): spec is SourceSpec & { readonly kind: 'file' } {
  if (spec.kind !== 'file' || spec.loop || spec.path === '-') return false;
  return statSync(spec.path, { throwIfNoEntry: false })?.isFile() === true;
}

export function captureAgain(spec: SourceSpec & { readonly kind: 'file' }): EvidenceSource {
  const { path, filter } = spec;
  return {
    words: `${basename(path)}, read again`,
    async read(take, signal) {
      const source = filter === '' ? openSource(path) : new ChunkSource(filteredChunks(path, filter));
      const damage = await pump(source, take, signal);
      return damage === null ? [] : [`The capture could not be read to its end: ${damage}`];
    },
  };
}

/** The files there are now, opened at once: one that is removed meanwhile can still be read. */
export async function recordedFrames(record: RollingRecord, request: EvidenceRequest): Promise<EvidenceSource> {
  await record.flush();
  const remarks: string[] = [];
  const { hasPruned, files } = record;
  const wanted = files.filter(({ fromSec, toSec }) => fromSec <= request.toSec && toSec >= Math.floor(request.fromSec));
  const oldestSec = files[0]?.fromSec ?? Number.NaN;
  if (hasPruned && !(oldestSec < request.fromSec)) {
    remarks.push(`What was recorded before ${formatClock(oldestSec)} has been removed (--record-files).`);
  }
  const { unrecorded } = record.status;
  if (unrecorded > 0) remarks.push(`${unrecorded} frames of this run were not recorded.`);
  const sources: ByteSource[] = [];
  for (const { path, bytes } of wanted) {
    try {
      sources.push(new FirstBytes(openSource(path), bytes));
    } catch {
      remarks.push(`${basename(path)} is gone.`);
    }
  }
  return {
    words: `${wanted.length} recorded ${wanted.length === 1 ? 'file' : 'files'}`,
    async read(take, signal) {
      for (const source of sources) {
        const damage = await pump(source, take, signal); // closes it, at once after an abort
        if (damage !== null) remarks.push(`A recorded file could not be read to its end: ${damage}`);
      }
      return remarks;
    },
  };
}

export function recentFrames(recent: RecentFrames, request: EvidenceRequest): EvidenceSource {
  return {
    words: 'the newest frames, kept in memory',
    async read(take, signal) {
      const batch = new FrameBatch();
      const oldestRow = recent.oldest;
      const end = recent.next; // what comes meanwhile is of another moment
      let oldestSec = Number.NaN;
      for (let row = oldestRow; row < end && !signal.aborted; ) {
        const { next, rate } = recent.read(row, batch);
        if (Number.isNaN(oldestSec)) oldestSec = batch.sec[0] as number;
        row = next;
        await take(batch, rate);
      }
      if (oldestRow === 0 || oldestSec < request.fromSec) return [];
      return [`Frames from before ${formatClock(oldestSec)} are not in memory any more (--record DIR keeps them).`];
    },
  };
}

/** Resolves with what is wrong with the capture; null = nothing. */
async function pump(source: ByteSource, take: TakeFrames, signal: AbortSignal): Promise<string | null> {
  const end = await pumpFrames(source, { deliver: (frames) => take(frames, 1), afterChunk: () => null }, signal);
  return 'error' in end ? end.error.message : null;
}

/** A file that still grows, up to what there was. */
class FirstBytes implements ByteSource {
  readonly readsAhead = false;
  #left: number;

  constructor(
    readonly source: ByteSource,
    bytes: number,
  ) {
    this.#left = bytes;
  }

  async read(into: Uint8Array): Promise<number> {
    if (this.#left === 0) return 0;
    const got = await this.source.read(into.subarray(0, Math.min(into.length, this.#left)));
    this.#left -= got;
    return got;
  }

  close(): void {
    this.source.close();
  }
}
