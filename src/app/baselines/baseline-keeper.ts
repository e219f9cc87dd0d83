/**
 * Keeps the baselines of a running monitor in their file: read at the start, written every ten minutes and at the end. What `ddostop baselines reset`
 * did to the file meanwhile holds here too, and what another monitor wrote is not lost. Nothing here stops the monitor; what goes wrong is told.
 */
import { stat } from 'node:fs/promises';
import type { BaselinesHead } from '../../detect/baseline/baseline-lines.js';
import type { BaselineStore } from '../../detect/baseline/baseline-store.js';
import { messageOf, UserError } from '../../errors.js';
import { type Clock, systemClock } from '../../platform/clock.js';
import { putAside, readBaselines, writeBaselines } from './baseline-file.js';

const SAVE_EVERY_MS = 600_000;

export interface KeeperOptions {
  readonly learns: boolean;
  readonly tell: (text: string) => void;
  readonly clock?: Clock;
}

export class BaselineKeeper {
  readonly #learns: boolean;
  readonly #tell: (text: string) => void;
  readonly #clock: Clock;
  #forgotten: BaselinesHead['forgotten'] = [];
  /** Of the file as we left it. */
  #mark = '';
  /** The file was read, so it may be replaced. */
  #isOpen = false;
  #toldError = '';
  #nextMs: number;
  #saving: Promise<void> | null = null;

  constructor(
    readonly path: string,
    readonly store: BaselineStore,
    { learns, tell, clock = systemClock }: KeeperOptions,
  ) {
    this.#learns = learns;
    this.#tell = tell;
    this.#clock = clock;
    this.#nextMs = clock.nowMs() + SAVE_EVERY_MS;
  }

  /** Never rejects. */
  async open(): Promise<void> {
    try {
      await this.#read(false);
      this.#mark = await markOf(this.path);
      this.#isOpen = true;
    } catch (error) {
      // Of a later version, or not ours to read: it stays as it is.
      this.#tell(error instanceof UserError ? error.message : messageOf(error));
    }
  }

  async #read(adopts: boolean): Promise<void> {
    const { head, isHeadDamaged, damagedLines, leftOut } = await readBaselines(this.path, this.store, adopts);
    if (isHeadDamaged) {
      const aside = await putAside(this.path);
      this.#tell(`${this.path} is damaged: baselines begin anew, the file is now ${aside}`);
    }
    if (damagedLines > 0)
      this.#tell(`${this.path} is damaged: ${damagedLines} targets begin anew, ${this.store.size} are known`);
    if (leftOut > 0 && !adopts) this.#tell(`${this.path}: ${leftOut} targets are beyond what is kept`);
    if (head !== null) this.#forgotten = head.forgotten;
  }

  /** Call now and then; writes when it is time. Never throws. */
  tick(): void {
    if (this.#saving !== null || this.#clock.nowMs() < this.#nextMs) return;
    this.#nextMs = this.#clock.nowMs() + SAVE_EVERY_MS;
    this.#saving = this.#save().finally(() => {
      this.#saving = null;
    });
  }

  /** The last time. Never rejects. */
  async close(): Promise<void> {
    await this.#saving;
    await this.#save();
  }

  async #save(): Promise<void> {
    if (!this.#learns || !this.#isOpen) return;
    // Of a run that learned nothing there is no file.
    if (this.store.size === 0 && this.#mark === '') return;
    try {
      if ((await markOf(this.path)) !== this.#mark) await this.#read(true);
      await writeBaselines(this.path, this.store, {
        savedSec: this.#clock.nowMs() / 1000,
        forgotten: this.#forgotten,
      });
      this.#mark = await markOf(this.path);
      this.#toldError = '';
    } catch (error) {
      const text = messageOf(error);
      if (text !== this.#toldError) this.#tell(text);
      this.#toldError = text;
    }
  }
}

/** Another mark: somebody else wrote it. */
async function markOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null ? '' : `${found.ino}/${found.size}/${found.mtimeNs}`;
}
