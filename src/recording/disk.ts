/** What a recording needs of a file system. Two of them: one that makes us wait, one that writes while we go on. */
import {
  closeSync,
  existsSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writev,
  writevSync,
} from 'node:fs';
import { UserError } from '../errors.js';

/** Which file a name stands for: device and inode; once it is closed also size and time, since inodes are used again. */
export type FileIdentity = string;

export interface Disk {
  /** A new file (0600); throws when the name is taken. */
  create(path: string): number;
  /** The pieces, one behind the other. Calls back once, perhaps before it returns. `written` may be less than asked for. */
  write(fd: number, pieces: Uint8Array[], position: number, done: (error: Error | null, written: number) => void): void;
  truncate(fd: number, bytes: number): void;
  close(fd: number): void;
  /** Gives the file its final name; throws EEXIST when that is taken. */
  publish(from: string, to: string): void;
  remove(path: string): void;
  isTaken(path: string): boolean;
  /** Null when there is nothing of that name, or nothing we may see. */
  identityOf(path: string, isClosed?: boolean): FileIdentity | null;
  /** Makes the folder (0700) when it is not there, but nothing above it. */
  makeFolder(path: string): void;
}

/** For live sources, which do not wait: writing goes on in a thread of Node's pool. */
export const DISK_ASIDE: Disk = {
  create: (path) => openSync(path, 'wx', 0o600),
  write: (fd, pieces, position, done) => writev(fd, pieces, position, done),
  truncate: (fd, bytes) => ftruncateSync(fd, bytes),
  close: (fd) => closeSync(fd),
  publish,
  remove: (path) => unlinkSync(path),
  isTaken: (path) => existsSync(path) || identityOf(path) !== null,
  identityOf,
  makeFolder: (path) => {
    if (identityOf(path) === null) mkdirSync(path, 0o700);
  },
};

/** For files and pipes, which wait for us: nothing is left out however slow the disk is. */
export const DISK_AT_ONCE: Disk = {
  ...DISK_ASIDE,
  write(fd, pieces, position, done) {
    let written = 0;
    try {
      written = writevSync(fd, pieces, position);
    } catch (error) {
      done(error as Error, 0);
      return;
    }
    done(null, written);
  },
};

/** A link fails where the name is taken; a rename would replace it. Not every file system has links. */
function publish(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error;
    if (existsSync(to))
      throw Object.assign(new Error(`EEXIST: file already exists, rename '${to}'`), { code: 'EEXIST' });
    renameSync(from, to);
    return;
  }
  unlinkSync(from);
}

function identityOf(path: string, isClosed = false): FileIdentity | null {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false, bigint: true });
    if (stat === undefined) return null;
    return [stat.dev, stat.ino, ...(isClosed ? [stat.size, stat.mtimeNs] : [])].join(':');
  } catch {
    return null; // in a folder that cannot be searched nothing is ours
  }
}

/** "ENOSPC"; "" where there is none. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? '';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file may not grow that far',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ENOENT: 'the folder is not there',
  ENOTDIR: 'it is no folder',
  EIO: 'input/output error',
  ENAMETOOLONG: 'the name is too long',
};

/** Why the file system refused, in words. */
export function reasonOf(error: unknown): string {
  if (error instanceof UserError) return error.what;
  const code = codeOf(error);
  const reason = REASONS[code];
  if (reason !== undefined) return `${reason} (${code})`;
  return error instanceof Error ? error.message : String(error);
}
