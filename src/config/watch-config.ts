/** Live reload: looks at the file every few seconds, and hands a changed one on. A broken one changes nothing and is told once. */
import { stat } from 'node:fs/promises';
import { messageOf } from '../errors.js';
import type { Config } from './config.js';
import { readConfig } from './read-config.js';

export interface ConfigListener {
  /** A file that reads well; not called for the state at the start. */
  changed(config: Config): void;
  /** What is in force stays in force. */
  failed(message: string): void;
}

export const LOOK_EVERY_MS = 2000;

export class ConfigWatch {
  readonly #path: string;
  readonly #listener: ConfigListener;
  #stamp: string | null = null;
  #isLooking = false;

  constructor(path: string, listener: ConfigListener) {
    this.#path = path;
    this.#listener = listener;
  }

  /** Remembers the file as it is. Never rejects. */
  async begin(): Promise<void> {
    this.#stamp = await stampOf(this.#path);
  }

  /** Call every LOOK_EVERY_MS. Never rejects. Editors replace files, so the file is named anew by size, time and inode. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const stamp = await stampOf(this.#path);
      if (stamp === this.#stamp) return;
      this.#stamp = stamp;
      if (stamp === null) this.#listener.failed(`${this.#path} is gone; what it said stays in force.`);
      else this.#listener.changed(await readConfig(this.#path));
    } catch (error) {
      this.#listener.failed(messageOf(error));
    } finally {
      this.#isLooking = false;
    }
  }
}

async function stampOf(path: string): Promise<string | null> {
  try {
    const { mtimeNs, size, ino } = await stat(path, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch {
    return null; // not there, or not to be looked at: both are told by who reads it
  }
}
