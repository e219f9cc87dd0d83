/**
 * A pipe for the output of a child. Node gives children a socket pair, in which every write is a buffer of its own with some 800 bytes of
 * overhead: it is full after 270 small packets, and the child waits for us. A pipe joins small writes into pages: 0.5 Mpps
 * of packets written one by one come through, where the socket pair loses half.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ChildPipe {
  /** Ours to read and to close. */
  readonly readFd: number;
  /** For the child; to be closed here once it runs, or the pipe never ends. */
  readonly writeFd: number;
}

/** Null where there is no mkfifo, or no folder for it: a socket pair does as well, more slowly. */
export function openChildPipe(): ChildPipe | null {
  let folder: string | null = null;
  let readFd: number | null = null;
  try {
    folder = mkdtempSync(join(tmpdir(), 'ddostop-')); // 0700
    const path = join(folder, 'pipe');
    if (spawnSync('mkfifo', [path], { stdio: 'ignore' }).status !== 0) return null;
    readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK); // a reader without a writer does not wait
    return { readFd, writeFd: openSync(path, constants.O_WRONLY) };
  } catch {
    if (readFd !== null) closeSync(readFd);
    return null; // read-only or full: said above
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true }); // both ends are open: it needs no name
  }
}
