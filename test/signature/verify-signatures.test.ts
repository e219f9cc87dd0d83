/** The promise of `ddostop diff`, held by the built program with one seed; `npm run verify:signatures` has more. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PROGRAM, TestFolder } from '../support/program.js';
import { missingOf } from '../support/system.js';
import { BOUNDS, type DiffFacts, summaryOf, verifyAttacks, verifyRefusals } from './verify-signatures.js';

const captures = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const missing = [
  ...missingOf(['tcpdump']),
  ...(existsSync(join(captures, 'MANIFEST.tsv')) ? [] : ['captures: set DDOSTOP_CAPTURES to their folder']),
];
const skipped = missing.length === 0 ? '' : ` [skipped: needs ${missing.join(', ')}]`;
/** Another than the tool's. */
const SEED = 4;
const LIMIT_MS = 180_000;

const folder = new TestFolder();
afterAll(() => folder.close());

function runDiff(attack: string, good: string): DiffFacts {
  const args = [PROGRAM, 'diff', '--attack', attack, '--good', good, '--format', 'json'];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })) as DiffFacts;
}

describe.skipIf(missing.length > 0)(`rules held against tcpdump${skipped}`, () => {
  test(
    'recall, harm, the stated bounds, and good against good',
    () => {
      const cases = verifyAttacks(captures, folder.path, runDiff, [SEED]);
      const refusals = verifyRefusals(captures, folder.path, runDiff, [SEED]);
      const summary = summaryOf(cases, refusals);
      expect(summary.goodNotRefused).toEqual([]);
      expect(summary.meanRecall).toBeGreaterThanOrEqual(BOUNDS.meanRecall);
      expect(summary.meanHarm).toBeLessThanOrEqual(BOUNDS.meanHarm);
      expect(summary.worstHarm).toBeLessThanOrEqual(BOUNDS.worstHarm);
      expect(summary.recallCovered).toBeGreaterThanOrEqual(BOUNDS.covered);
      expect(summary.harmCovered).toBeGreaterThanOrEqual(BOUNDS.covered);
      for (const { name, facts } of refusals) expect(facts.refused?.message, name).toMatch(/\d/);
    },
    LIMIT_MS,
  );
});
