/**
 * Time from the first packet of an attack to the alarm: FastNetMon and ddostop at once on the same interface, with the same floor. Each onset hits an
 * address of its own, so that no alarm stands in the way of the next; a little good traffic runs all the time. Needs root.
 */
import { BenchError } from './lib/bench-error.mjs';
import { fastnetmon, ours } from './lib/detectors.mjs';
import { sleep } from './lib/measure.mjs';
import { row } from './lib/rows.mjs';
import { hasTool } from './lib/tools.mjs';
import { VethPair } from './lib/veth-pair.mjs';

/** Both take this many packets a second to one address for an attack. */
const FLOOR_PPS = 4000;
const GOOD = { prefix: '198.51.100.192/26', pps: 500 };
/** Times the floor; goals are seconds, median. */
const RATES = [
  { times: 1.2, goalSec: 1.6, giveUpSec: 14 },
  { times: 2, goalSec: 1.3, giveUpSec: 10 },
  { times: 5, goalSec: 1.0, giveUpSec: 8 },
  { times: 20, goalSec: 0.8, giveUpSec: 6 },
];
const ONSETS = 20;
/** Averages of five seconds are to forget what starting up did to them. */
const WARM_UP_MS = 12_000;

export default async function run(options) {
  if (process.getuid() !== 0) throw new BenchError('network namespaces need root: sudo npm run bench -- detection');
  if (!hasTool('ip')) return [];
  const pair = new VethPair();
  const detectors = {};
  try {
    detectors.ddostop = ours(pair, options, FLOOR_PPS);
    if (hasTool('fastnetmon')) detectors.FastNetMon = fastnetmon(pair, FLOOR_PPS);
    const good = pair.flood(GOOD.prefix, 86_400, GOOD.pps);
    await sleep(WARM_UP_MS);
    const figures = await measure(pair, detectors, options.pairs ?? ONSETS);
    good.stop();
    return rowsOf(figures, Object.keys(detectors));
  } finally {
    for (const detector of Object.values(detectors)) detector.stop();
    pair.close();
  }
}

/** Rates in turn, so that a slow minute of the machine meets all of them. */
async function measure(pair, detectors, onsets) {
  const figures = new Map(RATES.map((rate) => [rate, []]));
  let host = 1;
  for (let i = 0; i < onsets; i += 1) {
    for (const rate of RATES) {
      await sleep(200 + Math.random() * 1000);
      figures.get(rate).push(await onset(pair, detectors, `198.51.100.${host}`, rate));
      host += 1;
      if (host > 190) throw new BenchError('more onsets than addresses: at most 47 of each rate');
    }
  }
  return figures;
}

/** Seconds to the alarm by detector; Infinity when there was none. */
async function onset(pair, detectors, target, { times, giveUpSec }) {
  const flood = pair.flood(target, giveUpSec, FLOOR_PPS * times);
  const first = await flood.first;
  const giveUpAt = (first + giveUpSec) * 1000;
  const names = Object.keys(detectors);
  while (Date.now() < giveUpAt && !names.every((name) => detectors[name].alarms.has(target))) await sleep(20);
  flood.stop();
  return Object.fromEntries(
    names.map((name) => [name, (detectors[name].alarms.get(target) ?? Number.POSITIVE_INFINITY) - first]),
  );
}

function rowsOf(figures, names) {
  return [...figures].flatMap(([{ times, goalSec }, onsets]) =>
    names.map((name) => {
      const seconds = onsets.map((each) => each[name]);
      const missed = seconds.filter((sec) => sec === Number.POSITIVE_INFINITY).length;
      const early = onsets.filter((each) => each[name] <= Math.min(...names.map((other) => each[other]))).length;
      return row(`${times}x the floor: ${name}`, seconds, {
        unit: ' s',
        goal: name === 'ddostop' ? { atMost: goalSec } : null,
        note: `${missed} without an alarm, first in ${early} of ${onsets.length}`,
      });
    }),
  );
}
