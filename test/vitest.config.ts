import { delimiter } from 'node:path';
import { defineConfig } from 'vitest/config';
import { kernelForVite } from '../scripts/kernel.mjs';

const PURE = [
  '{src,collectors,components}/**/*.test.{ts,tsx}',
  'test/{golden,layer7,corrupt,cloudflare,enrich,pipeline}/**/*.test.{ts,tsx}',
  'bench/**/*.test.mjs',
];

/** Version managers' stand-ins come last: one starts a dozen shells for each python3, and the tests start it some thousand times. */
const folders = (process.env['PATH'] ?? '').split(delimiter);
const isStandIn = (folder: string) => folder.endsWith('/shims');
const PATH = [...folders.filter((folder) => !isStandIn(folder)), ...folders.filter(isStandIn)].join(delimiter);

export default defineConfig({
  plugins: [kernelForVite],
  test: {
    root: new URL('..', import.meta.url).pathname,
    reporters: ['default', new URL('./support/closing-line-reporter.ts', import.meta.url).pathname],
    env: { PATH },
    testTimeout: 90_000,
    hookTimeout: 90_000,
    pool: 'forks',
    // Suites with the kernel wait for it most of the time.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        // Nothing of a process is touched there: modules are read once for all files of a worker.
        test: { name: 'pure', include: PURE, isolate: false },
      },
      { extends: true, test: { name: 'system', include: ['test/**/*.test.{ts,tsx}'], exclude: PURE } },
    ],
  },
});
