/** The files of one run, oldest first: those that are written, closed ones, and how many may stay. */
import type { RecordFile } from './record-file.js';
import type { RecordSpan } from './record-span.js';

/** A file that holds frames, and the span of their times. */
export interface RecordedFile {
  readonly path: string;
  /** Epoch seconds of capture time. */
  readonly fromSec: number;
  readonly toSec: number;
  /** On the disk by now. */
  readonly bytes: number;
}

export class RecordedFiles {
  readonly #spans = new Map<RecordFile, RecordSpan>();
  hasPruned = false;
  #waiting: { readonly isDone: () => boolean; readonly resolve: () => void }[] = [];

  add(file: RecordFile, span: RecordSpan): void {
    this.#spans.set(file, span);
  }

  /** It is nowhere any more. */
  forget(file: RecordFile): void {
    this.#spans.delete(file);
  }

  list(): RecordedFile[] {
    const all = [...this.#spans].map(([{ path, bytes }, { fromSec, toSec }]) => ({ path, bytes, fromSec, toSec }));
    return all.filter(({ bytes }) => bytes > 0);
  }

  /** Removes the oldest closed ones until `keep` are left. Throws what the disk says. */
  prune(keep: number): void {
    for (const file of this.#spans.keys()) {
      if (this.#spans.size <= keep || !file.isClosed) return;
      file.remove();
      this.#spans.delete(file);
      this.hasPruned = true;
    }
  }

  /** Resolves when what was handed over until now is on the disk, or given up. */
  written(): Promise<void> {
    const wanted = [...this.#spans.keys()].map((file) => ({ file, bytes: file.taken }));
    return this.#until(() => wanted.every(({ file, bytes }) => file.isClosed || file.bytes >= bytes));
  }

  /** Resolves when no file is open. */
  closed(): Promise<void> {
    return this.#until(() => [...this.#spans.keys()].every((file) => file.isClosed));
  }

  /** Something has changed: whoever waits looks again. */
  changed(): void {
    this.#waiting = this.#waiting.filter(({ isDone, resolve }) => {
      if (!isDone()) return true;
      resolve();
      return false;
    });
  }

  #until(isDone: () => boolean): Promise<void> {
    if (isDone()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ isDone, resolve }));
  }
}
