/** Lines of an edge's log: what one core takes, and what memory it takes when nothing comes twice (src/pipeline/edge-lines.bench.ts). */
import { linesOfBundled } from './lib/bundled.mjs';
import { row } from './lib/rows.mjs';

const ENTRY = 'src/pipeline/edge-lines.bench.ts';
const DISTINCT = 10_000_000;
/** Lines, tables and rows are some 70 MiB; the rest is the garbage of the bench, which makes its lines as it goes. */
const MOST_MIB = 256;

export default async function run({ packets = DISTINCT }) {
  const rates = await linesOfBundled(ENTRY, 'edge-lines-bench', ['rate']);
  const [memory] = await linesOfBundled(ENTRY, 'edge-lines-bench', ['memory', String(packets)]);
  const [first, ...rest] = memory.atMillions;
  return [
    ...rates.map(({ kind, perSec, bytesALine }) =>
      row(kind, perSec, {
        unit: ' records/s',
        digits: 0,
        goal: kind === 'parsed' ? null : { atLeast: 100_000 },
        note: `${bytesALine.toFixed(0)} bytes a line`,
      }),
    ),
    row(`resident, ${packets} distinct URIs`, [memory.mostMib], {
      unit: ' MiB',
      digits: 0,
      goal: { atMost: MOST_MIB },
      note: `${first} at the begin, ${rest.at(-1) ?? first} after the last million; counted ${memory.counted}`,
    }),
    row('the same, a second', [memory.perSec], { unit: ' records/s', digits: 0, note: 'making the lines included' }),
  ];
}
