/**
 * One process sends what lies in a spool; others only put messages into it. Who that is stands in the file `owner-N` of the highest N. To
 * become it, a process links `owner-N+1`, which only one can, when the one of N is dead or has left. Files are never rewritten and the highest
 * is never removed, so no number comes twice, and a process that dies at any point leaves a name of somebody dead.
 */
import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^owner-(\d{1,15})$/;
/** Stands in the file of one who left. */
const NOBODY = 'nobody';

export class SpoolOwner {
  #own: number | null = null;

  constructor(private readonly folder: string) {}

  get isOwner(): boolean {
    return this.#own !== null;
  }

  /** True: this process sends, from now on or as before. Rejects with the system's error. */
  async take(): Promise<boolean> {
    if (this.#own !== null) return true;
    const highest = await this.#highest();
    if (highest > 0 && (await isHeld(this.#pathOf(highest)))) return false;
    const mine = highest + 1;
    if (!(await this.#link(mine, await nameOfProcess(process.pid)))) return false;
    // Numbers below the highest are removed, so this one may have been free without being the next.
    if ((await this.#highest()) !== mine) {
      await rm(this.#pathOf(mine), { force: true });
      return false;
    }
    this.#own = mine;
    await this.#removeBelow(mine);
    return true;
  }

  async leave(): Promise<void> {
    const mine = this.#own;
    if (mine === null) return;
    this.#own = null;
    await this.#link(mine + 1, NOBODY);
    await this.#removeBelow(mine + 1);
  }

  /** The process that sends; null: none. */
  async pid(): Promise<number | null> {
    const highest = await this.#highest();
    if (highest === 0 || !(await isHeld(this.#pathOf(highest)))) return null;
    const text = await readFile(this.#pathOf(highest), 'utf8').catch(() => '');
    return /^\d+ /.test(text) ? Number.parseInt(text, 10) : null;
  }

  async #highest(): Promise<number> {
    return Math.max(0, ...(await this.#numbers()));
  }

  async #numbers(): Promise<number[]> {
    return (await readdir(this.folder)).flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
  }

  /** False: there is one already. */
  async #link(number: number, text: string): Promise<boolean> {
    const temporary = join(this.folder, `owner.${randomBytes(8).toString('hex')}.${process.pid}.new`);
    await writeFile(temporary, text, { flag: 'wx', mode: 0o600 });
    try {
      await link(temporary, this.#pathOf(number));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async #removeBelow(number: number): Promise<void> {
    for (const other of await this.#numbers()) if (other < number) await rm(this.#pathOf(other), { force: true });
  }

  #pathOf(number: number): string {
    return join(this.folder, `owner-${number}`);
  }
}

/** False: of somebody dead, or who left. What was removed meanwhile was not the highest any more: taking fails by itself. */
async function isHeld(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => NOBODY);
  const pid = Number.parseInt(text, 10);
  return Number.isSafeInteger(pid) && pid > 0 && (await nameOfProcess(pid)) === text;
}

/** Number and time of start, since numbers come again; "" = no such process. */
async function nameOfProcess(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // proc(5): the name in parentheses may hold anything; starttime is the 20th field behind it.
  const started = text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  return started === undefined ? '' : `${pid} ${started}`;
}
