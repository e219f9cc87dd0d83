/** What reading names, requests, hellos and SYN signatures costs (src/pipeline/payloads.bench.ts prints its own lines). */
import { runBundled } from './lib/bundled.mjs';
import { capture } from './lib/workloads.mjs';

/** Fits into memory; the limits of what is read whole are well behind. */
const PACKETS = 1_000_000;

export default async function run({ files = ['a', 'b', 'c', 'd'], packets = PACKETS }) {
  for (const kind of files)
    await runBundled('src/pipeline/payloads.bench.ts', 'payloads-bench', [capture(kind, packets).path]);
  return [];
}
