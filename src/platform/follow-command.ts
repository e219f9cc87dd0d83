/** Runs one program that goes on: an argv array, never a shell; its stdout line by line until it ends or is told to. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { UserError } from '../errors.js';
import { findProgram } from './find-program.js';

export interface FollowEnd {
  /** Exit code; null when a signal ended it, ours or another's. */
  readonly code: number | null;
  /** What it said last, bounded. */
  readonly stderr: string;
}

/** `onLine` gets each whole line without its end; lines above 1 MiB are cut there. Rejects with UserError when it cannot be started. */
export type FollowCommand = (
  argv: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
) => Promise<FollowEnd>;

const MAX_LINE = 1024 * 1024;
const MAX_STDERR = 4096;

export const followCommand: FollowCommand = (argv, onLine, signal) => {
  const [name = '', ...args] = argv;
  const file = findProgram(name);
  if (file === null)
    return Promise.reject(
      new UserError(
        'COMMAND_MISSING',
        `"${name}" was not found on PATH, /usr/sbin or /sbin`,
        'Install it, or extend PATH.',
      ),
    );
  if (signal.aborted) return Promise.resolve({ code: null, stderr: '' });
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } });
    const stop = () => child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    let stderr = '';
    (child.stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-MAX_STDERR);
    });
    eachLine(child.stdout as Readable, onLine);
    child.on('error', (cause) => {
      signal.removeEventListener('abort', stop);
      reject(
        new UserError('COMMAND_START', `cannot start "${file}": ${cause.message}`, 'Check its permissions.', { cause }),
      );
    });
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      resolve({ code, stderr });
    });
  });
};

function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() as string).slice(0, MAX_LINE);
    for (const line of lines) onLine(line.slice(0, MAX_LINE));
  });
}
