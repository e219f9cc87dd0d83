/**
 * The packets of a selection into one pcapng file: decoded, matched, and written under a name of its own ("….part") until it is
 * complete. Its first block has room for the comment, which is known last.
 */
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.js';
import type { FrameBatch } from '../records/frame-batch.js';
import type { PacketBatch } from '../records/packet-batch.js';
import { codeOf, type Disk, reasonOf } from './disk.js';
import { type EvidenceOrigin, type EvidenceSums, evidenceComment } from './evidence-comment.js';
import type { EvidenceRequest, EvidenceResult } from './evidence-request.js';
import { sectionHeader } from './pcapng-blocks.js';
import { BlockBuffer, PcapngWriter } from './pcapng-writer.js';
import { evidenceName, PART } from './record-folder.js';

const BUFFER_BYTES = 1 << 20;
/** Fourteen lines of the comment at most, 400 cells each. */
const HEADER_BYTES = 8192;
/** What a ticket system or a mail gateway takes is far below; beyond this nobody opens it. */
export const MAX_EVIDENCE_BYTES = 2 ** 30;
const MAX_NAMES = 1000;
const HINT = 'Free space or permission, then press w again.';

export interface EvidencePlace {
  readonly folder: string;
  readonly disk: Disk;
  /** Capture time now, for the name. */
  readonly nowSec: number;
  /** No frame is longer. */
  readonly snapLen: number;
  readonly maxBytes?: number;
}

export class EvidenceFile {
  readonly #buffer = new BlockBuffer(BUFFER_BYTES);
  readonly #writer: PcapngWriter;
  #written = 0;
  packets = 0;
  /** Of them, on the wire. */
  bytes = 0;
  #estimated = 0;
  #firstSec = Number.POSITIVE_INFINITY;
  #lastSec = Number.NEGATIVE_INFINITY;
  #sampleRate = 1;
  #isOver = false;

  private constructor(
    readonly request: EvidenceRequest,
    readonly place: EvidencePlace,
    readonly origin: EvidenceOrigin,
    readonly partPath: string,
    readonly file: FileHandle,
  ) {
    const { application, source } = origin;
    const options = { application, interfaceName: source, snapLen: place.snapLen, filter: '' };
    this.#writer = new PcapngWriter(options, this.#buffer);
    this.#writer.beginFile('', HEADER_BYTES);
  }

  /** Rejects with UserError when nothing can be written there. */
  static async create(request: EvidenceRequest, place: EvidencePlace, origin: EvidenceOrigin): Promise<EvidenceFile> {
    for (let attempt = 1; attempt <= MAX_NAMES; attempt += 1) {
      const partPath = `${join(place.folder, evidenceName(request.key, place.nowSec, attempt))}${PART}`;
      if (place.disk.isTaken(partPath.slice(0, -PART.length))) continue;
      try {
        return new EvidenceFile(request, place, origin, partPath, await open(partPath, 'wx', 0o600));
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw cannotWrite(place.folder, error);
      }
    }
    throw cannotWrite(place.folder, new Error(`${MAX_NAMES} names are taken`));
  }

  /** It is as long as it may get: what matches from now on is left out. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** One packet of the batch. False: write first, then again. */
  add(frames: FrameBatch, row: number, comment: Uint8Array | null, rate: number): boolean {
    const isIn =
      comment === null
        ? this.#writer.add(frames, row, row + 1) > row
        : this.#writer.addWithComment(frames, row, comment);
    if (!isIn) return false;
    const sec = frames.sec[row] as number;
    this.packets += 1;
    this.bytes += frames.wireLen[row] as number;
    this.#estimated += rate;
    if (rate > this.#sampleRate) this.#sampleRate = rate;
    if (sec < this.#firstSec) this.#firstSec = sec;
    if (sec > this.#lastSec) this.#lastSec = sec;
    return true;
  }

  /** What was added so far goes to the disk. */
  async write(): Promise<void> {
    const { bytes, used } = this.#buffer;
    try {
      for (let at = 0; at < used; ) at += (await this.file.write(bytes, at, used - at)).bytesWritten;
    } catch (error) {
      throw cannotWrite(this.place.folder, error);
    }
    this.#written += used;
    this.#buffer.clear();
    this.#isOver = this.#written >= (this.place.maxBytes ?? MAX_EVIDENCE_BYTES);
  }

  /** `remarks`: what is missing, in sentences. */
  async finish(remarks: readonly string[]): Promise<EvidenceResult> {
    const { packets, bytes } = this;
    const sampleRate = this.#sampleRate;
    const sums: EvidenceSums = {
      packets,
      bytes,
      sampleRate,
      remarks,
      estimated: this.#estimated,
      firstSec: this.#firstSec,
      lastSec: this.#lastSec,
    };
    this.#writer.addStatistics({ accepted: packets, delivered: packets, dropped: 0 });
    await this.write();
    try {
      const comment = evidenceComment(this.request, this.origin, sums);
      await this.file.write(sectionHeader(this.origin.application, comment, HEADER_BYTES), 0, HEADER_BYTES, 0);
      await this.file.sync();
      await this.file.close();
      return { path: this.#publish(), packets, bytes, sampleRate, remarks };
    } catch (error) {
      throw cannotWrite(this.place.folder, error);
    }
  }

  /** Nothing is left of it. Never rejects: it is called because something else went wrong. */
  async discard(): Promise<void> {
    await this.file.close().catch(() => {});
    await unlink(this.partPath).catch(() => {});
  }

  #publish(): string {
    const { disk, folder, nowSec } = this.place;
    for (let attempt = 1; ; attempt += 1) {
      const path =
        attempt === 1 ? this.partPath.slice(0, -PART.length) : nameAgain(this.request, folder, nowSec, attempt);
      try {
        disk.publish(this.partPath, path);
        return path;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST' || attempt === MAX_NAMES) throw error;
      }
    }
  }
}

const nameAgain = (request: EvidenceRequest, folder: string, nowSec: number, attempt: number): string =>
  join(folder, evidenceName(request.key, nowSec, attempt));

function cannotWrite(folder: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const what = `cannot write evidence into ${folder}: ${reasonOf(error)}`;
  return new UserError('EVIDENCE_WRITE', what, HINT, { cause: error });
}

/** Whether a packet belongs to a selection. */
export type RowMatch = (packets: PacketBatch, row: number) => boolean;
