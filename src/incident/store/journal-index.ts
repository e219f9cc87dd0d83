/**
 * What the lines of a store add up to, in memory: a light row for each incident, and where its lines lie. `refresh` reads what was added since, by
 * whatever process; only when files were merged it reads all of them again.
 */
import { stat } from 'node:fs/promises';
import { UserError } from '../../errors.js';
import type { JournalEvent } from '../journal-event.js';
import { addToRow, type IncidentRow, newDraft, type RowDraft } from './incident-row.js';
import { parseLine } from './journal-line.js';
import { liveSegments } from './live-segments.js';
import { readEvent } from './read-event.js';
import { type Damage, type ScannedLine, scanSegment } from './scan-segment.js';
import { codeOf, openToRead, readHeader, type Segment } from './segment-files.js';

/** Five times what retention leaves. A hostile file has as many as it likes: the first ones go. */
const MAX_ROWS = 50_000;
/** Of lines of one incident; rewriting files leaves some 100 KB of the longest. */
const MAX_INCIDENT_BYTES = 256 * 1024 * 1024;
/** Files that vanish while they are read are being merged; that happens once in a while, not eight times on end. */
const MAX_TRIES = 8;

interface Entry {
  readonly draft: RowDraft;
  /** Triples: number of the file in `#stems`, place, length. */
  readonly places: number[];
  bytes: number;
}

interface ReadFile extends Damage {
  segment: Segment;
  readonly index: number;
  end: number;
  /** Why nothing of it could be read. */
  problem: string | null;
}

export interface JournalDamage extends Readonly<Damage> {
  /** Incidents or lines beyond what is kept in memory. */
  readonly leftOut: number;
  /** A sentence for each file with damage. */
  readonly words: readonly string[];
}

export class JournalIndex {
  #entries = new Map<string, Entry>();
  #files = new Map<string, ReadFile>();
  #byIndex: ReadFile[] = [];
  #leftOut = 0;

  constructor(readonly folder: string) {}

  /** Rejects with UserError of a later version's files, or the system's error of the folder. */
  async refresh(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#refreshOnce();
        return;
      } catch (error) {
        if (codeOf(error) !== 'ENOENT' || tries === MAX_TRIES) throw error;
        this.#reset();
      }
    }
  }

  #reset(): void {
    this.#entries = new Map();
    this.#files = new Map();
    this.#byIndex = [];
    this.#leftOut = 0;
  }

  async #refreshOnce(): Promise<void> {
    const segments = await liveSegments(this.folder);
    if (!this.#isContinued(segments)) this.#reset();
    for (const segment of segments) {
      const known = this.#files.get(segment.stem) ?? this.#newFile(segment);
      known.segment = segment;
      await this.#readOn(known);
    }
  }

  /** All that was read is still there, and what is new comes behind it. */
  #isContinued(segments: readonly Segment[]): boolean {
    const known = [...this.#files.keys()];
    return known.every((stem, i) => segments[i]?.stem === stem);
  }

  #newFile(segment: Segment): ReadFile {
    const file = { segment, index: this.#byIndex.length, end: 0, damaged: 0, torn: 0, problem: null };
    this.#files.set(segment.stem, file);
    this.#byIndex.push(file);
    return file;
  }

  async #readOn(known: ReadFile): Promise<void> {
    const { path } = known.segment;
    if (known.end > 0 && (await stat(path)).size <= known.end) return;
    try {
      const file = await openToRead(path);
      try {
        if (known.end === 0) await readHeader(file, path); // refuses those of a later version; a damaged one is counted as any line
        known.end = await scanSegment(file, known.end, known, (line) => this.#take(line, known));
        known.problem = null;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || error instanceof UserError) throw error;
      known.problem = error instanceof Error ? error.message : String(error);
    }
  }

  #take({ event, incidentId, at, length }: ScannedLine, { index }: ReadFile): void {
    const entry = this.#entries.get(incidentId) ?? this.#newEntry(incidentId);
    if (event !== null) addToRow(entry.draft, event);
    entry.bytes += length;
    if (entry.bytes > MAX_INCIDENT_BYTES) this.#leftOut += 1;
    else entry.places.push(index, at, length);
  }

  #newEntry(incidentId: string): Entry {
    const entry: Entry = { draft: newDraft(), places: [], bytes: 0 };
    this.#entries.set(incidentId, entry);
    if (this.#entries.size > MAX_ROWS) {
      const [oldest] = this.#entries.keys();
      this.#entries.delete(oldest as string);
      this.#leftOut += 1;
    }
    return entry;
  }

  rows(): IncidentRow[] {
    const rows: IncidentRow[] = [];
    for (const { draft } of this.#entries.values()) if (draft.row !== null) rows.push(draft.row);
    return rows;
  }

  rowOf(id: string): IncidentRow | null {
    return this.#entries.get(id)?.draft.row ?? null;
  }

  /** Calls `take` with the events of one incident, each once, as they were written. */
  async readEvents(id: string, take: (event: JournalEvent) => void): Promise<void> {
    const places = this.#entries.get(id)?.places ?? [];
    const written = new Set<string>();
    for (let i = 0; i < places.length; ) {
      const index = places[i] as number;
      const file = await openToRead((this.#byIndex[index] as ReadFile).segment.path);
      try {
        for (; i < places.length && places[i] === index; i += 3) {
          const bytes = Buffer.alloc(places[i + 2] as number);
          await file.read(bytes, 0, bytes.length, places[i + 1] as number);
          const line = parseLine(bytes);
          if (typeof line === 'string' || written.has(line.uid)) continue;
          written.add(line.uid);
          const event = readEvent(line.json);
          if (event !== null && event !== 'foreign') take(event);
        }
      } finally {
        await file.close();
      }
    }
  }

  damage(): JournalDamage {
    const files = [...this.#files.values()];
    return {
      damaged: files.reduce((sum, { damaged }) => sum + damaged, 0),
      torn: files.reduce((sum, { torn }) => sum + torn, 0),
      leftOut: this.#leftOut,
      words: files.flatMap(({ segment, damaged, problem }) => [
        ...(damaged > 0 ? [`${segment.path}: ${damaged} lines cannot be read`] : []),
        ...(problem === null ? [] : [`${segment.path}: ${problem}`]),
      ]),
    };
  }
}
