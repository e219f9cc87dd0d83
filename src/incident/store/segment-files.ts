/**
 * The files of a store. `00000007-0.journal`: number and generation; the highest number of generation 0 is appended to, by all processes at once.
 * Compaction renames those it is going to read to `.retired` (from then on nobody's writing into them counts), writes what is kept into one file of the
 * highest number and the next generation, whose first line names what it replaces, and removes them. A file that is named so is never read again, so
 * that a kill at any point leaves the old ones or the new one, not both. Numbers are never used twice.
 */
import { constants } from 'node:fs';
import { type FileHandle, link, lstat, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.js';
import { makePrivateFolder } from '../../platform/durable-file.js';
import { randomWord } from '../../platform/random-word.js';
import { lineOf, parseLine } from './journal-line.js';

export const JOURNAL_SCHEMA = 'ddostop.journal/1';
const VERSION = 1;
/** More files than compaction ever leaves; a folder that somebody filled is not read on for ever. */
const MAX_SEGMENTS = 10_000;
const NAME = /^(([0-9]{8})-([0-9]{1,6}))\.(journal|retired)$/;
const TEMPORARY = /^\.[0-9a-f]{8}\.new$/;
const HEADER_BYTES = 1024 * 1024; // names of what it replaces: 60 000 of them

export interface Segment {
  /** "00000007-0": names it whatever its ending is. */
  readonly stem: string;
  readonly number: number;
  readonly generation: number;
  readonly isRetired: boolean;
  readonly path: string;
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? '';
}

/** In the order in which they are read; empty when there is no folder. Rejects with the system's error. */
export async function listSegments(folder: string): Promise<Segment[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const segments = new Map<string, Segment>();
  for (const name of names) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const [, stem, number, generation, ending] = match as unknown as [string, string, string, string, string];
    const isRetired = ending === 'retired';
    // Renamed while the folder was read: it may stand there under both names, or an attacker made the second.
    if (segments.has(stem) && !isRetired) continue;
    segments.set(stem, {
      stem,
      number: Number(number),
      generation: Number(generation),
      isRetired,
      path: join(folder, name),
    });
  }
  const sorted = [...segments.values()].sort((a, b) => a.number - b.number || a.generation - b.generation);
  return sorted.slice(-MAX_SEGMENTS);
}

/** Never through a symbolic link, and never a FIFO or a device, which would hang or act. */
export async function openToRead(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw Object.assign(new Error(`EINVAL: no regular file, open '${path}'`), { code: 'EINVAL' });
}

export interface SegmentHeader {
  /** Stems. */
  readonly replaces: readonly string[];
}

/** Null: it has none that can be read. Throws UserError when a later version wrote the file. */
export async function readHeader(file: FileHandle, path: string): Promise<SegmentHeader | null> {
  const start = Buffer.alloc(4096);
  const { bytesRead } = await file.read(start, 0, start.length, 0);
  let bytes = start.subarray(0, bytesRead);
  if (bytesRead === start.length && bytes.indexOf('\n', 1) < 0) {
    bytes = Buffer.alloc(HEADER_BYTES);
    bytes = bytes.subarray(0, (await file.read(bytes, 0, HEADER_BYTES, 0)).bytesRead);
  }
  const end = bytes.indexOf('\n', 1);
  if (end < 2) return null;
  const line = parseLine(bytes.subarray(1, end));
  if (typeof line === 'string' || typeof line.json !== 'object' || line.json === null) return null;
  const { schema, replaces } = line.json as Record<string, unknown>;
  const version = typeof schema === 'string' ? /^ddostop\.journal\/([0-9]{1,4})$/.exec(schema) : null;
  if (version === null) return null;
  if (Number(version[1]) > VERSION) {
    throw new UserError(
      'JOURNAL_VERSION',
      `${path} was written by a later version: expected ${JOURNAL_SCHEMA}, got ddostop.journal/${version[1]}`,
      'Use that version, or another store with --store.',
    );
  }
  return { replaces: Array.isArray(replaces) ? replaces.filter((stem) => typeof stem === 'string') : [] };
}

/** The first line of a file. */
export function headerLine(replaces: readonly string[]): Buffer {
  return lineOf('0', { schema: JOURNAL_SCHEMA, replaces });
}

export function segmentPath(folder: string, number: number, generation: number): string {
  return join(folder, `${String(number).padStart(8, '0')}-${generation}.journal`);
}

/**
 * A file of that number and generation, on the disk with all that `fill` writes before anybody sees it. False: somebody else made one first, theirs counts.
 */
export async function publishSegment(
  folder: string,
  path: string,
  fill: (file: FileHandle) => Promise<void>,
): Promise<boolean> {
  await makePrivateFolder(folder);
  const isOurs = await publishFile(folder, path, async (file) => {
    await fill(file);
    await file.sync();
  });
  if (isOurs) await syncFolder(folder);
  return isOurs;
}

/** A file that has its name only once `fill` is done. False: the name is taken. */
export async function publishFile(
  folder: string,
  path: string,
  fill: (file: FileHandle) => Promise<void>,
): Promise<boolean> {
  const temporary = join(folder, `.${(randomWord() >>> 0).toString(16).padStart(8, '0')}.new`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await fill(file).finally(() => file.close());
    await link(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    await unlink(temporary).catch(() => {}); // it is nobody's; the next compaction takes it away
  }
}

/** Names in it are on the disk: of files made, renamed or removed. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What killed writers left of files nobody saw yet. An hour is longer than any writing takes. */
export async function removeLeftovers(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(folder, name);
    const stat = await lstat(path).catch(() => null);
    if (stat !== null && nowMs - stat.mtimeMs > 3_600_000) await unlink(path).catch(() => {});
  }
}
