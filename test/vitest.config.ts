import { defineConfig } from 'vitest/config';
import { kernelForVite } from '../scripts/kernel.mjs';

const PURE = [
  '{src,collectors,components}/**/*.test.{ts,tsx}',
  'test/{golden,layer7,corrupt,cloudflare,enrich,pipeline}/**/*.test.{ts,tsx}',
  'bench/**/*.test.mjs',
];

export default defineConfig({
  plugins: [kernelForVite],
  test: {
    root: new URL('..', import.meta.url).pathname,
    reporters: ['default', new URL('./support/closing-line-reporter.ts', import.meta.url).pathname],
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
