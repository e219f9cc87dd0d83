/** What an analysis of 50 000 rows costs in a warm worker (src/signature/synthesis/synthesis.bench.ts), CPU of the whole process. */
import { linesOfBundled } from './lib/bundled.mjs';
import { row } from './lib/rows.mjs';
import { spread } from './lib/statistics.mjs';

const WORDS = {
  pack: { name: 'rows packed', atMost: null },
  table: { name: 'table of codes', atMost: null },
  diff: { name: 'diff', atMost: 50 },
  synthesis: { name: 'synthesis', atMost: 200 },
  measure: { name: 'edited rule', atMost: 20 },
};

export default async function run() {
  const figures = await linesOfBundled('src/signature/synthesis/synthesis.bench.ts', 'synthesis-bench');
  return figures.map(({ what, traffic, cpuMs, wallMs, note }) => {
    const { name, atMost } = WORDS[what];
    const rest = [`first ${cpuMs[0].toFixed(0)}`, `wall ${spread(wallMs).median.toFixed(1)} ms`, note ?? ''];
    return row(`${name}: ${traffic}`, cpuMs, {
      unit: ' ms',
      digits: 1,
      goal: atMost === null ? null : { atMost },
      note: rest.filter((text) => text !== '').join(', '),
    });
  });
}
