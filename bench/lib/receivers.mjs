/**
 * What receives in the live bench. Each starts and gives `{ pid, run, end }`; `end` resolves with `{ received, dropped }`:
 * packets it saw and packets the kernel says it did not.
 */
import { spawnSync } from 'node:child_process';
import { BenchError } from './bench-error.mjs';
import { compiled } from './compile.mjs';
import { start, stdoutOf } from './measure.mjs';
import { startProbed } from './probed.mjs';
import { hasTool } from './tools.mjs';
import { INTERFACE } from './veth-pair.mjs';

/** As libpcap's other receivers here: 32 MiB of kernel buffer, 256 bytes of each packet. */
const TCPDUMP = ['tcpdump', '-i', INTERFACE, '-n', '-w', '/dev/null', '-s', '256', '-B', '32768', '-Q', 'in'];

/** A live report asks for an end; SIGINT comes first. */
const UNTIL_SIGINT = ['--duration', '1h'];

/** Name → function of the namespace; our own are marked. */
export function receivers(options) {
  const all = {
    libpcap: { isOurs: false, start: (pair) => plain([...pair.inside, compiled('count_live'), INTERFACE], ofJson) },
    ...(hasTool('tcpdump') ? { 'tcpdump -w': { isOurs: false, start: tcpdump } } : {}),
    'ddostop report -i': { isOurs: true, start: (pair) => report(pair, options, []) },
    'ddostop -i, screen': { isOurs: true, start: (pair) => screen(pair, options) },
  };
  const smallest = starvedRing(options);
  if (smallest !== null)
    all[`ddostop report -i ${smallest.join(' ')}`] = {
      isOurs: true,
      isStarved: true,
      start: (pair) => report(pair, options, smallest),
    };
  return all;
}

function tcpdump(pair) {
  return plain([...pair.inside, ...TCPDUMP], (run) => ({
    received: counted(run.stderr, /(\d+) packets? captured/),
    dropped: counted(run.stderr, /(\d+) packets? dropped by kernel/),
  }));
}

function report(pair, { program }, words) {
  const argv = [
    ...pair.inside,
    process.execPath,
    program,
    'report',
    '--format',
    'json',
    '-i',
    INTERFACE,
    ...UNTIL_SIGINT,
    ...words,
  ];
  return plain(argv, (run) => {
    const { packets, counters } = JSON.parse(stdoutOf(run));
    return { received: packets, dropped: counters.dropped };
  });
}

function ofJson(run) {
  return JSON.parse(stdoutOf(run));
}

function counted(text, pattern) {
  const found = pattern.exec(text);
  if (found === null) throw new BenchError(`no ${pattern} in "${text}"`);
  return Number(found[1]);
}

/** A program without a screen: SIGINT ends it, then `figures` reads what it printed. */
async function plain(argv, figures) {
  const run = start(argv);
  const { pid } = await run.started;
  const end = async () => {
    process.kill(pid, 'SIGINT');
    const { code } = await run.ended;
    if (code !== 0) throw new BenchError(`${argv.join(' ')} ended with ${code}: ${run.stderr}`);
    return figures(run);
  };
  return { pid, run, end };
}

async function screen(pair, options) {
  const probed = startProbed(options, ['-i', INTERFACE, '--read-only'], { before: pair.inside, delayMs: 1000 });
  const { pid } = await probed.run.started;
  const end = async () => {
    const { totals } = (await probed.end()).lines.at(-1);
    return { received: totals.packets, dropped: totals.dropped };
  };
  return { pid, run: probed.run, end };
}

/** The words for the smallest ring that live capture takes, null where it has none: drops are certain, and must add up. */
function starvedRing({ program }) {
  const { stdout } = spawnSync(process.execPath, [program, 'report', '--help'], { encoding: 'utf8' });
  return /--ring-mib\b/.test(stdout) ? ['--ring-mib', '1'] : null;
}
