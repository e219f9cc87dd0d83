/**
 * A machine on which commands run and files are read: this one, or one over ssh. Whoever reads counters or changes a firewall is given a host and
 * never asks which kind it is.
 */
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { type FollowCommand, followCommand } from './follow-command.js';
import { type RunCommand, runCommand } from './run-command.js';

export interface Host {
  /** "" is this machine; else what the user calls the other one. */
  readonly name: string;
  /**
   * A program that ended is a result, whatever its code. Rejects with UserError when it never ran or never ended; with HOST_UNKNOWN when the way to
   * the host broke, so that nobody knows whether it ran.
   */
  readonly run: RunCommand;
  /** A program that goes on, line by line. */
  readonly follow: FollowCommand;
  /** A small text file. Rejects when it is not there or not ours to read. */
  readText(path: string): Promise<string>;
  /** Addresses of its interfaces, as text; zones cut off or not. */
  ownAddresses(): Promise<readonly string[]>;
  /** Values of SSH_CONNECTION of whoever is asking: of this process and its ancestors; over ssh, of our own session there. */
  sshConnections(): Promise<readonly string[]>;
  /** Ends what was kept open for it. */
  close(): Promise<void>;
}

const MAX_ANCESTORS = 64;

export function localHost(): Host {
  return {
    name: '',
    run: runCommand,
    follow: followCommand,
    readText: (path) => readFile(path, 'utf8'),
    ownAddresses: () =>
      Promise.resolve(Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))),
    sshConnections: () => sshConnectionsOf(process.pid, process.env['SSH_CONNECTION'] ?? ''),
    close: () => Promise.resolve(),
  };
}

/** sudo drops SSH_CONNECTION from ours, tmux keeps a stale one: so those of all ancestors count. */
async function sshConnectionsOf(pid: number, own: string): Promise<string[]> {
  const found = [own];
  let current: number | null = pid;
  for (let depth = 0; current !== null && depth < MAX_ANCESTORS; depth += 1) {
    const environ = await readFile(`/proc/${current}/environ`, 'utf8').catch(() => ''); // of another user
    const line = environ.split('\0').find((variable) => variable.startsWith('SSH_CONNECTION='));
    found.push(line?.slice('SSH_CONNECTION='.length) ?? '');
    current = parentOf(await readFile(`/proc/${current}/stat`, 'utf8').catch(() => ''));
  }
  return [...new Set(found)].filter((value) => value !== '');
}

/** Parent of a process from /proc/<pid>/stat; the command name may hold spaces and brackets, so the last ")" counts. */
export function parentOf(stat: string): number | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 1).trim();
  const parent = Number(fields.split(' ')[1]);
  return Number.isInteger(parent) && parent > 0 ? parent : null;
}
