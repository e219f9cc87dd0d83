/**
 * One file of a recording: its buffers go out one after the other, so that what is on the disk is always a sound beginning.
 * Written under a name of its own ("….part") and renamed when it is complete.
 */
import { codeOf, type Disk, type FileIdentity } from './disk.js';
import type { BlockBuffer } from './pcapng-writer.js';
import { EXTENSION, PART } from './record-folder.js';

export interface RecordFileEvents {
  /** The buffer is on the disk, or will never be; it can be filled again. */
  released(buffer: BlockBuffer, isWritten: boolean): void;
  /** Nothing more can be written to it. Called once. */
  failed(file: RecordFile, error: unknown): void;
  /** It has its final name, or is gone because nothing is in it. `error`: it could not get its name. */
  closed(file: RecordFile, error: unknown): void;
}

export class RecordFile {
  readonly #disk: Disk;
  readonly #events: RecordFileEvents;
  readonly #fd: number;
  readonly #partPath: string;
  #path: string;
  readonly #identity: FileIdentity | null;
  #closedIdentity: FileIdentity | null = null;
  readonly #queue: BlockBuffer[] = [];
  #isWriting = false;
  #isFailed = false;
  #isClosing = false;
  #isClosed = false;
  #isPublished = false;
  /** Bytes of the first one in the queue that are on the disk. */
  #writtenOfFirst = 0;
  /** Bytes that are on the disk: whole buffers. */
  bytes = 0;
  /** Frames in them. */
  frames = 0;
  /** Bytes handed over so far. */
  taken = 0;

  /** `number`: its place in the run. Throws what the disk says. */
  constructor(
    disk: Disk,
    path: string,
    readonly number: number,
    events: RecordFileEvents,
  ) {
    this.#disk = disk;
    this.#events = events;
    this.#path = path;
    this.#partPath = `${path}${PART}`;
    this.#fd = disk.create(this.#partPath);
    this.#identity = disk.identityOf(this.#partPath);
  }

  /** Where it lies now. */
  get path(): string {
    return this.#isPublished ? this.#path : this.#partPath;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bytes are on their way. */
  get isBusy(): boolean {
    return this.#isWriting || this.#queue.length > 0;
  }

  /** Its name still stands for it. */
  get isThere(): boolean {
    return this.#identity !== null && this.#disk.identityOf(this.path) === this.#identity;
  }

  /** Takes the buffer until `released`. */
  submit(buffer: BlockBuffer): void {
    this.taken += buffer.used;
    this.#queue.push(buffer);
    this.#writeNext();
  }

  /** No more buffers will come. */
  close(): void {
    this.#isClosing = true;
    this.#settle();
  }

  /** It is gone, or not ours any more. */
  giveUp(error: unknown): void {
    this.#fail(error);
    this.#settle();
  }

  /** Takes it away, unless its name stands for another file by now. Throws what the disk says. */
  remove(): void {
    const { path } = this;
    if (this.#closedIdentity !== null && this.#disk.identityOf(path, true) === this.#closedIdentity)
      this.#disk.remove(path);
  }

  /** All there is in one call: while a link is busy, its thread hears of the end of a write fifty times a second only. */
  #writeNext(): void {
    if (this.#isWriting || this.#queue.length === 0) return;
    if (this.#isFailed) {
      this.#release(this.#queue.length, false);
      return;
    }
    this.#isWriting = true;
    const pieces = this.#queue.map(({ bytes, used }, i) => bytes.subarray(i === 0 ? this.#writtenOfFirst : 0, used));
    this.#disk.write(this.#fd, pieces, this.bytes + this.#writtenOfFirst, (error, written) => {
      this.#isWriting = false;
      this.#wrote(error, written);
    });
  }

  #wrote(error: Error | null, written: number): void {
    if (!this.#isFailed) this.#release(this.#countWritten(written), true);
    if (error !== null) this.#fail(error);
    else if (written === 0) this.#fail(new Error('nothing was written, and no error given'));
    this.#writeNext();
    this.#settle();
  }

  /** Returns how many buffers are on the disk as a whole. */
  #countWritten(written: number): number {
    this.#writtenOfFirst += written;
    let whole = 0;
    for (const { used, frames } of this.#queue) {
      if (this.#writtenOfFirst < used) break;
      this.#writtenOfFirst -= used;
      this.bytes += used;
      this.frames += frames;
      whole += 1;
    }
    return whole;
  }

  /** The first buffers of the queue can be filled again. */
  #release(buffers: number, isWritten: boolean): void {
    for (const buffer of this.#queue.splice(0, buffers)) this.#events.released(buffer, isWritten);
  }

  #fail(error: unknown): void {
    if (this.#isFailed || this.#isClosed) return;
    this.#isFailed = true;
    this.#isClosing = true;
    this.#events.failed(this, error);
  }

  #settle(): void {
    if (!this.#isClosing || this.#isClosed || this.isBusy) return;
    let failure: unknown = null;
    try {
      this.#finish();
    } catch (error) {
      failure = error;
    }
    this.#isClosed = true;
    this.#events.closed(this, failure);
  }

  /** What a failed write left behind the last whole buffer is cut off. */
  #finish(): void {
    try {
      if (this.#isFailed) this.#disk.truncate(this.#fd, this.bytes);
      // While it is open its inode is nobody else's.
      if (this.isThere) this.#closedIdentity = this.#disk.identityOf(this.#partPath, true);
      else throw Object.assign(new Error('the file is gone'), { code: 'ENOENT' });
    } finally {
      this.#disk.close(this.#fd);
    }
    if (this.frames === 0) this.#disk.remove(this.#partPath);
    else this.#publish();
  }

  #publish(): void {
    const stem = this.#path.slice(0, -EXTENSION.length);
    for (let attempt = 2; ; attempt += 1) {
      try {
        this.#disk.publish(this.#partPath, this.#path);
        this.#isPublished = true;
        return;
      } catch (error) {
        // Somebody has taken the name since: theirs stays.
        if (codeOf(error) !== 'EEXIST' || attempt > 99) throw error;
        this.#path = `${stem}-${attempt}${EXTENSION}`;
      }
    }
  }
}
