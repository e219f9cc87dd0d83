/** The program under test. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildIfNeeded } from '../../scripts/set-up.mjs';
import { BenchError } from './bench-error.mjs';
import { root } from './paths.mjs';

/** Path of ddostop.cjs: the one asked for, or dist/ddostop.cjs, built when older than its sources. */
export function programPath(asked) {
  if (asked === undefined) {
    buildIfNeeded();
    return join(root, 'dist/ddostop.cjs');
  }
  if (!existsSync(asked)) throw new BenchError(`--program: no ${asked}`);
  return resolve(asked);
}

export function reportCommand({ program }, ...words) {
  return [process.execPath, program, 'report', '--format', 'json', ...words];
}

/** What a terminal of our kind has in its environment. */
export function terminalEnvironment() {
  const env = { ...process.env, TERM: 'xterm-256color', COLORTERM: 'truecolor', LC_ALL: 'C.UTF-8' };
  for (const name of ['CI', 'NO_COLOR', 'FORCE_COLOR', 'SSH_CONNECTION', 'SSH_TTY', 'TMUX']) delete env[name];
  return env;
}
