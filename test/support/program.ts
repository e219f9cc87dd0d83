/** The built program (dist/ddostop.cjs) as its own process, and a folder of its own for the files of a test. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output } from './lab.js';

export const PROGRAM = new URL('../../dist/ddostop.cjs', import.meta.url).pathname;

/** Long enough for a machine under load; what takes this long is a hang. */
const HANG_MS = 60_000;

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Bytes on a pipe; none = no stdin. */
  readonly stdin?: Uint8Array;
  /** Redirected: `< path`. */
  readonly stdinFile?: string;
}

/** Runs `ddostop ARGS` to its end; a non-zero code is a result. Neither stdin nor stdout is a terminal. */
export function runProgram(args: readonly string[], options: ProgramOptions = {}): Promise<Output> {
  return runCommand([process.execPath, PROGRAM, ...args], options);
}

/** Runs any command in the same way. */
export async function runCommand(
  [command = '', ...args]: readonly string[],
  { env = {}, stdin, stdinFile }: ProgramOptions = {},
): Promise<Output> {
  const input = stdinFile === undefined ? null : openSync(stdinFile, 'r');
  const child = spawn(command, args, {
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
    stdio: [input ?? (stdin === undefined ? 'ignore' : 'pipe'), 'pipe', 'pipe'],
    timeout: HANG_MS,
    killSignal: 'SIGKILL',
  }) as ChildProcessWithoutNullStreams;
  if (input !== null) closeSync(input);
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text.stdout += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text.stderr += part;
  });
  if (stdin !== undefined) {
    child.stdin.on('error', () => {}); // it may stop reading before the end
    child.stdin.end(stdin);
  }
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (value, signal) => (signal === 'SIGKILL' ? reject(hang(args)) : resolve(value ?? -1)));
  });
  return { code, ...text };
}

function hang(args: readonly string[]): Error {
  return new Error(`did not end within ${HANG_MS} ms: ${args.join(' ')}`);
}

/** Runs `script` (an ES module) in the program's process before the program: for what no user can cause. */
export function preload(script: string): { readonly env: Readonly<Record<string, string>> } {
  return { env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` } };
}

/** Files of one suite; made with the first use (a suite that is skipped closes nothing), removed by `close`. */
export class TestFolder {
  #path: string | null = null;

  get path(): string {
    this.#path ??= mkdtempSync(join(tmpdir(), 'ddostop-program-'));
    return this.#path;
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /** Writes the file and returns its path. */
  write(name: string, content: Uint8Array | string): string {
    writeFileSync(this.at(name), content);
    return this.at(name);
  }

  close(): void {
    if (this.#path !== null) rmSync(this.#path, { recursive: true, force: true });
    this.#path = null;
  }
}
