// npm run bench -- [sketch|decode|capture] [PACKETS]: speed of the hot path. Compare runs of one machine, made in turn.
//   sketch    one update of each table, ns
//   decode    reading and decoding a generated capture, ns a frame
//   capture   `ddostop report` against libpcap's empty read loop, run in turn, >= 5 pairs; writes bench/results.json
// The C programs (generator, empty loop) come from DDOSTOP_BENCH, by default ../shared/bench; they need cc and libpcap.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfNeeded, install, root } from './set-up.mjs';

const PAIRS = 5;
const cache = join(root, 'node_modules/.cache/ddostop-bench');
const sources = process.env.DDOSTOP_BENCH ?? join(root, '../shared/bench');

install();
const [what = 'sketch', packets = '2000000'] = process.argv.slice(2);
const benches = { sketch: benchSketch, decode: benchDecode, capture: benchCapture };
if (!(what in benches) || !/^[1-9][0-9]{2,8}$/.test(packets)) {
  console.error(
    `bench: expected sketch, decode or capture, then a number of packets; got "${process.argv.slice(2).join(' ')}"`,
  );
  process.exit(2);
}
mkdirSync(cache, { recursive: true });
await benches[what]();

async function runBundled(entry, args) {
  const { bundle } = await import('./build.mjs');
  const outfile = `dist/tools/${what}-bench.mjs`;
  await bundle(entry, outfile);
  run(process.execPath, [join(root, outfile), ...args], 'inherit');
}

async function benchSketch() {
  await runBundled('src/sketch/sketch.bench.ts', []);
}

async function benchDecode() {
  await runBundled('src/decode/decode.bench.ts', [capture('a')]);
}

/** Whole processes in turn, A B A B ..., medians of wall time, CPU and memory; ratio pair by pair. */
function benchCapture() {
  buildIfNeeded();
  const empty = compiled('noop_pcap', ['-lpcap']);
  const results = {};
  for (const kind of ['a', 'b', 'c', 'd']) {
    const file = capture(kind);
    const pairs = Array.from({ length: PAIRS }, () => [
      timed(process.execPath, [join(root, 'dist/ddostop.mjs'), 'report', '--format', 'json', file]),
      timed(empty, [file]),
    ]);
    const [ours, theirs] = [0, 1].map((side) => summary(pairs.map((pair) => pair[side])));
    const ratios = pairs.map(([a, b]) => a.wallSec / b.wallSec).sort((a, b) => a - b);
    results[kind] = { packets: Number(packets), ours, libpcapEmptyLoop: theirs, ratio: spread(ratios) };
    console.log(
      `${kind}: ddostop ${line(ours)} | libpcap ${line(theirs)} | ratio ${ratios.map((r) => r.toFixed(2)).join(' ')}`,
    );
  }
  mkdirSync(join(root, 'bench'), { recursive: true });
  writeFileSync(join(root, 'bench/results.json'), `${JSON.stringify({ capture: results }, null, 2)}\n`);
}

function timed(command, args) {
  const { stderr } = run('/usr/bin/time', ['-f', '%e %U %S %M', command, ...args], 'pipe');
  const [wallSec, userSec, systemSec, peakKib] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { wallSec, cpuSec: userSec + systemSec, peakMib: peakKib / 1024 };
}

function summary(runs) {
  const of = (key) => spread(runs.map((each) => each[key]).sort((a, b) => a - b)).median;
  return { wallSec: of('wallSec'), cpuSec: of('cpuSec'), peakMib: of('peakMib') };
}

function spread(sorted) {
  return { low: sorted[0], median: sorted[Math.floor(sorted.length / 2)], high: sorted.at(-1) };
}

function line({ wallSec, cpuSec, peakMib }) {
  return `${wallSec.toFixed(2)} s wall ${cpuSec.toFixed(2)} s cpu ${peakMib.toFixed(0)} MiB`;
}

/** Generated once, by kind: a SYN flood, b IMIX, c amplification, d IPv6 and VLAN. */
function capture(kind) {
  const file = join(cache, `${kind}-${packets}.pcap`);
  if (!existsSync(file)) run(compiled('gen', ['-lm']), [kind, packets, file], 'inherit');
  return file;
}

function compiled(name, libraries) {
  const program = join(cache, name);
  const source = join(sources, `${name}.c`);
  if (existsSync(program)) return program;
  if (!existsSync(source)) {
    console.error(`bench: no ${source}. Set DDOSTOP_BENCH to the folder with ${name}.c.`);
    process.exit(1);
  }
  run('cc', ['-O2', '-o', program, source, ...libraries], 'inherit');
  return program;
}

function run(command, args, stdio) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', stdio, stdio], encoding: 'utf8' });
  if (result.error?.code === 'ENOENT') {
    console.error(`bench: ${command} is missing. Install it (apt-get install time gcc libpcap-dev).`);
    process.exit(1);
  }
  if (result.status === 0) return result;
  console.error(`bench: ${command} ended with ${result.status ?? result.signal}. ${result.stderr ?? ''}`);
  process.exit(1);
}
