/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';
import { BenchError } from './bench-error.mjs';

export const BENCHES = {
  capture: 'report of whole captures against an empty libpcap loop and a C reference; peak memory',
  peers: 'report against tcpdump, tshark, nfpcapd, softflowd, argus and pcap-parser, on 1 M packets',
  accuracy: 'report against exact counts, over other seeds of the traffic and of the hashes',
  pipe: 'cat FILE | ddostop report - against cat FILE | tcpdump --count -r -',
  live: 'two network namespaces: ddostop, its screen, tcpdump and libpcap under the same sender (root)',
  ui: 'event loop, bytes, CPU and memory of the screen under full ingest; then a soak of --minutes',
  start: 'node -e 0, --version, a small report, the first frame',
  sketch: 'one update of each table, ns',
  windows: 'closing a second and reading each window, ms',
  targets: 'finding the rows of sixteen targets, ns a packet',
  payloads: 'what reading names, requests, hellos and SYNs costs, % of the data path',
  decode: 'reading and decoding, ns a frame',
  analysis: 'event loop of the screen while diffs are made, against none',
  edge: 'lines of an edge log, parsed and counted on one core; memory while 10 M URIs come once each',
  'netfilter-poll': 'watching 1000 and 10 000 rules of nft and iptables, share of one core (root)',
  mitigation: 'from the key to the first packet dropped, ms (root)',
  detection: 'first packet of an attack to the alarm, s, beside FastNetMon (root)',
  synthesis: 'a diff of 50 000 rows and the rule that follows, CPU ms',
};

export const HELP = `Usage: npm run bench -- NAME [options]

${Object.entries(BENCHES)
  .map(([name, what]) => `  ${name.padEnd(16)}${what}`)
  .join('\n')}
  all       all of them, one after the other

Options:
  --pairs N        runs of each side, in turn: A B A B ... (default 5)
  --packets N      packets of each generated capture (default: a 10 M, b 5 M, c 2 M, d 5 M; 1 M for peers), URIs for edge
  --files a,b      only these captures (capture, accuracy, pipe)
  --peers x,y      only these peers (peers)
  --seeds N        other seeds of the traffic (accuracy; default 3)
  --seconds N      seconds of load (live: 5, ui: 20, netfilter-poll: 60 a case)
  --minutes N      length of the soak (ui: 1; the acceptance run is 30)
  --program FILE   a built ddostop.cjs to measure, instead of building dist/ddostop.cjs
  -h, --help       this text

Captures, by seed: a SYN flood, 98 % of random sources; b IMIX of 50 000 flows; c DNS and NTP amplification; d as b,
half IPv6, a third with VLAN. They are made once, in DDOSTOP_BENCH_CACHE (default node_modules/.cache/ddostop-bench, which
npm ci empties): 6.1 GB at full size, 2 GB more while accuracy runs. They are read once before they are timed.
Generator, libpcap loop, C reference and sender come from DDOSTOP_BENCH (default ../shared/bench).
Peers, from Debian: apt-get install gcc libc6-dev libpcap-dev tcpdump tshark nfdump softflowd argus-server iproute2
One that is missing is skipped, with the line that installs it.

Results: a table on stdout, all figures in bench/results.json. The mark says whether the goal is met; a miss is no failure.
Exit codes: 0 measured; 1 could not measure; 2 wrong usage.
`;

const COUNTS = ['pairs', 'packets', 'seeds', 'seconds', 'minutes'];
const LISTS = { files: /^[abcd]$/, peers: /^[a-z0-9-]+$/ };
const LARGEST = 1_000_000_000;

/** `{ names, options }`; a BenchError says what is wrong with the words. */
export function parseCommand(words) {
  const { values, positionals } = parse(words);
  if (values.help) return { names: [], options: {}, isHelp: true };
  const [name, ...rest] = positionals;
  if (name === undefined) throw new BenchError('expected the name of a bench');
  if (rest.length > 0) throw new BenchError(`expected one bench, got "${positionals.join(' ')}"`);
  if (name !== 'all' && !(name in BENCHES)) throw new BenchError(`no bench is called "${name}"`);
  const options = { program: values.program };
  for (const key of COUNTS) options[key] = values[key] === undefined ? undefined : count(key, values[key]);
  for (const key of Object.keys(LISTS)) options[key] = values[key] === undefined ? undefined : list(key, values[key]);
  return { names: name === 'all' ? Object.keys(BENCHES) : [name], options, isHelp: false };
}

function parse(words) {
  const text = Object.fromEntries(
    [...COUNTS, ...Object.keys(LISTS), 'program'].map((key) => [key, { type: 'string' }]),
  );
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: { ...text, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new BenchError(error.message);
  }
}

function count(key, text) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= (key === 'seeds' ? 0 : 1) && value <= LARGEST) return value;
  throw new BenchError(`--${key}: expected a whole number, got "${text}"`);
}

function list(key, text) {
  const items = text.split(',');
  if (items.every((item) => LISTS[key].test(item))) return items;
  throw new BenchError(`--${key}: got "${text}"`);
}
