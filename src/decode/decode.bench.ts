/**
 * Reading and decoding speed on a capture given as argument. Not a test: run it by hand, warm, and compare runs on one machine.
 *   npx esbuild src/decode/decode.bench.ts --bundle --platform=node --format=esm --minify --outfile=/tmp/decode.mjs && node /tmp/decode.mjs FILE
 */
import { readCaptureFileSync } from '../../test/support/capture-file.js';
import { PacketBatch } from '../records/packet-batch.js';
import { decodeBatch } from './decode-batch.js';

const ROUNDS = 8;
const path = process.argv[2];
if (path === undefined) throw new Error('decode.bench: expected a capture file as argument.');
const packets = new PacketBatch();

/** CPU time per frame: on a shared machine steadier than wall time. Prints the best round as ns and as Mpps of one core. */
function measure(label: string, onBatch: (count: number) => void, decode: boolean): void {
  let bestNs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    let frameCount = 0;
    const before = process.cpuUsage();
    readCaptureFileSync(path as string, (frames) => {
      frameCount += frames.count;
      if (decode) decodeBatch(frames, packets);
      onBatch(frames.count);
    });
    const { user, system } = process.cpuUsage(before);
    bestNs = Math.min(bestNs, ((user + system) * 1000) / frameCount);
  }
  console.log(`${label}: ${bestNs.toFixed(1)} ns a frame, ${(1000 / bestNs).toFixed(1)} Mpps`);
}

let sum = 0;
measure(
  'read',
  (count) => {
    sum += count;
  },
  false,
);
measure(
  'read + decode',
  (count) => {
    sum += packets.outer.src[(count - 1) * 4 + 3]!;
  },
  true,
);
console.log(`checksum ${sum}`);
