/** One merging at a time, so that none is done twice for nothing. Nothing depends on it: two at once lose nothing either. */
import { readFile, readlink, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, publishFile } from './segment-files.js';

const LOCK_NAME = 'compact.lock';
/** Far longer than any merging; for a holder of another container or host, who cannot be asked. */
const LOCK_MS = 600_000;

/** False: somebody else merges. */
export async function takeLock(folder: string, nowMs: number): Promise<boolean> {
  const path = join(folder, LOCK_NAME);
  if (await isHeld(path, nowMs)) return false;
  await unlink(path).catch(() => {}); // there was none
  const text = `${process.pid} ${await pidSpace()}`;
  // Whole from the first moment: an empty one would look as if its holder had been killed.
  try {
    return await publishFile(folder, path, (file) => file.writeFile(text));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false; // there is no store
    throw error;
  }
}

export async function freeLock(folder: string): Promise<void> {
  await unlink(join(folder, LOCK_NAME)).catch(() => {}); // taken over meanwhile
}

async function isHeld(path: string, nowMs: number): Promise<boolean> {
  const held = await stat(path).catch(() => null);
  if (held === null) return false;
  // Empty: the power went before its bytes were on the disk. A clock that was set back must not keep it for ever.
  if (!held.isFile() || held.size === 0 || held.size > 200 || Math.abs(nowMs - held.mtimeMs) >= LOCK_MS) return false;
  const [pid = '', space = ''] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
  return space !== (await pidSpace()) || isAlive(Number(pid));
}

/** Where a process number means the same process: this boot, this namespace. */
async function pidSpace(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${boot.trim()}/${namespace}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
