/**
 * Live capture between two network namespaces: every receiver in turn under the same load of 60-byte packets from random
 * sources. The senders share the cores, and the kernel's share of receiving is on theirs. Needs root.
 */
import { BenchError } from './lib/bench-error.mjs';
import { sleep } from './lib/measure.mjs';
import { cpuOfTree } from './lib/process-cpu.mjs';
import { receivers } from './lib/receivers.mjs';
import { row } from './lib/rows.mjs';
import { mean, median } from './lib/statistics.mjs';
import { hasTool } from './lib/tools.mjs';
import { VethPair } from './lib/veth-pair.mjs';

const SECONDS = 5;
const ROUNDS = 3;
const LOADS = [
  { name: '1 sender, 0.2 Mpps', senders: 1, pps: 200_000 },
  { name: '1 sender', senders: 1, pps: 0 },
  { name: '2 senders', senders: 2, pps: 0 },
];
const READY_MS = 15_000;
const POLL_MS = 50;
/** From the socket to the end of start-up; from the last packet to the last tick. */
const SETTLE_MS = 1500;

export default async function run(options) {
  if (!hasTool('ip')) return [];
  if (process.getuid() !== 0) throw new BenchError('network namespaces need root: sudo npm run bench -- live');
  const pair = new VethPair();
  try {
    const sides = receivers(options);
    const rows = [];
    for (const load of LOADS) rows.push(...rowsOf(load, sides, await measure(pair, load, sides, options)));
    return rows;
  } finally {
    pair.close();
  }
}

/** Runs of each receiver by name, made in turn. */
async function measure(pair, load, sides, options) {
  const runs = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < (options.pairs ?? ROUNDS); round += 1)
    for (const name of Object.keys(sides))
      runs[name].push(await receive(pair, load, sides[name], options.seconds ?? SECONDS));
  return runs;
}

async function receive(pair, { senders, pps }, side, seconds) {
  const receiver = await side.start(pair);
  try {
    await untilListening(pair, receiver);
    const before = cpuOfTree(receiver.pid);
    const sent = await pair.send(senders, seconds, pps);
    await sleep(SETTLE_MS);
    const cpuSec = cpuOfTree(receiver.pid) - before;
    return { sent, seconds, cpuSec, ...(await receiver.end()) };
  } finally {
    receiver.run.child.kill('SIGTERM');
  }
}

async function untilListening(pair, { run }) {
  const giveUpAt = Date.now() + READY_MS;
  while (!pair.isListening()) {
    if (Date.now() > giveUpAt || run.child.exitCode !== null)
      throw new BenchError(`no packet socket: ${run.argv.join(' ')}: ${run.stderr}`);
    await sleep(POLL_MS);
  }
  await sleep(SETTLE_MS);
}

function rowsOf(load, sides, runs) {
  const isLossless = runs.libpcap.every(({ dropped }) => dropped === 0);
  return Object.entries(sides).flatMap(([name, side]) => {
    const each = runs[name];
    const mayNotDrop = side.isOurs && !side.mayDrop && isLossless;
    const dropped = row(
      `${load.name}: ${name}, dropped`,
      each.map((run) => (run.dropped / run.sent) * 100),
      { unit: ' %', digits: 4, goal: mayNotDrop ? { atMost: 0 } : null, worst: true, note: noteOf(each) },
    );
    const unaccounted = row(
      `${load.name}: ${name}, sent - received - dropped`,
      each.map((run) => Math.abs(run.sent - run.received - run.dropped)),
      { unit: ' packets', digits: 0, goal: side.isOurs ? { atMost: 0 } : null, worst: true, isDetail: true },
    );
    return [dropped, unaccounted];
  });
}

function noteOf(runs) {
  const middle = (figure) => median(runs.map(figure));
  const offered = middle(({ sent, seconds }) => sent / seconds / 1e6).toFixed(2);
  const received = middle((run) => run.received / run.seconds / 1e6).toFixed(2);
  const corePercent = mean(runs.map(({ cpuSec, seconds }) => (cpuSec / seconds) * 100)).toFixed(0);
  const dropped = Math.max(...runs.map((run) => run.dropped));
  return `offered ${offered}, received ${received} Mpps, dropped up to ${dropped}, CPU ${corePercent} % of a core`;
}
