/** Runs one program that goes on: an argv array, never a shell; its stdout line by line until it ends or is told to. */
import { type ChildProcess, spawn } from 'node:child_process';
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
/** From being told to end to being left alone. */
const END_MS = 1000;

export const followCommand: FollowCommand = (argv, onLine, signal) => follow('ignore', argv, onLine, signal);

/** Its stdin is a pipe that says nothing and ends with us: what reads there learns that we are gone, even killed. */
export const followWithInput: FollowCommand = (argv, onLine, signal) => follow('pipe', argv, onLine, signal);

function follow(stdin: 'ignore' | 'pipe', ...[argv, onLine, signal]: Parameters<FollowCommand>): Promise<FollowEnd> {
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
    const env = { ...process.env, LC_ALL: 'C' };
    // With a pipe as stdin it ends with us in any case: a process group of its own keeps Ctrl-C for us to hear.
    const child = spawn(file, args, { stdio: [stdin, 'pipe', 'pipe'], detached: stdin === 'pipe', env });
    let stderr = '';
    (child.stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-MAX_STDERR);
    });
    eachLine(child.stdout as Readable, onLine);
    const ending = new Ending(child, () => resolve({ code: null, stderr }));
    const stop = () => ending.begin();
    signal.addEventListener('abort', stop, { once: true });
    const settle = () => {
      signal.removeEventListener('abort', stop);
      ending.dispose();
    };
    child.on('error', (cause) => {
      if (signal.aborted) return; // not ours to signal (sudo): it is left alone below
      settle();
      reject(
        new UserError('COMMAND_START', `cannot start "${file}": ${cause.message}`, 'Check its permissions.', { cause }),
      );
    });
    child.on('close', (code) => {
      settle();
      resolve({ code, stderr });
    });
  });
}

/**
 * Ends a child. One that runs as root through sudo is not ours to signal: its pipes are closed, so that it ends with the next thing it says, and
 * nobody waits for it.
 */
class Ending {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly child: ChildProcess,
    private readonly onLeft: () => void,
  ) {}

  begin(): void {
    this.child.stdin?.destroy();
    this.child.kill('SIGTERM');
    this.#timer = setTimeout(() => {
      this.child.kill('SIGKILL');
      this.child.stdout?.destroy();
      this.child.stderr?.destroy();
      this.child.unref();
      this.onLeft();
    }, END_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}

function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() as string).slice(0, MAX_LINE);
    for (const line of lines) onLine(line.slice(0, MAX_LINE));
  });
}
