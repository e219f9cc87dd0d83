/**
 * A capture in a regular file, read synchronously through the product's reader: for tests and benches that want no collector.
 *
 *   const file = new CaptureFile(path);
 *   while (file.step((frames) => decodeBatch(frames, packets))) { … }
 *   file.end                                                            // end, incomplete or damaged
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { openError, readError } from '../../collectors/pcap/capture-file-errors.js';
import { CaptureReader, ReadState } from '../../collectors/pcap/capture-reader.js';
import type { FrameMemory, SourceEnd } from '../../src/records/collector.js';
import { FrameBatch } from '../../src/records/frame-batch.js';

export class CaptureFile {
  readonly path: string;
  readonly #fd: number;
  readonly #reader: CaptureReader;
  readonly #batch: FrameBatch;
  #isOpen = true;
  #end: SourceEnd | null = null;

  /** Throws UserError when the file cannot be opened. */
  constructor(path: string, memory: FrameMemory | null = null) {
    this.path = path;
    this.#reader = new CaptureReader(memory);
    this.#batch = memory?.batch ?? new FrameBatch();
    try {
      this.#fd = openSync(path, 'r');
    } catch (error) {
      throw openError(path, error);
    }
  }

  get format(): 'pcap' | 'pcapng' | null {
    return this.#reader.format;
  }

  /** Null while there may be more. */
  get end(): SourceEnd | null {
    return this.#end;
  }

  /** Frames lost before they reached the file, as far as it says. */
  get droppedFrames(): number {
    return this.#reader.droppedFrames;
  }

  /** Bytes of the file consumed so far. */
  get position(): number {
    return this.#reader.position;
  }

  /** Reads one chunk and hands over its frames, lent until the callback returns. False once the file is over. */
  step(onFrames: (batch: FrameBatch) => void): boolean {
    if (this.#end !== null) return false;
    const reader = this.#reader;
    const got = this.#read(reader.space());
    reader.wrote(got);
    while (reader.next(this.#batch) === ReadState.frames) onFrames(this.#batch);
    if (got === 0) this.#end = reader.finish();
    else this.#end = reader.end;
    if (this.#end !== null) this.close();
    return this.#end === null;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#end ??= { kind: 'stopped' };
    closeSync(this.#fd);
  }

  #read(space: Uint8Array): number {
    try {
      return readSync(this.#fd, space, 0, space.length, null);
    } catch (error) {
      this.close();
      throw readError(this.path, error);
    }
  }
}

/** The whole file at once; the callback's batches are lent. */
export function readCaptureFileSync(path: string, onFrames: (batch: FrameBatch) => void): SourceEnd {
  const file = new CaptureFile(path);
  while (file.step(onFrames));
  return file.end as SourceEnd;
}
