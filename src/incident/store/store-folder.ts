/** Where incidents are kept, and what is said when that does not work. */
import { homedir, hostname, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { messageOf, UserError } from '../../errors.js';

export function defaultStoreFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const state = env['XDG_STATE_HOME'];
  const base = state !== undefined && isAbsolute(state) ? state : join(homedir(), '.local', 'state');
  return join(base, 'ddostop', 'incidents');
}

export function writeError(folder: string, cause: unknown): UserError {
  if (cause instanceof UserError) return cause;
  return new UserError(
    'INCIDENT_STORE_WRITE',
    `cannot write to the incident store ${folder}: ${messageOf(cause)}`,
    'Free space there, or name a folder that can be written with --store or XDG_STATE_HOME.',
    { cause },
  );
}

export function readError(folder: string, cause: unknown): UserError {
  if (cause instanceof UserError) return cause;
  return new UserError(
    'INCIDENT_STORE_READ',
    `cannot read the incident store ${folder}: ${messageOf(cause)}`,
    'Read it as the user who writes it, or name another folder with --store.',
    { cause },
  );
}

/** "ada@jump1": the person behind sudo where there is one. */
export function writerName(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return `${userName(env)}@${hostname().split('.')[0] ?? ''}`;
}

function userName(env: Readonly<Record<string, string | undefined>>): string {
  const sudoUser = env['SUDO_USER'];
  if (sudoUser !== undefined && /^[A-Za-z0-9._-]{1,32}$/.test(sudoUser)) return sudoUser;
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? '?'); // a container's account without a passwd line
  }
}
