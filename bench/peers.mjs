/** `ddostop report` against other tools on captures that all of them can take in a minute. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from './lib/bench-error.mjs';
import { ratios, rounds, timed } from './lib/measure.mjs';
import { cache, root } from './lib/paths.mjs';
import { reportCommand } from './lib/program.mjs';
import { costRow, row } from './lib/rows.mjs';
import { hasTool } from './lib/tools.mjs';
import { capture } from './lib/workloads.mjs';

const PACKETS = 1_000_000;
/** Ten seconds and more a run: fewer pairs unless asked for. */
const SLOW_PAIRS = 3;

const PEERS = {
  nfpcapd: {
    tool: 'nfpcapd',
    kind: 'a',
    atLeast: 15,
    argv: (file) => ['nfpcapd', '-r', file, '-w', emptyFolder('nfpcapd')],
  },
  softflowd: { tool: 'softflowd', kind: 'a', atLeast: 18, argv: softflowd },
  argus: { tool: 'argus', kind: 'b', atLeast: 6, argv: (file) => ['argus', '-r', file, '-w', '/dev/null'] },
  'tcpdump-q': { tool: 'tcpdump', kind: 'b', atLeast: 3.5, argv: (file) => ['tcpdump', '-nn', '-q', '-t', '-r', file] },
  tcpdump: { tool: 'tcpdump', kind: 'a', atLeast: 100, slow: true, argv: (file) => ['tcpdump', '-nn', '-r', file] },
  tshark: { tool: 'tshark', kind: 'a', atLeast: 60, slow: true, argv: tshark },
  'pcap-parser': { tool: null, kind: 'a', atLeast: 3.5, argv: pcapParser },
};

export default function run(options) {
  const names = options.peers ?? Object.keys(PEERS);
  const unknown = names.find((name) => !(name in PEERS));
  if (unknown !== undefined)
    throw new BenchError(`--peers: no "${unknown}", there are ${Object.keys(PEERS).join(', ')}`);
  return names.flatMap((name) => rowsOf(name, PEERS[name], options));
}

function rowsOf(name, { tool, kind, atLeast, slow = false, argv }, options) {
  if (tool !== null && !hasTool(tool)) return [];
  const file = capture(kind, options.packets ?? PACKETS);
  const results = rounds(options.pairs ?? (slow ? SLOW_PAIRS : 5), [
    () => timed(reportCommand(options, file.path)),
    () => timed(argv(file.path)),
  ]);
  const note = slow && options.pairs === undefined ? `${SLOW_PAIRS} pairs: the peer is slow` : '';
  return [
    row(`${tool === null ? name : commandText(argv)}, ${file.name}`, ratios(results, 1, 0), {
      unit: 'x',
      digits: 1,
      goal: { atLeast },
      note,
    }),
    costRow(
      '  ddostop report',
      results.map(([ours]) => ours),
    ),
    costRow(
      `  ${name}`,
      results.map(([, theirs]) => theirs),
    ),
  ];
}

function commandText(argv) {
  return argv('FILE')
    .filter((word) => !word.includes('/'))
    .join(' ');
}

function emptyFolder(name) {
  const folder = join(cache, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return folder;
}

/** No -p and -c: with a control socket it waits for commands after the end of the file. */
function softflowd(file) {
  return ['softflowd', '-r', file, '-d', '-m', '1000000'];
}

function tshark(file) {
  return ['tshark', '-nn', '-q', '-z', 'endpoints,ip', '-r', file];
}

/** It counts packets and does nothing else. */
const COUNT_WITH_PCAP_PARSER = `
const parser = require(process.argv[3]).parse(process.argv[2]);
let count = 0;
parser.on('packet', () => { count += 1; });
parser.on('end', () => console.log(count));
`;

function pcapParser(file) {
  const script = join(cache, 'pcap-parser.cjs');
  writeFileSync(script, COUNT_WITH_PCAP_PARSER);
  return [process.execPath, script, file, join(root, 'node_modules/pcap-parser')];
}
