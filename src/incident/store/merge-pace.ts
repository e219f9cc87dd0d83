/** When merging pays: what was written since is a good part of what would be written again. */
import { stat } from 'node:fs/promises';
import { liveSegments } from './live-segments.js';
import { codeOf } from './segment-files.js';

/** Full files that wait at least. */
const LEAST_FILES = 4;
/** Of what was merged before: each byte is then written three times at most in its life, on average. */
const SHARE = 0.5;

export async function isWorthMerging(folder: string, segmentBytes: number): Promise<boolean> {
  try {
    return await isWorth(folder, segmentBytes);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false; // somebody merges now
    throw error;
  }
}

async function isWorth(folder: string, segmentBytes: number): Promise<boolean> {
  const segments = (await liveSegments(folder)).slice(0, -1);
  let merged = 0;
  let waiting = 0;
  for (const { path, generation } of segments) {
    const { size } = await stat(path);
    if (generation > 0) merged += size;
    else waiting += size;
  }
  return waiting >= Math.max(LEAST_FILES * segmentBytes, merged * SHARE);
}
