/**
 * The screen at 120x40 while the worker reads a SYN flood again and again: at full speed, and at a hundredth of its own speed
 * (10 000 packets a second: the screen changes as much, the worker has nothing to do). Then a soak at full speed.
 */
import { sleep } from './lib/measure.mjs';
import { startProbed } from './lib/probed.mjs';
import { cpuOfTree } from './lib/process-cpu.mjs';
import { row } from './lib/rows.mjs';
import { firstFrameNs, quit, startScreen } from './lib/screen-run.mjs';
import { soak } from './lib/soak.mjs';
import { mean } from './lib/statistics.mjs';
import { capture } from './lib/workloads.mjs';

const PACKETS = 1_000_000;
const SECONDS = 20;
const PAIRS = 3;
const SOAK_MINUTES = 1;
const FULL = ['--loop', '--speed', 'max'];
const SCREEN_ONLY = ['--loop', '--speed', '0.01'];
/** Part of every delay: 1.08 ms is an idle loop. */
const PROBE_DELAY_MS = 1;
/** The first seconds compile; the last one is cut. */
const WARM_SECONDS = 3;
const MAX_DELAY_OVER_MS = 2;
const MAX_PEAK_MIB = 140;
const MAX_FIRST_FRAME_MS = 300;
const MAX_SCREEN_CORE_PERCENT = 3;

export default async function run(options) {
  const { path } = capture('a', options.packets ?? PACKETS);
  const seconds = Math.max(options.seconds ?? SECONDS, WARM_SECONDS + 2);
  const [full, screenOnly] = [[], []];
  for (let pair = 0; pair < (options.pairs ?? PAIRS); pair += 1) {
    full.push(await observe(options, ['-r', path, ...FULL], seconds));
    screenOnly.push(await observe(options, ['-r', path, ...SCREEN_ONLY], seconds));
  }
  const over = full.map((each, pair) => each.p99 - screenOnly[pair].p99);
  return [
    row('loop delay p99, full ingest over screen only', over, ms(MAX_DELAY_OVER_MS)),
    ...sideRows('full ingest', full, null),
    ...sideRows('screen only', screenOnly, MAX_SCREEN_CORE_PERCENT),
    ...(await soak(
      startScreen([process.execPath, options.program, '-r', path, ...FULL]),
      options.minutes ?? SOAK_MINUTES,
    )),
  ];
}

const ms = (atMost) => ({ unit: ' ms', goal: atMost === null ? null : { atMost } });

function sideRows(name, runs, maxCorePercent) {
  const of = (key) => runs.map((each) => each[key]);
  const coreGoal = maxCorePercent === null ? null : { atMost: maxCorePercent };
  return [
    row(`${name}: loop delay p99`, of('p99'), ms(null)),
    row(`${name}: loop delay, longest`, of('max'), ms(null)),
    row(`${name}: packets read`, of('mpps'), { unit: ' Mpps' }),
    row(`${name}: sent to the terminal`, of('bytesPerSec'), { unit: ' B/s', digits: 0 }),
    row(`${name}: CPU of a core`, of('corePercent'), { unit: ' %', digits: 1, goal: coreGoal }),
    row(`${name}: peak memory`, of('peakMib'), {
      unit: ' MiB',
      digits: 1,
      goal: { atMost: MAX_PEAK_MIB },
      worst: true,
    }),
    row(`${name}: first frame`, of('firstFrameMs'), { unit: ' ms', digits: 0, goal: { atMost: MAX_FIRST_FRAME_MS } }),
  ];
}

/** The delay of the loop comes from a run with the probe inside, what the screen costs from one without. */
async function observe(options, words, seconds) {
  return { ...(await delays(options, words, seconds)), ...(await costs(options, words, seconds)) };
}

async function delays(options, words, seconds) {
  const probed = startProbed(options, words, { delayMs: PROBE_DELAY_MS });
  await firstFrameNs(probed.run);
  await sleep(seconds * 1000);
  const settled = (await probed.end()).lines.slice(WARM_SECONDS, -1);
  const [first, last] = [settled[0], settled.at(-1)];
  return {
    p99: mean(settled.map(({ p99 }) => p99)),
    max: Math.max(...settled.map(({ max }) => max)),
    mpps: (last.totals.packets - first.totals.packets) / (last.atMs - first.atMs) / 1000,
  };
}

async function costs({ program }, words, seconds) {
  const run = startScreen([process.execPath, program, ...words]);
  const { pid, startNs } = await run.started;
  const firstFrameMs = Number((await firstFrameNs(run)) - BigInt(startNs)) / 1e6;
  await sleep(WARM_SECONDS * 1000);
  const [fromNs, fromCpuSec] = [process.hrtime.bigint(), cpuOfTree(pid)];
  await sleep((seconds - WARM_SECONDS) * 1000);
  const [toNs, toCpuSec] = [process.hrtime.bigint(), cpuOfTree(pid)];
  const spanSec = Number(toNs - fromNs) / 1e9;
  const { peakMib } = await quit(run);
  return {
    firstFrameMs,
    peakMib,
    corePercent: ((toCpuSec - fromCpuSec) / spanSec) * 100,
    bytesPerSec: bytesBetween(run.chunks, fromNs, toNs) / spanSec,
  };
}

function bytesBetween(chunks, fromNs, toNs) {
  return chunks.filter(({ atNs }) => atNs >= fromNs && atNs < toNs).reduce((sum, { data }) => sum + data.length, 0);
}
