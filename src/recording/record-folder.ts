/** The folder of a recording, and the names of the files in it. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.js';
import { type Disk, reasonOf } from './disk.js';

/** While it is being written. */
export const PART = '.part';
export const EXTENSION = '.pcapng';
const MAX_NAMES = 1000;
const HINT = 'Name a folder that you may write to: --record DIR.';

/** Makes the folder (0700) when it is not there. Returns its absolute path; throws UserError when nothing can be written to it. */
export function prepareRecordFolder(folder: string): string {
  const path = resolve(folder);
  try {
    makeFolders(path);
    if (!statSync(path).isDirectory()) throw new UserError('RECORD_FOLDER', 'it is no folder', HINT);
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new UserError('RECORD_FOLDER', `cannot record into "${folder}": ${reasonOf(error)}`, HINT, { cause: error });
  }
  return path;
}

/** Not by mkdir's own way: in /proc, where no folder can be made, that never ends (Node 20.20). */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolders(dirname(path));
  mkdirSync(path, 0o700);
}

/** "20260203T134705Z" of capture time; zeros for what is no time people have. */
export function timeStamp(epochSec: number): string {
  const date = new Date(Math.floor(epochSec) * 1000);
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  return /^\d{4}-/.test(iso) ? `${iso.slice(0, 19).replace(/[-:]/g, '')}Z` : '00000000T000000Z';
}

/** "ddostop-20260203T134705Z-001.pcapng". */
export function recordName(firstSec: number, number: number): string {
  return `ddostop-${timeStamp(firstSec)}-${String(number).padStart(3, '0')}${EXTENSION}`;
}

/** The first name from `number` on that is free: others may record into the same folder. */
export function freeName(
  disk: Disk,
  folder: string,
  firstSec: number,
  number: number,
): { path: string; number: number } {
  for (let tried = number; tried < number + MAX_NAMES; tried += 1) {
    const path = join(folder, recordName(firstSec, tried));
    if (!disk.isTaken(path) && !disk.isTaken(`${path}${PART}`)) return { path, number: tried };
  }
  throw new Error(`the names of numbers ${number} to ${number + MAX_NAMES} are taken`);
}

/** A name for what people chose on the screen: addresses, prefixes, flows. No separators, nothing a shell minds. */
export function evidenceName(key: string, sec: number, attempt: number): string {
  const word =
    key
      .replace(/[^A-Za-z0-9.-]+/g, '_')
      .replace(/^[_.-]+|[_.-]+$/g, '')
      .slice(0, 80) || 'selection';
  return `ddostop-evidence-${word}-${timeStamp(sec)}${attempt > 1 ? `-${attempt}` : ''}${EXTENSION}`;
}
