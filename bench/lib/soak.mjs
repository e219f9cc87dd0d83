/** Memory and open handles of a running screen over time: a leak is a slope that its own error does not explain. */
import { readdirSync, readFileSync } from 'node:fs';
import { BenchError } from './bench-error.mjs';
import { sleep } from './measure.mjs';
import { row } from './rows.mjs';
import { quit } from './screen-run.mjs';
import { blockMeans, regression } from './statistics.mjs';

const EVERY_MS = 1000;
/** Compiling and the first collections are no leak. */
const WARM_SHARE = 0.2;
/** Memory of one second depends on that of the one before: means of long blocks do so less. */
const BLOCKS = 30;

/** Rows; ends the program after `minutes`. */
export async function soak(run, minutes) {
  const { pid } = await run.started;
  const points = [];
  const handles = [];
  const startMs = performance.now();
  const elapsedMinutes = () => (performance.now() - startMs) / 60_000;
  while (elapsedMinutes() < minutes) {
    await sleep(EVERY_MS);
    run.chunks.length = 0; // nobody reads them
    const now = usedBy(pid);
    if (now === null) break; // it has ended: quit() says how
    points.push([elapsedMinutes(), now.residentMib]);
    handles.push(now.handles);
  }
  await quit(run);
  if (points.length < BLOCKS) throw new BenchError(`the soak ended after ${points.length} s`);
  const settled = points.slice(Math.floor(points.length * WARM_SHARE));
  const { slope, standardError } = regression(blockMeans(settled, BLOCKS));
  const settledHandles = handles.slice(-settled.length);
  const text = `soak of ${minutes} min`;
  return [
    row(`${text}: growth of memory`, [slope], {
      unit: ' MiB/min',
      digits: 3,
      goal: { atMost: 2 * standardError },
      note: `standard error ${standardError.toFixed(3)}; goal: two of them`,
    }),
    row(
      `${text}: memory`,
      settled.map(([, mib]) => mib),
      { unit: ' MiB', digits: 1 },
    ),
    row(`${text}: open handles more at the end`, [settledHandles.at(-1) - settledHandles[0]], {
      digits: 0,
      goal: { atMost: 0 },
      note: `${Math.min(...settledHandles)} to ${Math.max(...settledHandles)}`,
    }),
  ];
}

/** null when the process is gone, or a zombie. */
function usedBy(pid) {
  try {
    const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined
      ? null
      : { residentMib: Number(kib) / 1024, handles: readdirSync(`/proc/${pid}/fd`).length };
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(error.code)) return null;
    throw error;
  }
}
