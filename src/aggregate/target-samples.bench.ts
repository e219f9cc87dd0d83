/**
 * What looking for the rows of sixteen targets costs, ns a packet by kind of traffic; lowest and median of many runs.
 * Run by `npm run bench -- targets`; compare runs of one machine only.
 */
import { HotMemory } from '../kernel/hot-memory.js';
import { BATCH_BYTES } from '../records/batch-layout.js';
import { PacketBatch } from '../records/packet-batch.js';
import { nextRandom } from '../sketch/hash.js';
import { TargetSamples } from './target-samples.js';

const ROWS = 2048;
/** As many packets as 0.5 Mpps bring in a second. */
const BATCHES = 256;
const RUNS = 60;
let state = 42;
const below = (count: number): number => {
  state = nextRandom(state);
  return (state >>> 0) % count;
};
const targets = Array.from({ length: 16 }, (_, i) => 0x0a00_0001 + i * 77);

function measure(name: string, to: (row: number) => number): void {
  for (const memory of [HotMemory.create(2 ** 20), null]) {
    const place = memory === null ? null : { buffer: memory.buffer, at: memory.allocate(BATCH_BYTES) };
    const batch = new PacketBatch(ROWS, place);
    batch.isPlain = true;
    batch.wireLen = new Uint32Array(ROWS).fill(60);
    batch.outer.version.fill(4);
    for (let row = 0; row < ROWS; row += 1) batch.outer.dst[row * 4 + 3] = to(row);
    const rows = memory?.allRows ?? Int32Array.from({ length: ROWS }, (_, row) => row);
    const samples = new TargetSamples(5, memory);
    const chosen = targets.map((word, i) => ({ version: 4, words: [0, 0, 0, word], isAttacked: i === 0 }));
    const times = Array.from({ length: RUNS }, (_, sec) => {
      samples.begin(sec, chosen, 1);
      const start = performance.now();
      for (let i = 0; i < BATCHES; i += 1) {
        if (memory !== null) samples.addHot(batch, rows, ROWS);
        else samples.addRun(batch.outer, batch.wireLen, rows, batch.trafficClass, ROWS);
      }
      return ((performance.now() - start) * 1e6) / (BATCHES * ROWS);
    }).sort((a, b) => a - b);
    const path = memory === null ? 'reference' : 'kernel';
    console.log(`${name}, ${path}: ${(times[0] as number).toFixed(2)} / ${(times[RUNS / 2] as number).toFixed(2)} ns`);
  }
}

measure('a flood to one target', () => targets[0] as number);
measure('nine of ten to one target', () => (below(10) > 0 ? (targets[0] as number) : below(1000)));
measure('sixteen targets by chance', () => targets[below(16)] as number);
measure('a million targets', () => 0x0b00_0000 + below(1_000_000));
