/** Says which suites were skipped and why; prints `N passed, N failed, N skipped` alone on the last line, for people and for CI. */
import type { Reporter, TestModule } from 'vitest/node';

export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    let skipped = 0;
    for (const module of modules) {
      // A file that fails to load has no tests of its own, yet it must count.
      const loaded = [...module.children.allTests()];
      if (module.state() === 'failed' && !loaded.some((test) => test.result().state === 'failed')) failed += 1;
      for (const test of loaded) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped += 1;
      }
    }
    const reasons = modules.flatMap((module) =>
      [...module.children.allSuites()].map(({ name }) => name).filter((name) => name.includes('[skipped:')),
    );
    if (reasons.length > 0) console.log(`\nSkipped suites:\n${reasons.map((name) => `  ${name}`).join('\n')}`);
    console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
}
