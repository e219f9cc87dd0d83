/** What a merging keeps of its files: read once to decide, once more to copy. */
import { addToRow, type IncidentRow, newDraft, type RowDraft } from './incident-row.js';
import { KeptLines } from './kept-lines.js';
import { readLines } from './read-lines.js';
import { forgotten, type Retention } from './retention.js';
import { type Damage, scanSegment } from './scan-segment.js';
import { openToRead, type Segment } from './segment-files.js';

const WRITE_BYTES = 1024 * 1024;

interface Draft {
  readonly draft: RowDraft;
  readonly kept: KeptLines;
}

export interface Plan {
  /** Places (`placeOf`). */
  readonly kept: ReadonlySet<number>;
  /** How far each of the sources was read: what is added later does not count, and its writer writes it again. */
  readonly ends: readonly number[];
  readonly damagedStems: ReadonlySet<string>;
  readonly bytesBefore: number;
  readonly incidents: number;
  readonly forgotten: number;
  readonly damaged: number;
}

export async function planOf(sources: readonly Segment[], retention: Retention, nowSec: number): Promise<Plan> {
  const drafts = new Map<string, Draft>();
  const ends: number[] = [];
  const damagedStems = new Set<string>();
  let damaged = 0;
  for (const [i, { path, stem }] of sources.entries()) {
    const damage: Damage = { damaged: 0, torn: 0 };
    const file = await openToRead(path);
    try {
      const end = await scanSegment(file, 0, damage, ({ event, incidentId, at }) => {
        const draft = drafts.get(incidentId) ?? { draft: newDraft(), kept: new KeptLines() };
        drafts.set(incidentId, draft);
        if (event !== null) addToRow(draft.draft, event);
        draft.kept.add(event, placeOf(i, at));
      });
      ends.push(end);
    } finally {
      await file.close();
    }
    damaged += damage.damaged;
    if (damage.damaged > 0) damagedStems.add(stem);
  }
  const rows = [...drafts.values()].map(({ draft }) => draft.row).filter((row): row is IncidentRow => row !== null);
  const ids = forgotten(rows, retention, nowSec);
  const kept = new Set<number>();
  for (const [id, draft] of drafts) {
    if (!ids.has(id)) for (const line of draft.kept.lines()) kept.add(line);
  }
  const bytesBefore = ends.reduce((sum, end) => sum + end, 0);
  const incidents = drafts.size - ids.size;
  return { kept, ends, damagedStems, bytesBefore, incidents, forgotten: ids.size, damaged };
}

/** File and place in one number: 2^13 files of 2^40 bytes fit a double. */
function placeOf(source: number, at: number): number {
  return source * 2 ** 40 + at;
}

export async function copyLines(
  sources: readonly Segment[],
  { kept, ends }: Plan,
  write: (bytes: Buffer) => Promise<unknown>,
): Promise<void> {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const flush = async (least: number) => {
    if (waitingBytes <= least) return;
    await write(Buffer.concat(waiting));
    waiting = [];
    waitingBytes = 0;
  };
  for (const [i, { path }] of sources.entries()) {
    const file = await openToRead(path);
    try {
      const take = ({ bytes, at }: { readonly bytes: Buffer | null; readonly at: number }) => {
        if (bytes === null || !kept.has(placeOf(i, at))) return;
        const line = Buffer.from(`\n${bytes.toString('latin1')}\n`, 'latin1');
        waiting.push(line);
        waitingBytes += line.length;
      };
      await readLines(file, 0, take, { until: ends[i] as number, afterPiece: () => flush(WRITE_BYTES) });
    } finally {
      await file.close();
    }
  }
  await flush(0);
}
