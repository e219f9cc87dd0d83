/** Reading and decoding of a SYN flood, in ns a frame (src/decode/decode.bench.ts prints its own lines). */
import { runBundled } from './lib/bundled.mjs';
import { capture } from './lib/workloads.mjs';

const PACKETS = 2_000_000;

export default async function run({ files = ['a'], packets = PACKETS }) {
  for (const kind of files)
    await runBundled('src/decode/decode.bench.ts', 'decode-bench', [capture(kind, packets).path]);
  return [];
}
