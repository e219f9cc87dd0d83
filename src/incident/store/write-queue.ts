/**
 * Lines on their way to the disk, in order, many at a time. A line that is kept stays until a later write takes it, as far as memory allows; one that is
 * only waited for fails with the write.
 */
import type { UserError } from '../../errors.js';
import type { JournalWriter } from './journal-writer.js';
import { writeError } from './store-folder.js';

const BATCH_BYTES = 256 * 1024;
/** Of lines that wait for a disk that is full: some thousand. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: UserError) => void;
}

interface Item {
  readonly line: Buffer;
  readonly isKept: boolean;
  /** Null: nobody waits for it, any more. */
  readonly waiter: Waiter | null;
}

/** What the program is told, since a write that fails must not end it. */
export interface StoreTrouble {
  /** failing: nothing can be written now. back: it can again. lost: something was dropped for good. */
  readonly state: 'failing' | 'back' | 'lost';
  readonly error: UserError | null;
  /** Lines that wait for the next try, and those that were dropped since the start. */
  readonly kept: number;
  readonly lost: number;
}

export class WriteQueue {
  #items: Item[] = [];
  #keptBytes = 0;
  #lost = 0;
  #error: UserError | null = null;
  #running: Promise<void> | null = null;

  constructor(
    readonly writer: JournalWriter,
    readonly tell: (trouble: StoreTrouble) => void,
    readonly whenFull: () => void,
  ) {}

  get isFailing(): boolean {
    return this.#error !== null;
  }

  /** Resolves when the line is on the disk. Rejects when it could not be written: not yet, if it is kept. */
  write(line: Buffer, isKept: boolean): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#items.push({ line, isKept, waiter: { resolve, reject } });
    });
    if (isKept) this.#keptBytes += line.length;
    void this.run();
    return done;
  }

  keep(line: Buffer): void {
    this.#items.push({ line, isKept: true, waiter: null });
    this.#keptBytes += line.length;
    if (this.#keptBytes > MAX_KEPT_BYTES) this.#drop();
  }

  /** The oldest ones go. */
  #drop(): void {
    const before = this.#lost;
    this.#items = this.#items.filter(({ line, waiter }) => {
      if (waiter !== null || this.#keptBytes <= MAX_KEPT_BYTES * 0.9) return true;
      this.#keptBytes -= line.length;
      this.#lost += 1;
      return false;
    });
    if (this.#lost > before) this.#say('lost');
  }

  /** Tries to write all there is; never rejects. */
  run(): Promise<void> {
    if (this.#items.length === 0 && this.#running === null) return Promise.resolve();
    this.#running ??= this.#writeAll();
    return this.#running;
  }

  async #writeAll(): Promise<void> {
    // No wait between the last look at the list and the end: what is added then finds a run to join, or begins one.
    while (this.#items.length > 0 && (await this.#writeBatch()));
    this.#running = null;
  }

  /** False: nothing can be written now. */
  async #writeBatch(): Promise<boolean> {
    const batch = this.#takeBatch();
    try {
      if (await this.writer.write(batch.map(({ line }) => line))) this.whenFull();
    } catch (error) {
      this.#fail(batch, error);
      return false;
    }
    for (const { waiter } of batch) waiter?.resolve();
    if (this.#error !== null) {
      this.#error = null;
      this.#say('back');
    }
    return true;
  }

  #takeBatch(): Item[] {
    let bytes = 0;
    let count = 0;
    for (const { line } of this.#items) {
      if (count > 0 && bytes + line.length > BATCH_BYTES) break;
      bytes += line.length;
      count += 1;
    }
    const batch = this.#items.splice(0, count);
    for (const { line, isKept } of batch) if (isKept) this.#keptBytes -= line.length;
    return batch;
  }

  /** Whoever waits is told; what is kept goes back to the front. */
  #fail(batch: readonly Item[], cause: unknown): void {
    const error = writeError(this.writer.folder, cause);
    const all = [...batch, ...this.#items];
    this.#items = all.filter(({ isKept }) => isKept).map((item) => ({ ...item, waiter: null }));
    this.#keptBytes = this.#items.reduce((sum, { line }) => sum + line.length, 0);
    for (const { waiter } of all) waiter?.reject(error);
    const isNews = this.#error === null || this.#error.what !== error.what;
    this.#error = error;
    if (isNews) this.#say('failing');
    this.#drop();
  }

  /** At the end: what was never written is lost. */
  giveUp(): void {
    if (this.#items.length === 0) return;
    this.#lost += this.#items.length;
    this.#items = [];
    this.#keptBytes = 0;
    this.#say('lost');
  }

  #say(state: StoreTrouble['state']): void {
    this.tell({ state, error: state === 'back' ? null : this.#error, kept: this.#items.length, lost: this.#lost });
  }
}
