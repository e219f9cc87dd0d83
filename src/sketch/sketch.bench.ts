/**
 * Cost of one update of each table, in ns: random keys (a spoofed flood, every update a miss), and one key (a target).
 * Run by `npm run bench -- sketch`; compare runs of one machine only.
 */
import { DecayTable } from './decay-table.js';
import { DirectTable } from './direct-table.js';
import { nextRandom } from './hash.js';
import { HyperLogLog } from './hyper-log-log.js';

const ROWS = 2048;
const WARM_ROUNDS = 300;
const ROUNDS = 3000;

const keys = new Int32Array(ROWS * 4);
const ports = new Int32Array(ROWS);
const oneKey = new Int32Array(ROWS).fill(7);
const bytes = new Float64Array(ROWS).fill(64);
let random = 42;

function refill(): void {
  for (let i = 0; i < keys.length; i += 1) {
    random = nextRandom(random);
    keys[i] = random;
  }
  for (let i = 0; i < ROWS; i += 1) ports[i] = (keys[i] as number) & 0xffff;
}

/** Median and first quintile over the rounds: the machine is rarely quiet. */
function measure(name: string, update: () => void): void {
  const nanoseconds: number[] = [];
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round += 1) {
    refill();
    const startMs = performance.now();
    update();
    if (round >= WARM_ROUNDS) nanoseconds.push(((performance.now() - startMs) * 1e6) / ROWS);
  }
  nanoseconds.sort((a, b) => a - b);
  const [low, middle] = [0.2, 0.5].map((share) => (nanoseconds[Math.floor(ROUNDS * share)] as number).toFixed(1));
  console.log(`${name.padEnd(34)} p20 ${low?.padStart(6)} ns   median ${middle?.padStart(6)} ns`);
}

const addresses = new DecayTable(4096, 1, 7);
const flows = new DecayTable(4096, 4, 9);
const direct = new DirectTable(65536);
const distinct = new HyperLogLog();
measure('decay table, one word, random', () => addresses.addRows(keys, bytes, ROWS, 1));
measure('decay table, one word, one key', () => addresses.addRows(oneKey, bytes, ROWS, 1));
measure('decay table, four words, random', () => flows.addRows(keys, bytes, ROWS, 1));
measure('direct table, random ports', () => direct.addRows(ports, bytes, ROWS, 1));
measure('HyperLogLog, one word, random', () => distinct.addWords(keys, ROWS, 3));
measure('HyperLogLog, four words, random', () => distinct.addFourWords(keys, ROWS, 3));
