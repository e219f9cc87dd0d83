/** The program with its screen and bench/probe.mjs inside. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchError } from './bench-error.mjs';
import { root } from './paths.mjs';
import { quit, startScreen } from './screen-run.mjs';

const PROBE = join(root, 'bench/probe.mjs');

/**
 * `before`: words that come before the command, e.g. `ip netns exec NAME`. `delayMs`: how often the delay of the event loop is
 * looked at; often costs CPU of its own.
 */
export function startProbed({ program }, words, { before = [], delayMs }) {
  const folder = mkdtempSync(join(tmpdir(), 'ddostop-bench-'));
  const path = join(folder, 'probe.jsonl');
  const environment = { DDOSTOP_PROBE: path, DDOSTOP_PROBE_DELAY_MS: String(delayMs) };
  const run = startScreen([...before, process.execPath, '--import', PROBE, program, ...words], environment);
  const end = async () => {
    try {
      return { ...(await quit(run)), lines: linesOf(path) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  return { run, end };
}

function linesOf(path) {
  if (!existsSync(path)) throw new BenchError(`${PROBE} was not loaded or wrote nothing`);
  const lines = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  if (lines.at(-1).totals === null) throw new BenchError('the probe saw no tick of the worker');
  return lines;
}
