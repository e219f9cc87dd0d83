/** Which files make up a store: all but those that a merged one replaces. */
import { listSegments, openToRead, readHeader, type Segment } from './segment-files.js';

/** In reading order. Rejects with ENOENT when files are merged at the moment, and with UserError of a later version's. */
export async function liveSegments(folder: string): Promise<Segment[]> {
  const segments = await listSegments(folder);
  const replaced = new Set<string>();
  for (const segment of segments) for (const stem of await replacedBy(segment)) replaced.add(stem);
  return segments.filter(({ stem }) => !replaced.has(stem));
}

/** Stems that the file stands for; none of one whose head cannot be read. */
export async function replacedBy({ path, generation }: Segment): Promise<readonly string[]> {
  if (generation === 0) return [];
  const file = await openToRead(path);
  try {
    return (await readHeader(file, path))?.replaces ?? [];
  } finally {
    await file.close();
  }
}
