/**
 * `--record`: every frame that is seen into a row of pcapng files. A new one begins at a size or an age (capture time), the
 * oldest ones of this run are removed. Sits in front of the pipeline and copies: 60 ns for a frame of 60 bytes. What the disk
 * cannot take is left out and counted; a source that waits is slowed down instead (DISK_AT_ONCE).
 */
import type { FrameBatch } from '../records/frame-batch.js';
import type { RecordingStatus } from '../records/recording-status.js';
import { BufferPool } from './buffer-pool.js';
import { type Disk, reasonOf } from './disk.js';
import { type BlockBuffer, PcapngWriter, type WriterOptions } from './pcapng-writer.js';
import { RecordFile } from './record-file.js';
import { freeName } from './record-folder.js';
import { RecordHealth, type RecordNews } from './record-health.js';
import { RecordSpan } from './record-span.js';
import { type RecordedFile, RecordedFiles } from './recorded-files.js';

export interface RecordOptions {
  /** Absolute. */
  readonly folder: string;
  readonly maxFileBytes: number;
  /** Of this run, the one that is being written included. */
  readonly maxFiles: number;
  /** Seconds of capture time in one file. */
  readonly maxFileSec: number;
}

/** Capture time that one wrong timestamp cannot push: a jump counts when the next frames agree. */
export interface SteadyClock {
  move(sec: number, nsec: number): unknown;
  /** NaN before the first frame. */
  readonly second: number;
}

export interface RecordParts {
  readonly options: RecordOptions;
  readonly frames: WriterOptions;
  readonly clock: SteadyClock;
  readonly disk: Disk;
  readonly tell: (news: RecordNews) => void;
}

/** Kept free in every buffer and file for the statistics at the end. */
const CLOSING_BYTES = 512;
/** Wall time a frame may wait in memory, and between looks whether the file is still there. */
const FLUSH_MS = 1000;

export class RollingRecord {
  readonly #parts: RecordParts;
  readonly #health: RecordHealth;
  readonly #pool = new BufferPool();
  readonly #files = new RecordedFiles();
  #file: RecordFile | null = null;
  #span = new RecordSpan(Number.NaN, 0);
  #writer: PcapngWriter | null = null;
  /** The one that is filled; null = take one first. */
  #buffer: BlockBuffer | null = null;
  /** The buffer ends where the file has to. */
  #isLast = false;
  #flushedAtMs = 0;
  /** Of the newest file. */
  #number = 0;
  /** Lost ahead of us since the start, as the source counts. */
  dropped = 0;

  constructor(parts: RecordParts) {
    this.#parts = parts;
    this.#health = new RecordHealth(parts.options.folder, parts.tell);
  }

  get status(): RecordingStatus {
    return this.#health.status;
  }

  /** Files of this run that can be read now, oldest first. */
  get files(): RecordedFile[] {
    return this.#files.list();
  }

  /** Older files of this run had to go. */
  get hasPruned(): boolean {
    return this.#files.hasPruned;
  }

  /** Takes a lent batch, before anything rearranges its rows. */
  take(frames: FrameBatch): void {
    const { clock, options } = this.#parts;
    const { count, sec, nsec } = frames;
    for (let row = 0; row < count; ) {
      const second = sec[row] as number;
      if (second !== clock.second) clock.move(second, nsec[row] as number);
      let end = row + 1;
      // While the clock doubts a time, it has to see every frame of it.
      if (second === clock.second) while (end < count && sec[end] === second) end += 1;
      if (this.#file !== null && this.#span.isOver(clock.second, options.maxFileSec)) this.#closeFile();
      this.#write(frames, row, end);
      row = end;
    }
  }

  /** Time passes: `nowMs` of any steady clock. Files that nobody sees any more are given up, frames do not wait for others. */
  tick(nowMs: number): void {
    if (nowMs - this.#flushedAtMs >= FLUSH_MS) {
      this.#flushedAtMs = nowMs;
      if (this.#file?.isThere === false) this.#file.giveUp(Object.assign(new Error('gone'), { code: 'ENOENT' }));
      if (this.#file?.isBusy === false) this.#submit();
    }
    this.#health.tick(nowMs);
  }

  /** Resolves when every frame taken so far is on the disk, or given up. */
  flush(): Promise<void> {
    this.#submit();
    return this.#files.written();
  }

  /** No more frames: the last file gets its name. */
  async close(): Promise<void> {
    this.#closeFile();
    await this.#files.closed();
    this.#health.end();
  }

  /** Rows of one second. */
  #write(frames: FrameBatch, from: number, to: number): void {
    let row = from;
    while (row < to) {
      const buffer = this.#buffer ?? this.#nextBuffer();
      if (buffer === null) {
        this.#leaveOut(to - row, this.#health.status.error === null);
        return;
      }
      const isFresh = buffer.frames === 0 && this.#file?.taken === 0;
      const next = (this.#writer as PcapngWriter).add(frames, row, to);
      this.#span.note(frames.sec[row] as number, next - row);
      if (next === to) return;
      if (next > row || !isFresh) {
        row = next;
        if (this.#isLast) this.#closeFile();
        else this.#submit();
      } else {
        this.#leaveOut(1, false); // longer than any file may be
        row += 1;
      }
    }
  }

  #leaveOut(frames: number, isSlow: boolean): void {
    this.#span.miss(frames);
    this.#health.leftOut(frames, isSlow);
  }

  /** An empty buffer, in a new file where there is none; null when the disk does not follow. */
  #nextBuffer(): BlockBuffer | null {
    if (this.#file === null && !this.#health.mayTry) return null;
    const buffer = this.#pool.take();
    if (buffer === null) return null;
    this.#writer ??= new PcapngWriter(this.#parts.frames, buffer);
    this.#writer.use(buffer);
    const file = this.#file ?? this.#openFile();
    if (file === null) {
      this.#pool.giveBack(buffer);
      return null;
    }
    const fileLeft = this.#parts.options.maxFileBytes - CLOSING_BYTES - file.taken;
    const bufferLeft = buffer.bytes.length - CLOSING_BYTES;
    this.#isLast = fileLeft <= bufferLeft;
    this.#writer.use(buffer, Math.min(fileLeft, bufferLeft));
    this.#buffer = buffer;
    return buffer;
  }

  #openFile(): RecordFile | null {
    const { options, disk, frames, clock } = this.#parts;
    try {
      disk.makeFolder(options.folder);
      this.#files.prune(options.maxFiles - 1);
      const { path, number } = freeName(disk, options.folder, clock.second, this.#number + 1);
      const file = new RecordFile(disk, path, number, {
        released: (buffer, isWritten) => this.#released(buffer, isWritten),
        failed: (failed, error) => this.#failed(failed, error),
        closed: (closed, error) => this.#closed(closed, error),
      });
      this.#span = new RecordSpan(clock.second, this.dropped);
      this.#files.add(file, this.#span);
      this.#file = file;
      this.#number = number;
      this.#writer?.beginFile(`recorded by ${frames.application}; file ${number} of this run`);
      return file;
    } catch (error) {
      this.#health.fail(reasonOf(error));
      return null;
    }
  }

  /** Hands over what is filled. */
  #submit(): void {
    const buffer = this.#buffer;
    if (this.#file === null || buffer === null || buffer.frames === 0) return;
    this.#buffer = null;
    this.#file.submit(buffer);
  }

  #closeFile(): void {
    const file = this.#file;
    if (file === null) return;
    this.#addStatistics(file);
    const buffer = this.#buffer;
    this.#buffer = null;
    this.#file = null;
    if (buffer !== null && buffer.frames + file.taken > 0) file.submit(buffer);
    else if (buffer !== null) this.#pool.giveBack(buffer);
    file.close();
  }

  #addStatistics(file: RecordFile): void {
    const buffer = this.#buffer ?? (file.taken > 0 ? this.#pool.take() : null);
    if (buffer === null) return;
    this.#buffer = buffer;
    const { accepted, missing, droppedBefore } = this.#span;
    this.#writer?.use(buffer);
    this.#writer?.addStatistics({ accepted, delivered: accepted - missing, dropped: this.dropped - droppedBefore });
  }

  #released(buffer: BlockBuffer, isWritten: boolean): void {
    if (isWritten) this.#health.wrote(buffer.frames);
    else this.#health.leftOut(buffer.frames, false);
    this.#pool.giveBack(buffer);
    this.#files.changed();
  }

  #failed(file: RecordFile, error: unknown): void {
    this.#health.fail(reasonOf(error));
    if (file !== this.#file) return;
    this.#file = null;
    const buffer = this.#buffer;
    this.#buffer = null;
    if (buffer !== null) this.#released(buffer, false);
  }

  #closed(file: RecordFile, error: unknown): void {
    if (error !== null) this.#health.fail(reasonOf(error));
    if (error !== null && !file.isThere) this.#health.lost(file.frames);
    if (file.frames === 0 || !file.isThere) this.#files.forget(file);
    // Attempts that left nothing behind use no numbers up.
    if (file.frames === 0 && file.number === this.#number) this.#number -= 1;
    try {
      this.#files.prune(this.#parts.options.maxFiles);
    } catch {
      // Said when the next file is opened, which has to prune first.
    }
    this.#files.changed();
  }
}
