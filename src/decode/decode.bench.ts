/**
 * Reading and decoding speed on a capture given as argument. Not a test: run it by hand, warm, and compare runs on one machine.
 *   npx esbuild src/decode/decode.bench.ts --bundle --platform=node --format=esm --outfile=/tmp/decode.mjs && node /tmp/decode.mjs FILE
 */
import { performance } from 'node:perf_hooks';
import { readCaptureFileSync } from '../../collectors/pcap/capture-file.js';
import { PacketBatch } from '../records/packet-batch.js';
import { decodeBatch } from './decode-batch.js';

const ROUNDS = 5;
const path = process.argv[2];
if (path === undefined) throw new Error('decode.bench: expected a capture file as argument.');
const packets = new PacketBatch();

function measure(label: string, onBatch: (count: number) => void, decode: boolean): void {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    let frameCount = 0;
    const startMs = performance.now();
    readCaptureFileSync(path as string, (frames) => {
      frameCount += frames.count;
      if (decode) decodeBatch(frames, packets);
      onBatch(frames.count);
    });
    rates.push(frameCount / (performance.now() - startMs) / 1000);
  }
  console.log(`${label}: ${rates.map((rate) => rate.toFixed(1)).join(' ')} Mpps`);
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
