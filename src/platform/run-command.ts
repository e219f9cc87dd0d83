/**
 * Runs one program: an argv array (never a shell), text on stdin, bounded output, a deadline, LC_ALL=C so that messages can be read.
 * A program that ends with a non-zero code is a result, not an exception; only "it never ran or never ended" throws.
 */
import { spawn } from 'node:child_process';
import { UserError } from '../errors.js';
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
    const child = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...options.env, LC_ALL: 'C' },
    });
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
    const stdout = collect(child.stdout, maxBytes, tooMuch);
    const stderr = collect(child.stderr, maxBytes, tooMuch);
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(
        new UserError('COMMAND_START', `cannot start "${file}": ${cause.message}`, 'Check its permissions.', { cause }),
      );
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (failure) reject(failure);
      else resolve({ code, signal, stdout: stdout(), stderr: stderr() });
    });
    child.stdin.on('error', () => {}); // EPIPE: it ended without reading; its exit code says why
    child.stdin.end(options.stdin ?? '');
  });
}

/** Gathers a stream up to `maxBytes`; returns the function that gives the text. */
function collect(stream: NodeJS.ReadableStream, maxBytes: number, tooMuch: () => void): () => string {
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
