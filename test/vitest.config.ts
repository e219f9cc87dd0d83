import { defineConfig } from 'vitest/config';
import { kernelForVite } from '../scripts/kernel.mjs';

export default defineConfig({
  plugins: [kernelForVite],
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['{src,collectors,components,test}/**/*.test.{ts,tsx}', 'bench/**/*.test.mjs'],
    reporters: ['default', new URL('./support/closing-line-reporter.ts', import.meta.url).pathname],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    pool: 'forks',
    // Suites with the kernel wait for it most of the time.
    maxWorkers: 3,
  },
});
