/** Incidents of real attacks against their facts, and of everything else: none. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IS_WHOLE } from '../support/whole.js';
import { reportCapture } from './report-capture.js';
import { detectionFailures, scoreAttacks, scoreQuiet } from './verify-detection.js';

const folder = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(folder, 'MANIFEST.tsv'));
const skipped = isThere ? '' : ' [skipped: no captures with ground truth; set DDOSTOP_CAPTURES to their folder]';

describe.skipIf(!isThere)(`attacks and what is none${skipped}`, () => {
  test('target, vectors and what is not part of it', async () => {
    const read = (path: string) => reportCapture(path).incidents;
    expect(
      detectionFailures(await scoreAttacks(folder, read), await scoreQuiet(folder, read, IS_WHOLE ? 1 : 3)),
    ).toEqual([]);
  }, 180_000);
});
