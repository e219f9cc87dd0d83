/**
 * The bounded tables against exact counts (bench/native/exact.c): recall of the largest 100, errors of their counts, distinct
 * keys. Every report is a process with hash seeds of its own; the traffic is made by the generator's seed and by others.
 * A key that ties with the 100th is as good as the 100th. Errors are those of the keys that were found.
 */

import { compiled } from './lib/compile.mjs';
import { distinctError, topError } from './lib/count-errors.mjs';
import { timed } from './lib/measure.mjs';
import { reportCommand } from './lib/program.mjs';
import { row } from './lib/rows.mjs';
import { capture, KINDS, removeCapture } from './lib/workloads.mjs';

const TOP = 100;
const OTHER_SEEDS = 3;
const REPORTS = 3;
const RANKED = ['sources', 'targets', 'sourcePrefixes', 'targetPrefixes', 'sourcePorts', 'targetPorts'];
/** Of a flood of random sources nothing but the sources has heavy keys: the 100th prefix has six packets. */
const RANKED_OF = { a: ['sources'], c: ['sources'] };
const MIN_RECALL = 100;
const MAX_MEAN_PERCENT = 0.2;
const MAX_PERCENT = 3;
const MAX_DISTINCT_PERCENT = 1;

export default function run(options) {
  const rows = [];
  for (const kind of options.files ?? ['a', 'b']) {
    for (let seed = 0; seed <= (options.seeds ?? OTHER_SEEDS); seed += 1) {
      const file = capture(kind, options.packets ?? KINDS[kind].packets, seed);
      rows.push(...rowsOf(file, `${kind}${seed === 0 ? '' : ` seed ${seed}`}`, options));
      if (seed > 0) removeCapture(file);
    }
  }
  return rows;
}

function rowsOf(file, name, options) {
  const reports = Array.from({ length: options.pairs ?? REPORTS }, () => reportOf(file, options));
  return [...RANKED, 'flows'].flatMap((dimension) => {
    const truth = truthOf(dimension, file.path);
    const isRanked = dimension !== 'flows' && (RANKED_OF[file.kind] ?? RANKED).includes(dimension);
    return [
      ...(isRanked ? ['packets', 'bytes'].flatMap((unit) => topRows(name, dimension, unit, truth, reports)) : []),
      distinctRow(name, dimension, truth, reports),
    ];
  });
}

function reportOf({ path }, options) {
  return JSON.parse(timed(reportCommand(options, '--top', String(TOP), path), { keep: true }).stdout).outer;
}

/** `{ distinct, packets, bytes }`: the last two are maps from key to exact count, ties with the 100th included. */
function truthOf(dimension, path) {
  const truth = { distinct: 0, packets: new Map(), bytes: new Map() };
  for (const line of timed([compiled('exact'), dimension, String(TOP), path], { keep: true })
    .stdout.trim()
    .split('\n')) {
    const [what, key, packets, bytes] = line.split(' ');
    if (what === 'distinct') truth.distinct = Number(key);
    else truth[what].set(key, Number(what === 'packets' ? packets : bytes));
  }
  return truth;
}

function topRows(name, dimension, unit, truth, reports) {
  const list = unit === 'packets' ? 'byPackets' : 'byBytes';
  const errors = reports.map((report) => topError(report[dimension][list], unit, truth[unit], TOP));
  const text = `${name} ${dimension}, ${unit}`;
  const values = (key) => errors.map((error) => error[key]);
  const percent = { unit: ' %', worst: true, isDetail: dimension !== 'sources' || unit === 'bytes' };
  return [
    row(`${text}: recall`, values('recall'), { ...percent, digits: 0, goal: { atLeast: MIN_RECALL } }),
    row(`${text}: mean error`, values('mean'), { ...percent, digits: 3, goal: { atMost: MAX_MEAN_PERCENT } }),
    row(`${text}: largest error`, values('max'), { ...percent, digits: 2, goal: { atMost: MAX_PERCENT } }),
  ];
}

function distinctRow(name, dimension, truth, reports) {
  const errors = reports.map((report) => distinctError(report[dimension].distinct, truth.distinct));
  const goal = { atMost: MAX_DISTINCT_PERCENT };
  const note = `${truth.distinct} keys`;
  const isDetail = dimension !== 'sources';
  return row(`${name} ${dimension}: distinct error`, errors, { unit: ' %', worst: true, goal, note, isDetail });
}
