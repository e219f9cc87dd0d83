/** The program with its screen and bench/probe.mjs inside. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { quit, startScreen } from './screen-run.mjs';

const PROBE = join(root, 'bench/probe.mjs');

/** `before`: words that come before the command, e.g. `ip netns exec NAME`. */
export function startProbed({ program }, words, before = []) {
  const folder = mkdtempSync(join(tmpdir(), 'ddostop-bench-'));
  const path = join(folder, 'probe.jsonl');
  const run = startScreen([...before, process.execPath, '--import', PROBE, program, ...words], { DDOSTOP_PROBE: path });
  const lines = () => (existsSync(path) ? linesOf(readFileSync(path, 'utf8')) : []);
  const end = async () => {
    const ending = await quit(run).finally(() => process.once('exit', () => rmSync(folder, { recursive: true })));
    return { ...ending, lines: lines() };
  };
  return { run, lines, end };
}

/** The last line may be half written. */
function linesOf(text) {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}
