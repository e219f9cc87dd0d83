/**
 * Does the screen feel an analysis? The demo on its diff screen while the first attack lasts: `d` every two seconds, against `d` once. The
 * rows go from worker to worker through the main thread, and the analyst wants a core.
 */
import { BenchError } from './lib/bench-error.mjs';
import { sleep } from './lib/measure.mjs';
import { startProbed } from './lib/probed.mjs';
import { row } from './lib/rows.mjs';
import { firstFrameNs } from './lib/screen-run.mjs';
import { mean } from './lib/statistics.mjs';

const PAIRS = 3;
/** The demo's first attack goes from second 15 to 38. */
const FIRST_DIFF_MS = 18_000;
const MEASURED_MS = [20_000, 37_000];
const EVERY_MS = 2000;
const DIFF = 'd';
/** Where q is the end of the program. */
const OVERVIEW = '1';
/** Part of every delay: 1.08 ms is an idle loop. */
const PROBE_DELAY_MS = 1;
const MAX_DELAY_OVER_MS = 2;

export default async function run(options) {
  const [again, once] = [[], []];
  for (let pair = 0; pair < (options.pairs ?? PAIRS); pair += 1) {
    again.push(await observe(options, true));
    once.push(await observe(options, false));
  }
  const of = (runs, key) => runs.map((each) => each[key]);
  const ms = { unit: ' ms' };
  const over = again.map((each, pair) => each.p99 - once[pair].p99);
  return [
    row('loop delay p99, a diff every 2 s over none', over, { ...ms, goal: { atMost: MAX_DELAY_OVER_MS } }),
    row('a diff every 2 s: loop delay p99', of(again, 'p99'), {
      ...ms,
      note: `${of(again, 'diffs').join(', ')} diffs`,
    }),
    row('none: loop delay p99', of(once, 'p99'), ms),
    row('a diff every 2 s: loop delay, longest', of(again, 'max'), ms),
    row('none: loop delay, longest', of(once, 'max'), ms),
  ];
}

async function observe(options, isAgain) {
  const probed = startProbed(options, ['demo'], { delayMs: PROBE_DELAY_MS });
  const startMs = performance.now();
  const until = (ms) => sleep(Math.max(0, startMs + ms - performance.now()));
  await firstFrameNs(probed.run);
  await until(FIRST_DIFF_MS);
  probed.run.keys(DIFF);
  for (let atMs = MEASURED_MS[0]; atMs < MEASURED_MS[1]; atMs += EVERY_MS) {
    await until(atMs);
    if (isAgain) probed.run.keys(DIFF);
  }
  await until(MEASURED_MS[1]);
  probed.run.keys(OVERVIEW);
  await sleep(EVERY_MS);
  const lines = (await probed.end()).lines.filter(({ atMs }) => atMs > MEASURED_MS[0] && atMs <= MEASURED_MS[1]);
  const diffs = lines.at(-1)?.diffs ?? 0;
  if (diffs < (isAgain ? 3 : 1)) throw new BenchError(`the demo made ${diffs} diffs`);
  return { p99: mean(lines.map(({ p99 }) => p99)), max: Math.max(...lines.map(({ max }) => max)), diffs };
}
