/**
 * Merges the full files of a store into one, without what is forgotten or said by a later line. Any number of processes may append meanwhile, and a
 * kill at any point loses nothing:
 * 1. rename the files to `.retired`: who wrote into one before is read below, who writes into one later finds it gone and writes again;
 * 2. read them, decide, write one file that names what it replaces, sync it, link it to its name in one step;
 * 3. remove them. Until then readers leave them out by their names.
 * Two at once would be harmless as well, only wasteful: the lock file is a courtesy, and one that is ten minutes old counts for nothing.
 */
import { readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { freeLock, takeLock } from './compact-lock.js';
import { copyLines, planOf } from './compact-plan.js';
import { makeSegment } from './journal-writer.js';
import { liveSegments, replacedBy } from './live-segments.js';
import type { Retention } from './retention.js';
import {
  codeOf,
  headerLine,
  listSegments,
  publishSegment,
  removeLeftovers,
  type Segment,
  segmentPath,
  syncFolder,
} from './segment-files.js';

/** Files with lines that cannot be read are kept aside, for somebody who can. */
const MOST_DAMAGED_FILES = 4;

export interface Compaction {
  readonly files: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly incidents: number;
  readonly forgotten: number;
  /** Of the lines that could not be read, in files that are kept aside with the ending `.damaged`. */
  readonly damaged: number;
}

/** Null: another process is at it, or there is nothing to merge. `isWhole`: also the file that is appended to. Rejects with the system's error. */
export async function compactStore(
  folder: string,
  retention: Retention,
  nowMs: number,
  isWhole: boolean,
): Promise<Compaction | null> {
  if (!(await takeLock(folder, nowMs))) return null;
  try {
    return await merge(folder, retention, nowMs, isWhole);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null; // somebody else merges the same files after all
    throw error;
  } finally {
    await freeLock(folder);
  }
}

async function merge(
  folder: string,
  retention: Retention,
  nowMs: number,
  isWhole: boolean,
): Promise<Compaction | null> {
  await removeLeftovers(folder, nowMs);
  const all = await listSegments(folder);
  const newest = all.at(-1);
  if (newest === undefined) return null;
  if (isWhole) await makeSegment(folder, segmentPath(folder, newest.number + 1, 0));
  const live = await liveSegments(folder);
  const found = live.filter(({ number }) => number < newest.number + (isWhole ? 1 : 0));
  const last = found.at(-1);
  if (last === undefined) return null;
  const sources: Segment[] = [];
  for (const segment of found) sources.push(await retire(segment));
  // What an earlier merging could not remove goes with the file that names it.
  const replaced = new Set(sources.map(({ stem }) => stem));
  for (const source of sources) for (const stem of await replacedBy(source)) replaced.add(stem);
  const gone = (await listSegments(folder)).filter(({ stem }) => replaced.has(stem));
  const plan = await planOf(sources, retention, nowMs / 1000);
  const path = segmentPath(folder, last.number, last.generation + 1);
  const isOurs = await publishSegment(folder, path, async (file) => {
    await file.write(headerLine(gone.map(({ stem }) => stem)));
    await copyLines(sources, plan, (bytes) => file.write(bytes));
  });
  if (!isOurs) return null;
  for (const segment of gone) {
    if (plan.damagedStems.has(segment.stem)) await rename(segment.path, join(folder, `${segment.stem}.damaged`));
    else await unlink(segment.path);
  }
  await forgetDamaged(folder);
  await syncFolder(folder);
  const { bytesBefore, incidents, forgotten, damaged } = plan;
  return { files: gone.length, bytesBefore, bytesAfter: (await stat(path)).size, incidents, forgotten, damaged };
}

async function retire(segment: Segment): Promise<Segment> {
  if (segment.isRetired) return segment; // by one that was killed
  const path = segment.path.replace(/\.journal$/, '.retired');
  await rename(segment.path, path);
  return { ...segment, path, isRetired: true };
}

async function forgetDamaged(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^[0-9]{8}-[0-9]{1,6}\.damaged$/.test(name)).sort();
  for (const name of names.slice(0, -MOST_DAMAGED_FILES)) await unlink(join(folder, name));
}
