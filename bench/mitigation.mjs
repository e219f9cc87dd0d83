/** From the key `A` to the first packet of a flood that is dropped: the whole program in a terminal, the real kernel (test/program/key-to-drop.bench.ts). Root. */
import { BenchError } from './lib/bench-error.mjs';
import { linesOfBundled } from './lib/bundled.mjs';
import { row } from './lib/rows.mjs';
import { hasTool } from './lib/tools.mjs';

const RUNS = 20;
const MOST_MS = 300;

export default async function run({ program, pairs = RUNS }) {
  if (!['ip', 'nft', 'tmux', 'python3'].every(hasTool)) return [];
  if (process.getuid() !== 0) throw new BenchError('network namespaces need root: sudo npm run bench -- mitigation');
  const [{ ms }] = await linesOfBundled('test/program/key-to-drop.bench.ts', 'key-to-drop-bench', [
    program,
    String(pairs),
  ]);
  const sorted = [...ms].sort((a, b) => a - b);
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1];
  const note = `longest ${sorted.at(-1)} ms`;
  return [
    row('key to first dropped packet, median', ms, { unit: ' ms', digits: 0 }),
    row('key to first dropped packet, p95', [p95], { unit: ' ms', digits: 0, goal: { atMost: MOST_MS }, note }),
  ];
}
