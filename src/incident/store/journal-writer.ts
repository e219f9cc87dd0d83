/** Appends lines to the newest file of a store, together with other processes. What it returned from is on the disk and will be read. */
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { liveSegments } from './live-segments.js';
import {
  codeOf,
  headerLine,
  listSegments,
  openToRead,
  publishSegment,
  readHeader,
  type Segment,
  segmentPath,
} from './segment-files.js';

const APPEND_FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Files are merged under a writer once in a while, not eight times on end. */
const MAX_TRIES = 8;

export interface Open {
  readonly file: FileHandle;
  readonly path: string;
  readonly identity: string;
}

export class JournalWriter {
  #open: Open | null = null;

  constructor(
    readonly folder: string,
    readonly segmentBytes: number,
  ) {}

  /**
   * One write call for all lines, then fdatasync. Returns true when the file is full and the next write takes a new one. Rejects with the system's error:
   * then none of the lines may be there, or some; the same bytes written again are the same events.
   */
  async write(lines: readonly Buffer[]): Promise<boolean> {
    const bytes = Buffer.concat(lines);
    for (let tries = 1; ; tries += 1) {
      try {
        const isFull = await this.#writeOnce(bytes);
        if (isFull !== null) return isFull;
      } catch (error) {
        await this.close();
        if (tries === MAX_TRIES || codeOf(error) !== 'ENOENT') throw error;
      }
      if (tries === MAX_TRIES)
        throw Object.assign(new Error('EBUSY: its files are replaced all the time'), { code: 'EBUSY' });
    }
  }

  /** Null: the file was taken away for merging, perhaps before the bytes were in it. */
  async #writeOnce(bytes: Buffer): Promise<boolean | null> {
    this.#open ??= await this.#openNewest();
    if (this.#open === null) return null;
    const { file, path, identity } = this.#open;
    await writeAtOnce(file, bytes);
    await file.datasync();
    if ((await identityOf(path)) !== identity) {
      await this.close();
      return null;
    }
    const { size } = await file.stat();
    if (size < this.segmentBytes) return false;
    await this.close();
    return true;
  }

  /** Null: it is not counted any more, or is being merged. */
  async #openNewest(): Promise<Open | null> {
    const newest = (await listSegments(this.folder)).at(-1);
    const known = newest === undefined ? null : await this.#openToAppend(newest);
    if (known !== null) return known;
    const path = segmentPath(this.folder, (newest?.number ?? 0) + 1, 0);
    await makeSegment(this.folder, path);
    return openLive(this.folder, path);
  }

  /** Null: it is full, merged, being merged, or its head cannot be read: a new one is begun. */
  async #openToAppend({ path, generation, isRetired }: Segment): Promise<Open | null> {
    if (generation > 0 || isRetired) return null;
    const file = await openToRead(path).catch(() => null);
    if (file === null) return null; // not a file of ours
    try {
      if ((await file.stat()).size >= this.segmentBytes || (await readHeader(file, path)) === null) return null;
    } finally {
      await file.close();
    }
    return openLive(this.folder, path);
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.file.close().catch(() => {}); // what counts was synced before
  }
}

/** An empty file, ready to be appended to; when somebody else makes it first, theirs. */
export async function makeSegment(folder: string, path: string): Promise<void> {
  await publishSegment(folder, path, async (file) => {
    await file.write(headerLine([]));
  });
}

/**
 * Opens a file to append to. Null when a merged file names it as replaced, so that nobody would read it: between looking for the next number and making
 * its file that very number may have been taken, filled, merged and removed by others. Once it is seen as live it stays so until it is renamed: who
 * replaces it later has read it.
 */
export async function openLive(folder: string, path: string): Promise<Open | null> {
  const file = await open(path, APPEND_FLAGS);
  try {
    const { dev, ino } = await file.stat();
    if ((await liveSegments(folder)).some((segment) => segment.path === path)) {
      return { file, path, identity: `${dev}:${ino}` };
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  return null;
}

async function identityOf(path: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(path);
    return `${dev}:${ino}`;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Going on where a short write ended could land behind somebody else's line: all of it is written again, and the first part stays as a torn line. On a
 * full disk the second try says why.
 */
async function writeAtOnce(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let tries = 0; tries < 2; tries += 1) {
    if ((await file.write(bytes)).bytesWritten === bytes.length) return;
  }
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}
