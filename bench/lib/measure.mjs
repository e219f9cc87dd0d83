/** Runs whole processes and says what they took (bench/native/timed.c). */
import { spawn, spawnSync } from 'node:child_process';
import { BenchError } from './bench-error.mjs';
import { compiled } from './compile.mjs';
import { root } from './paths.mjs';

const MAX_OUTPUT = 64 << 20;
const MAX_RUN_MS = 300_000;

/**
 * Runs `argv` to its end: `{ wallSec, cpuSec, peakMib, stdout, stderr }`. stdout is thrown away unless `keep`; a status
 * other than 0 ends the bench.
 */
export function timed(argv, { keep = false } = {}) {
  const { output, status, error } = spawnSync(compiled('timed'), argv, {
    cwd: root,
    stdio: ['ignore', keep ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT,
    timeout: MAX_RUN_MS,
  });
  if (error !== undefined) throw new BenchError(`${argv.join(' ')}: ${error.message}`);
  const [, stdout, stderr, report] = output;
  if (status !== 0) throw new BenchError(`${argv.join(' ')} ended with ${status}: ${stderr.slice(-500)}`);
  return { ...ending(report), stdout, stderr };
}

/** A shell line; `$1`, `$2` ... are `words`. */
export function timedShell(line, words) {
  return timed(['sh', '-c', line, 'sh', ...words]);
}

function ending(report) {
  const { userSec, systemSec, wallSec, peakMib, code } = JSON.parse(report.trim().split('\n').at(-1));
  return { wallSec, cpuSec: userSec + systemSec, peakMib, code };
}

/**
 * Starts `argv` and lets it run. `pid` and `startNs` (as process.hrtime) come as a promise with `started`, the figures with
 * `ended`. `terminal`, e.g. "120x40": its output, with the time of each piece, is in `chunks`, and `keys` types.
 */
export function start(argv, { terminal = null, env = process.env } = {}) {
  const words = terminal === null ? argv : ['-t', terminal, ...argv];
  const child = spawn(compiled('timed'), words, { cwd: root, env, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  const run = { argv, child, chunks: [], stderr: '', keys: (text) => child.stdin.write(text) };
  let report = '';
  child.stdout.on('data', (data) => run.chunks.push({ atNs: process.hrtime.bigint(), data }));
  child.stderr.on('data', (data) => {
    run.stderr += data.toString('utf8');
  });
  child.stdin.on('error', () => {}); // the program has ended: `ended` says so
  run.started = new Promise((resolve) => {
    child.stdio[3].on('data', (data) => {
      report += data.toString('utf8');
      if (report.includes('\n')) resolve(JSON.parse(report.split('\n')[0]));
    });
  });
  run.ended = new Promise((resolve) => child.once('close', () => resolve(ending(report))));
  return run;
}

export function stdoutOf(run) {
  return Buffer.concat(run.chunks.map((chunk) => chunk.data)).toString('utf8');
}

/** Every side once, in turn, `count` times: `[[a, b, ...], [a, b, ...], ...]`. */
export function rounds(count, sides) {
  return Array.from({ length: count }, () => sides.map((side) => side()));
}

/** Ratios round by round: side `over` divided by side `under`. */
export function ratios(results, over, under, key = 'wallSec') {
  return results.map((round) => round[over][key] / round[under][key]);
}

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
