/** Rows kept by target, ns a packet (src/aggregate/target-samples.bench.ts prints its own lines). */
import { runBundled } from './lib/bundled.mjs';

export default async function run() {
  await runBundled('src/aggregate/target-samples.bench.ts', 'target-samples-bench', []);
  return [];
}
