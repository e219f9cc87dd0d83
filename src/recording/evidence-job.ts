/** Evidence, from frames to a file, in slices: the thread that does it also counts. */
import { decodeBatch } from '../decode/decode-batch.js';
import { UserError } from '../errors.js';
import type { FrameBatch } from '../records/frame-batch.js';
import { PacketBatch } from '../records/packet-batch.js';
import { TRAFFIC_CLASSES } from '../records/traffic-class.js';
import type { EvidenceOrigin } from './evidence-comment.js';
import { EvidenceFile, type EvidencePlace, MAX_EVIDENCE_BYTES, type RowMatch } from './evidence-file.js';
import type { EvidenceProgress, EvidenceRequest, EvidenceResult } from './evidence-request.js';
import { utf8 } from './pcapng-blocks.js';

/** Where frames come from, a second time. */
export interface EvidenceSource {
  /** "flood.pcap, read again". */
  readonly words: string;
  /**
   * Hands over batch after batch, each packet standing for `rate`, and waits for the promise where there is one; stops when the
   * signal aborts. Resolves with what is missing, in sentences. Rejects when nothing can be read.
   */
  read(
    take: (frames: FrameBatch, rate: number) => Promise<void> | null,
    signal: AbortSignal,
  ): Promise<readonly string[]>;
}

/** Whoever does other things on the same thread. */
export interface Breath {
  nowMs(): number;
  /** Lets the others work. */
  rest(): Promise<void>;
}

/** Work between two rests: no tick is late by more than that and one batch (2048 frames, a millisecond). */
const SLICE_MS = 15;
const PROGRESS_MS = 1000;

export interface EvidenceParts {
  readonly request: EvidenceRequest;
  readonly matches: RowMatch;
  readonly source: EvidenceSource;
  readonly place: EvidencePlace;
  readonly origin: Omit<EvidenceOrigin, 'frames'>;
  readonly breath: Breath;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EvidenceProgress) => void;
}

/** Rejects with UserError; nothing is left of the file then. */
export async function writeEvidence(parts: EvidenceParts): Promise<EvidenceResult> {
  const { request, source, place, origin, signal } = parts;
  const file = await EvidenceFile.create(request, place, { ...origin, frames: source.words });
  try {
    const sorter = new EvidenceSorter(parts, file);
    const stop = AbortSignal.any([signal, sorter.over.signal]);
    const remarks = [...(await source.read((frames, rate) => sorter.take(frames, rate), stop))];
    if (signal.aborted)
      throw new UserError('EVIDENCE_STOPPED', 'the program ended before the evidence did', 'Start again.');
    if (file.packets === 0) {
      const hint = 'Only a capture file and what is recorded (--record DIR) can be looked through as a whole.';
      throw new UserError('EVIDENCE_EMPTY', `no packet of it is in ${source.words}: ${request.words}`, hint);
    }
    if (file.isOver) remarks.push(`Cut off at ${(place.maxBytes ?? MAX_EVIDENCE_BYTES) / 2 ** 20} MiB.`);
    return await file.finish(remarks);
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** Decodes, matches, comments. */
class EvidenceSorter {
  readonly #parts: EvidenceParts;
  readonly #file: EvidenceFile;
  readonly #packets = new PacketBatch();
  /** Aborts when the file may not grow any more. */
  readonly over = new AbortController();
  /** Vectors whose first packet is still to come. */
  readonly #vectors: Set<string>;
  #rate = 1;
  #frames = 0;
  #restedAtMs: number;
  #toldAtMs: number;

  constructor(parts: EvidenceParts, file: EvidenceFile) {
    this.#parts = parts;
    this.#file = file;
    this.#vectors = new Set(parts.request.incident?.vectors.map(({ id }) => id));
    this.#restedAtMs = parts.breath.nowMs();
    this.#toldAtMs = this.#restedAtMs;
  }

  async take(frames: FrameBatch, rate: number): Promise<void> {
    const { sec, count } = frames;
    const { request, matches } = this.#parts;
    const { fromSec, toSec } = request;
    const packets = this.#packets;
    decodeBatch(frames, packets);
    this.#frames += count;
    for (let row = 0; row < count && !this.#file.isOver; row += 1) {
      const isOutside = (sec[row] as number) < Math.floor(fromSec) || (sec[row] as number) > toSec;
      if (isOutside || !matches(packets, row)) continue;
      const comment = this.#commentOf(packets, row, rate);
      if (this.#file.add(frames, row, comment, rate)) continue;
      await this.#file.write();
      this.#file.add(frames, row, comment, rate);
    }
    if (this.#file.isOver) this.over.abort();
    await this.#breathe();
  }

  /** The first packet says what it is evidence of; the first one of each vector, and of each rate, says so. */
  #commentOf(packets: PacketBatch, row: number, rate: number): Uint8Array | null {
    const { request } = this.#parts;
    const words: string[] = [];
    if (this.#file.packets === 0) words.push(firstWords(request));
    const { id = '', name = '' } = TRAFFIC_CLASSES[packets.trafficClass[row] as number] ?? {};
    if (this.#vectors.delete(id)) words.push(`first packet of ${id} (${name}) in incident ${request.incident?.id}`);
    if (rate !== this.#rate)
      words.push(rate === 1 ? 'from here on every packet' : `from here on one packet of ${rate}`);
    this.#rate = rate;
    return words.length === 0 ? null : utf8(words.join('; '), 1000);
  }

  async #breathe(): Promise<void> {
    const { breath, onProgress } = this.#parts;
    const nowMs = breath.nowMs();
    if (nowMs - this.#restedAtMs < SLICE_MS) return;
    await breath.rest();
    this.#restedAtMs = breath.nowMs();
    if (this.#restedAtMs - this.#toldAtMs < PROGRESS_MS) return;
    this.#toldAtMs = this.#restedAtMs;
    onProgress({ frames: this.#frames, packets: this.#file.packets });
  }
}

function firstWords({ incident, words }: EvidenceRequest): string {
  if (incident === null) return `evidence of: ${words}`;
  const vectors = incident.vectors.map(({ id, name }) => `${id} (${name})`).join(', ');
  return `evidence of incident ${incident.id}: ${incident.words}; vectors: ${vectors}`;
}
