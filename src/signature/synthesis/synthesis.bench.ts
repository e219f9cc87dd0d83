/**
 * What a rule costs: 50 000 rows, half of them attack with a fifth of good traffic, 25 attributes; CPU milliseconds, lowest and median of
 * many runs in one warm process. Bundle and run it with Node; compare runs of one machine only.
 */
import { PACKET_ATTRIBUTES } from '../attributes/packet-attributes.js';
import { Can } from '../backend.js';
import { contrastOf, type PlainRow } from '../contrast.fixture.js';
import type { Contrast } from '../contrast.js';
import { attackFractionOf } from '../diff/attack-fraction.js';
import { diffOf } from '../diff/diff.js';
import { clausesOf } from './clause-bits.js';
import { measure } from './measure.js';
import { synthesise } from './synthesise.js';
import {
  type Flood,
  floodTraffic,
  goodTraffic,
  mixedTraffic,
  randomOf,
  reflection,
  synFlood,
  udpFlood,
} from './traffic.fixture.js';

const ROWS = 25_000;
const ATTRIBUTES = 25;
const RUNS = 15;
const below = randomOf(7);

/** Attributes of a few values, the same on both sides, until there are 25. */
function filled(rows: readonly PlainRow[]): PlainRow[] {
  const has = new Set(rows.flatMap((row) => Object.keys(row.values)));
  const more = PACKET_ATTRIBUTES.filter(({ name, type }) => !has.has(name) && type !== 'text' && type !== 'prefix');
  const names = more.slice(0, ATTRIBUTES - has.size).map(({ name }) => name);
  return rows.map((row) => ({
    ...row,
    values: { ...row.values, ...Object.fromEntries(names.map((n) => [n, below(300)])) },
  }));
}

/** A copy without what is remembered about the first one. */
const fresh = (contrast: Contrast): Contrast => ({ ...contrast });

function cost(what: () => void): string {
  const times = Array.from({ length: RUNS }, () => {
    const start = process.cpuUsage();
    what();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  }).sort((a, b) => a - b);
  return `${(times[0] as number).toFixed(1)} / ${(times[RUNS >> 1] as number).toFixed(1)} ms`;
}

function run(name: string, flood: Flood): void {
  const attack = mixedTraffic(floodTraffic(flood, ROWS * 0.8, 2), goodTraffic(ROWS * 0.2, 3));
  const all = filled([...attack, ...goodTraffic(ROWS, 1)]);
  const contrast = contrastOf(all.slice(0, ROWS), all.slice(ROWS));
  const fraction = attackFractionOf(contrast);
  const found = synthesise(contrast, { backendMask: Can.nft });
  const rule = 'rule' in found ? found.rule : { clauses: [] };
  console.log(`${name}: ${contrast.columns.length} attributes, ${'rule' in found ? 'rule' : found.refused.code}`);
  console.log(`  synthesis ${cost(() => synthesise(fresh(contrast), { backendMask: Can.nft }))}`);
  console.log(`  diff      ${cost(() => diffOf(fresh(contrast)))}`);
  console.log(`  measure   ${cost(() => measure(contrast, clausesOf(contrast, rule), fraction))}`);
}

run('SYN flood', synFlood);
run('reflection', reflection);
run('UDP flood', udpFlood);
run('two vectors', (random, i) => (i % 5 < 2 ? reflection(random, i) : synFlood(random, i)));
