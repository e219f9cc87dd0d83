/**
 * Runs one program: an argv array (never a shell), text on stdin, bounded output, a deadline, LC_ALL=C so that messages can be read.
 * A program that ends with a non-zero code is a result, not an exception; only "it never ran or never ended" throws.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { messageOf, UserError } from '../errors.js';
import { findProgram } from './find-program.js';

export interface CommandResult {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly stdin?: string;
  /** The program is killed after this; default 10 s. */
  readonly timeoutMs?: number;
  /** Bytes of stdout (and, separately, of stderr) taken before it is killed; default 64 MiB. */
  readonly maxOutputBytes?: number;
  /** Variables added to (or, with undefined, taken from) our own environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What adapters call, so that a test can put a fake outside in its place. */
export type RunCommand = (argv: readonly string[], options?: CommandOptions) => Promise<CommandResult>;

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_OUTPUT = 64 * 1024 * 1024;
/** From the end of a program to that of its outputs, when somebody else holds them. */
const SILENCE_MS = 500;

export const runCommand: RunCommand = (argv, options = {}) => {
  const [name, ...args] = argv;
  const file = name === undefined ? null : findProgram(name);
  if (file === null) {
    return Promise.reject(
      new UserError(
        'COMMAND_MISSING',
        `"${name ?? ''}" was not found on PATH, /usr/sbin or /sbin`,
        'Install it, or extend PATH.',
      ),
    );
  }
  return spawnAndCollect(file, args, argv, options);
};

function spawnAndCollect(
  file: string,
  args: readonly string[],
  argv: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxBytes = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT;
  return new Promise((resolve, reject) => {
    // An own process group: Ctrl-C in the terminal must not cut a firewall transaction's answer off from us.
    const input = options.stdin === undefined || options.stdin === '' ? null : openText(options.stdin);
    const child = spawn(file, args, {
      stdio: [input ?? 'ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...options.env, LC_ALL: 'C' },
    });
    if (input !== null) closeSync(input); // the child has its own
    let failure: UserError | null = null;
    const end = (error: UserError) => {
      failure ??= error;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => {
      end(
        new UserError(
          'COMMAND_TIMEOUT',
          `"${argv.join(' ')}" did not end within ${timeoutMs} ms and was killed`,
          'Its effect is not known: list the state again before acting.',
        ),
      );
    }, timeoutMs);
    const tooMuch = () => {
      end(
        new UserError(
          'COMMAND_OUTPUT',
          `"${argv.join(' ')}" printed more than ${maxBytes} bytes`,
          'Ask for less of it.',
        ),
      );
    };
    const stdout = collect(child.stdout as Readable, maxBytes, tooMuch);
    const stderr = collect(child.stderr as Readable, maxBytes, tooMuch);
    child.on('error', (cause) => {
      clearTimeout(timer);
      leave(child); // what is not ours to kill (sudo, run by root) goes on, without us
      reject(
        failure ??
          new UserError('COMMAND_START', `cannot start "${file}": ${cause.message}`, 'Check its permissions.', {
            cause,
          }),
      );
    });
    child.on('exit', () => leaveWhenSilent(child));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (failure) reject(failure);
      else resolve({ code, signal, stdout: stdout(), stderr: stderr() });
    });
  });
}

/** What it had started may keep its outputs, as a shared ssh connection did in older versions: its own end counts, once they are silent. */
function leaveWhenSilent(child: ChildProcess): void {
  let isSilent = true;
  const heard = () => {
    isSilent = false;
  };
  child.stdout?.on('data', heard);
  child.stderr?.on('data', heard);
  // After the timer, not by it: when we were busy, what is still in the pipes is read between the two.
  const look = () => {
    setImmediate(() => {
      if (isSilent) return leave(child);
      isSilent = true;
      timer.refresh();
    });
  };
  const timer = setTimeout(look, SILENCE_MS);
  child.on('close', () => clearTimeout(timer));
}

function leave(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

/** In memory first: a full disk must not stop a mitigation from being taken back. */
const TEXT_FOLDERS = ['/dev/shm', tmpdir()];

/**
 * A nameless 0600 file holding `text`, read from its start. Not a pipe: Node's are sockets, and nft opens /dev/stdin by name, which a socket refuses
 * ("Could not open file "/dev/stdin": No such device or address").
 */
function openText(text: string): number {
  let last: unknown;
  for (const folder of TEXT_FOLDERS) {
    const path = join(folder, `ddostop-${randomBytes(12).toString('hex')}`);
    let file: number | null = null;
    try {
      file = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
      const bytes = Buffer.from(text, 'utf8');
      // Written at a position, so that the offset the child inherits stays at the start.
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, at);
      return file;
    } catch (error) {
      if (file !== null) closeSync(file);
      last = error;
    }
  }
  throw new UserError(
    'COMMAND_INPUT',
    `cannot lay down the input of a command in ${TEXT_FOLDERS.join(' or ')}: ${messageOf(last)}`,
    'Free space there.',
    { cause: last },
  );
}

/** Gathers a stream up to `maxBytes`; returns the function that gives the text. */
function collect(stream: Readable, maxBytes: number, tooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) tooMuch();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/** First line of what a program said, for an error message: one line, no control characters, at most 200 of the rest. */
export function firstLine(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return line
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?')
    .trim()
    .slice(0, 200);
}
