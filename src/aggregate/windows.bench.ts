/**
 * Cost of closing a second and of reading each window, in ms, of all dimensions of a layer together: full tables (sources and
 * ports at random, to one target; then everything at random), and a sparse second (one packet).
 * Run by `npm run bench -- windows`; compare runs of one machine only.
 */
import { HotMemory } from '../kernel/hot-memory.js';
import { Has, HeaderColumns } from '../records/packet-batch.js';
import { WINDOWS } from '../records/view-request.js';
import { nextRandom } from '../sketch/hash.js';
import { LayerAggregate } from './layer-aggregate.js';
import { windowStart } from './window-scope.js';

const ROWS = 2048;
const SECONDS = 65;
const T0 = 1_700_000_000;
let random = 42;
const next = (): number => {
  random = nextRandom(random);
  return random;
};

const columns = new HeaderColumns(ROWS);
const wireLen = new Uint32Array(ROWS).fill(64);
const rows = Int32Array.from({ length: ROWS }, (_, row) => row);
columns.version.fill(4);
columns.protocol.fill(6);
columns.has.fill(Has.ports | Has.tcpFlags | Has.ttl);

function fill(isTargetRandom: boolean): void {
  for (let row = 0; row < ROWS; row += 1) {
    columns.src[row * 4 + 3] = next();
    columns.srcPort[row] = next();
    columns.ttl[row] = next();
    columns.dst[row * 4 + 3] = isTargetRandom ? next() : 0x0a000001;
    columns.dstPort[row] = isTargetRandom ? next() : 80;
  }
}

/** First quintile and median: the machine is rarely quiet. */
function low(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return [0.2, 0.5].map((share) => (sorted[Math.floor(sorted.length * share)] as number).toFixed(3)).join('/');
}

function measure(name: string, packets: number, isTargetRandom: boolean, seconds = SECONDS): void {
  const memory = HotMemory.create(160 * 2 ** 20);
  const options = { exact: false, windows: true, ranksFlows: true, seed: 99, memory };
  const layer = new LayerAggregate(options, 4, ROWS);
  const rotations: number[] = [];
  const reads = new Map<string, number[]>();
  for (let sec = T0; sec < T0 + seconds; sec += 1) {
    for (let added = 0; added < packets; added += ROWS) {
      fill(isTargetRandom);
      layer.add(columns, wireLen, rows, Math.min(ROWS, packets - added), 1);
    }
    for (const window of WINDOWS) {
      const start = performance.now();
      const scope = { fromSec: windowStart(window, sec), hasRunning: window !== '1s', isStable: false };
      layer.sources[0]?.top(100, scope);
      layer.targets[0]?.top(100, scope);
      layer.sourcePorts.table.top(100, scope);
      layer.targetPorts.table.top(100, scope);
      layer.flows.top(100, scope);
      const times = reads.get(window) ?? [];
      times.push(performance.now() - start);
      reads.set(window, times);
    }
    const start = performance.now();
    layer.rotate(1, sec);
    rotations.push(performance.now() - start);
  }
  // The first seconds compile.
  const warm = rotations.slice(15);
  const merging = warm.filter((_, i) => (T0 + 15 + i + 1) % 10 === 0);
  const texts = [...reads].map(([window, times]) => `${window} ${low(times.slice(15))}`);
  console.log(
    `${name}: rotation ${low(warm)} ms, of a tenth second ${low(merging)}, longest ${Math.max(...warm).toFixed(2)}; five tables of ${texts.join(', ')}`,
  );
}

const packets = 500_000;
measure('random sources and ports, one target', packets, false);
measure('everything at random', packets, true);
measure('one packet', 1, true, 5000);
