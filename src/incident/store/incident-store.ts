/**
 * Incidents on the disk: what is known of them outlives the program. Any number of processes may have a store open and write; each sees what the others
 * wrote by `refresh`. Nothing is ever changed in a file: lines are added (journal-line.ts, journal-writer.ts), and full files are merged
 * (compact-store.ts).
 */
import { UserError } from '../../errors.js';
import { type Clock, systemClock } from '../../platform/clock.js';
import { randomWord } from '../../platform/random-word.js';
import type { Incident } from '../incident.js';
import type { JournalEvent, JournalStamp } from '../journal-event.js';
import type { StoredIncident } from '../stored-incident.js';
import { type Compaction, compactStore } from './compact-store.js';
import { everySoOften } from './every-so-often.js';
import { resolveId } from './find-id.js';
import { IncidentFold } from './fold.js';
import { filteredRows, type RowFilter, withSight } from './incident-order.js';
import type { IncidentRow } from './incident-row.js';
import { type JournalDamage, JournalIndex } from './journal-index.js';
import { lineOf, MAX_LINE_BYTES } from './journal-line.js';
import { JournalWriter } from './journal-writer.js';
import { isWorthMerging } from './merge-pace.js';
import { type Observed, PendingObservations } from './pending-observations.js';
import { readEvent } from './read-event.js';
import { DEFAULT_RETENTION, type Retention } from './retention.js';
import { codeOf } from './segment-files.js';
import { readError, writeError } from './store-folder.js';
import { type StoreTrouble, WriteQueue } from './write-queue.js';

const TICK_MS = 1000;
const SEGMENT_BYTES = 8 * 1024 * 1024;

export interface StoreOptions {
  /** Who writes: "ddostop@edge1", "ada@jump1" (`writerName`). */
  readonly by: string;
  readonly clock?: Clock;
  /** Called for what no caller waits for. */
  readonly onTrouble?: (trouble: StoreTrouble) => void;
  readonly retention?: Retention;
  readonly isReadOnly?: boolean;
  /** For a program that goes on: what `append` could not write is tried again as well. */
  readonly keepsFailed?: boolean;
  readonly segmentBytes?: number;
  /** Calls back every so many ms until what it returns is called; a test drives its own. */
  readonly every?: (ms: number, call: () => void) => () => void;
}

type Unstamped<Event> = Event extends JournalEvent ? Omit<Event, 'at' | 'by'> & Partial<JournalStamp> : never;
/** What is not said is filled in: now, and whoever opened the store. */
export type NewEvent = Unstamped<JournalEvent>;

export class IncidentStore {
  readonly #index: JournalIndex;
  readonly #queue: WriteQueue;
  readonly #writer: JournalWriter;
  readonly #pending = new PendingObservations();
  readonly #clock: Clock;
  readonly #stopTicks: () => void;
  readonly #uid = `${(randomWord() >>> 0).toString(36)}${(randomWord() >>> 0).toString(36)}`;
  #lines = 0;
  #merging: Promise<unknown> = Promise.resolve();
  #refreshing: Promise<void> = Promise.resolve();

  private constructor(
    readonly folder: string,
    readonly options: StoreOptions,
  ) {
    this.#clock = options.clock ?? systemClock;
    this.#index = new JournalIndex(folder);
    this.#writer = new JournalWriter(folder, options.segmentBytes ?? SEGMENT_BYTES);
    this.#queue = new WriteQueue(
      this.#writer,
      (trouble) => options.onTrouble?.(trouble),
      () => this.#mergeSoon(),
    );
    const every = options.every ?? everySoOften;
    this.#stopTicks = options.isReadOnly === true ? () => {} : every(TICK_MS, () => void this.flush());
  }

  /** Reads what there is; a folder that is not there yet is made by the first write. Rejects with UserError when it cannot be read at all. */
  static async open(folder: string, options: StoreOptions): Promise<IncidentStore> {
    const store = new IncidentStore(folder, options);
    try {
      await store.refresh();
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  /**
   * Resolves once the event is on the disk, together with what `appendSoon` held. Rejects with UserError when it cannot be written: then it is not tried
   * again (unless the store `keepsFailed`), and may be there all the same if the disk failed late.
   */
  async append(event: NewEvent): Promise<void> {
    if (this.options.isReadOnly === true) throw this.#readOnlyError();
    const line = this.#lineOf(this.#stamped(event));
    if (!this.#queue.isFailing) this.#movePending(true);
    await this.#queue.write(line, this.options.keepsFailed === true);
  }

  /**
   * For whoever cannot wait: written within a second, kept and tried again while it cannot be. Never throws; trouble is told by `onTrouble`. Of
   * observations of one incident the newest counts, and suspicions are not written: most of them are nothing.
   */
  appendSoon(event: NewEvent): void {
    if (this.options.isReadOnly === true) return;
    const whole = this.#stamped(event);
    if (whole.kind !== 'observed') this.#keep(whole);
    else if (whole.incident.state !== 'suspect') for (const oldest of this.#pending.add(whole)) this.#keep(oldest);
  }

  /** What `appendSoon` holds and is due. Called every second; resolves when it is on the disk, or failed again. */
  async flush(): Promise<void> {
    // While nothing can be written newer observations replace those that wait.
    if (!this.#queue.isFailing) this.#movePending(false);
    await this.#queue.run();
  }

  #movePending(isAll: boolean): void {
    const due: readonly Observed[] = this.#pending.take(this.#clock.nowMs() / 1000, isAll);
    for (const event of due) this.#keep(event);
  }

  #keep(event: JournalEvent): void {
    try {
      this.#queue.keep(this.#lineOf(event));
    } catch (error) {
      this.options.onTrouble?.({ state: 'lost', error: writeError(this.folder, error), kept: 0, lost: 1 });
    }
  }

  #stamped(event: NewEvent): JournalEvent {
    return { at: this.#clock.nowMs() / 1000, by: this.options.by, ...event } as JournalEvent;
  }

  #lineOf(event: JournalEvent): Buffer {
    // NaN would be null on the disk, and a line that nobody can read is worse than none.
    if (readEvent(event) === null) throw new Error(`an event "${event.kind}" that is not as it should be`);
    this.#lines += 1;
    const line = lineOf(`${this.#uid}.${this.#lines.toString(36)}`, event);
    if (line.length <= MAX_LINE_BYTES) return line;
    throw new UserError(
      'INCIDENT_STORE_SIZE',
      `an event "${event.kind}" of ${line.length} bytes, expected at most ${MAX_LINE_BYTES}`,
      'Keep less of it.',
    );
  }

  /** Reads what was added since, by anybody. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.catch(() => {}).then(() => this.#refresh());
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    try {
      await this.#index.refresh();
    } catch (error) {
      throw readError(this.folder, error);
    }
  }

  /** As of the last `refresh`: open ones first, by urgency. */
  list(filter: RowFilter = {}): IncidentRow[] {
    return filteredRows(this.#index.rows(), filter, this.#clock.nowMs() / 1000);
  }

  /** The whole incident, as it is on the disk now. Rejects with UserError when the id, or its beginning, is not that of one. */
  async get(idOrPrefix: string): Promise<StoredIncident> {
    await this.refresh();
    const id = resolveId(idOrPrefix, this.#index.rows());
    for (let tries = 1; ; tries += 1) {
      const fold = new IncidentFold();
      try {
        await this.#index.readEvents(id, (event) => fold.add(event));
        // It has a row, so one of its lines says what it is.
        const stored = fold.stored() as StoredIncident;
        return { ...stored, lostSight: this.row(id)?.lostSight ?? null };
      } catch (error) {
        if (codeOf(error) !== 'ENOENT' || tries === 3) throw readError(this.folder, error);
        await this.refresh(); // its file was merged
      }
    }
  }

  /** The id that this is, or is the beginning of. Throws UserError as `get` does. */
  idOf(idOrPrefix: string): string {
    return resolveId(idOrPrefix, this.#index.rows());
  }

  /** As of the last `refresh`. */
  row(id: string): IncidentRow | null {
    const row = this.#index.rowOf(id);
    return row === null ? null : withSight(row, this.#clock.nowMs() / 1000);
  }

  damage(): JournalDamage {
    return this.#index.damage();
  }

  /** Merges all files and forgets what retention says. Null: another process does, or there is nothing. Rejects with UserError. */
  async compact(): Promise<Compaction | null> {
    if (this.options.isReadOnly === true) throw this.#readOnlyError();
    return this.#merge(true);
  }

  async #merge(isWhole: boolean): Promise<Compaction | null> {
    const retention = this.options.retention ?? DEFAULT_RETENTION;
    try {
      return await compactStore(this.folder, retention, this.#clock.nowMs(), isWhole);
    } catch (error) {
      throw writeError(this.folder, error);
    }
  }

  #mergeSoon(): void {
    this.#merging = this.#merging
      .then(async () => {
        const least = this.options.segmentBytes ?? SEGMENT_BYTES;
        if (await isWorthMerging(this.folder, least)) await this.#merge(false);
      })
      .catch((error: unknown) => {
        this.options.onTrouble?.({ state: 'failing', error: writeError(this.folder, error), kept: 0, lost: 0 });
      });
  }

  #readOnlyError(): UserError {
    return new UserError(
      'INCIDENT_STORE_READ_ONLY',
      `the incident store ${this.folder} was opened for reading`,
      'Leave --read-only out.',
    );
  }

  /** Writes what is held. What cannot be written now is lost, and told. */
  async close(): Promise<void> {
    this.#stopTicks();
    this.#movePending(true);
    await this.#queue.run();
    this.#queue.giveUp();
    await this.#merging;
    await this.#writer.close();
  }
}

/** Of an observation: for whoever has an incident and no more. */
export function observedEvent(incident: Incident, sensor: string): NewEvent {
  return { kind: 'observed', incidentId: incident.id, incident, sensor };
}
