/** What the file system says, in words a user can act on. */
import { UserError } from '../../src/errors.js';

export function openError(path: string, cause: unknown): UserError {
  const code = codeOf(cause);
  if (code === 'ENOENT') return new UserError('CAPTURE_NOT_FOUND', `no file "${path}"`, 'Check the path.', { cause });
  if (code === 'EACCES' || code === 'EPERM') {
    return new UserError('CAPTURE_PERMISSION', `may not read "${path}"`, 'Run as a user who can read it.', { cause });
  }
  const hint = 'Check that it is a readable file, a pipe or "-".';
  return new UserError('CAPTURE_OPEN', `cannot open "${path}": ${code}`, hint, { cause });
}

export function readError(path: string, cause: unknown): UserError {
  const code = codeOf(cause);
  if (code === 'EISDIR') {
    return new UserError('CAPTURE_OPEN', `"${path}" is a folder`, 'Name a capture file in it.', { cause });
  }
  return new UserError('CAPTURE_READ', `reading "${path}" failed: ${code}`, 'Check the disk or the mount.', { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
