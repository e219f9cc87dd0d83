/** Where a program lies: PATH first, then the sbin folders, which many accounts do not have on PATH. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

const SBIN_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Absolute path of `name`, or null. A name with a slash is taken as a path. Empty and relative PATH entries are skipped:
 * they would run whatever lies in the current folder.
 */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | null {
  if (name.includes('/')) return isExecutable(name) ? name : null;
  for (const folder of [...path.split(delimiter), ...SBIN_FOLDERS]) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, name);
    if (isExecutable(file)) return file;
  }
  return null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // not there, or not ours to run: the next folder
  }
}
