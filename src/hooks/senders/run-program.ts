/** Runs a program of a hook: an argv array, no shell, text on stdin, little of its output, and an end for its whole process group. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { findProgram } from '../../platform/find-program.js';

export interface ProgramEnd {
  /** Null: it did not end by itself, or never began. */
  readonly code: number | null;
  /** Why not. */
  readonly failure: string | null;
  /** The beginning of its stderr. */
  readonly said: string;
}

/** Enough for the line that says what is wrong. */
const MOST_SAID = 4096;

/** Resolves always. `env` is added to our own. */
export function runProgram(
  [name = '', ...args]: readonly string[],
  stdin: string,
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  const file = findProgram(name);
  if (file === null) return Promise.resolve({ code: null, failure: 'the program was not found', said: '' });
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
      env: { ...process.env, ...env },
    });
    const said = beginningOf(child.stderr);
    let failure: string | null = null;
    const kill = (why: string) => {
      failure ??= why;
      killGroup(child.pid);
    };
    const stop = () => kill('killed, since the program ends');
    const timer = setTimeout(() => kill(`killed: it did not end within ${timeoutMs / 1000} s`), timeoutMs);
    const end = (code: number | null, why: string | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      child.stderr.destroy(); // what it left running may hold it
      resolve({ code: why === null ? code : null, failure: why, said: said() });
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    child.on('error', (error) => end(null, `cannot start it: ${error.message}`));
    child.on('exit', (code, name) => {
      // The rest of its stderr is there by then, or soon.
      setImmediate(() => end(code, failure ?? (name === null ? null : `it ended by ${name}`)));
    });
    child.stdin.on('error', () => {}); // a script that reads nothing of it
    child.stdin.end(stdin);
  });
}

/** All that it started, and that did not leave its group. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function beginningOf(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    if (bytes < MOST_SAID) chunks.push(chunk.subarray(0, MOST_SAID - bytes));
    bytes += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
