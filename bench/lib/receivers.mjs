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

/** The same for all: kernel buffer of 32 MiB, 256 bytes of each packet. */
const BUFFER_KIB = '32768';
const TCPDUMP = ['tcpdump', '-i', INTERFACE, '-n', '-w', '/dev/null', '-s', '256', '-B', BUFFER_KIB, '-Q', 'in'];
/** The smallest ring that live capture takes: drops are certain, and must add up. */
const STARVED_KIB = '128';
/** A live report asks for an end; SIGINT comes first. */
const UNTIL_SIGINT = ['--duration', '1h'];

/** Name → `start`, a function of the namespaces. `mayDrop`: no goal for what it drops. */
export function receivers(options) {
  return {
    libpcap: { isOurs: false, start: (pair) => plain([...pair.inside, compiled('count_live'), INTERFACE], ofJson) },
    ...(hasTool('tcpdump') ? { 'tcpdump -w': { isOurs: false, start: tcpdump } } : {}),
    ...(canChoose(options) ? chosen(options) : ours(options, '', [])),
  };
}

/** A program to compare with may be older than the packet ring. */
function canChoose({ program }) {
  return spawnSync(process.execPath, [program, 'report', '--help'], { encoding: 'utf8' }).stdout.includes('--capture');
}

function chosen(options) {
  const starved = ['--capture', 'ring', '--buffer', STARVED_KIB];
  return {
    ...ours(options, ', ring', ['--capture', 'ring', '--buffer', BUFFER_KIB]),
    ...ours(options, ', tcpdump', ['--capture', 'tcpdump', '--buffer', BUFFER_KIB]),
    'report -i, starved ring': { isOurs: true, mayDrop: true, start: (pair) => report(pair, options, starved) },
  };
}

function ours(options, how, words) {
  return {
    [`report -i${how}`]: { isOurs: true, start: (pair) => report(pair, options, words) },
    [`screen -i${how}`]: { isOurs: true, start: (pair) => screen(pair, options, words) },
  };
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

async function screen(pair, options, words) {
  const probed = startProbed(options, ['-i', INTERFACE, '--read-only', ...words], {
    before: pair.inside,
    delayMs: 1000,
  });
  const { pid } = await probed.run.started;
  const end = async () => {
    const { totals } = (await probed.end()).lines.at(-1);
    return { received: totals.packets, dropped: totals.dropped };
  };
  return { pid, run: probed.run, end };
}
