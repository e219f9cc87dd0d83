/** The folder of messages that wait: 0700, one file a message, written whole or not at all, read back after a crash. */
import { chmod, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UserError } from '../errors.js';
import { makePrivateFolder, writeFileAtomic } from '../platform/durable-file.js';
import { entryText, fileNameOf, orderOf, readEntry, type SpoolEntry } from './spool-entry.js';

/** An entry has some 10 KiB. */
const MOST_FILE_BYTES = 1 << 20;
const DAMAGED = 'damaged.json';

export class SpoolFolder {
  #nextOrder = 1;

  private constructor(readonly path: string) {}

  /** Rejects with UserError HOOK_SPOOL. */
  static async open(path: string): Promise<SpoolFolder> {
    try {
      await makePrivateFolder(path);
      const { mode, uid } = await stat(path);
      const own = process.getuid?.();
      if (own !== undefined && uid !== own) throw new Error(`it belongs to user ${uid}, expected ${own}`);
      if ((mode & 0o077) !== 0) await chmod(path, 0o700);
      const folder = new SpoolFolder(path);
      await folder.#readOrder();
      return folder;
    } catch (error) {
      const hint = 'Name another one, or see to its owner and to the disk: what is not sent at once is kept there.';
      throw new UserError('HOOK_SPOOL', `cannot use the folder ${path}: ${messageOf(error)}`, hint, { cause: error });
    }
  }

  takeOrder(): number {
    return this.#nextOrder++;
  }

  /** Writes it, or writes it anew. Rejects with the system's error. */
  async write(entry: SpoolEntry): Promise<string> {
    const path = join(this.path, fileNameOf(entry));
    await writeFileAtomic(path, entryText(entry));
    return path;
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  async list(): Promise<string[]> {
    const names = await readdir(this.path);
    return names.filter((name) => orderOf(name) !== null).sort();
  }

  /** Null: gone by now. Damaged: put aside under one name, where somebody may look at it. */
  async read(name: string): Promise<SpoolEntry | 'damaged' | null> {
    const path = join(this.path, name);
    try {
      const { size } = await stat(path);
      const entry = size > MOST_FILE_BYTES ? null : readEntry(await readFile(path, 'utf8'), name, path);
      if (entry !== null) {
        this.#nextOrder = Math.max(this.#nextOrder, entry.order + 1);
        return entry;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    }
    await rename(path, join(this.path, DAMAGED)).catch(() => {}); // gone, or not to be moved: it is told either way
    return 'damaged';
  }

  /** Half-written files of processes that died. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.path)) {
      const pid = /\.(\d+)\.new$/.exec(name)?.[1];
      if (pid !== undefined && !isAlive(Number(pid))) await rm(join(this.path, name), { force: true });
    }
  }

  async #readOrder(): Promise<void> {
    const last = (await this.list()).at(-1);
    this.#nextOrder = (last === undefined ? 0 : (orderOf(last) ?? 0)) + 1;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
