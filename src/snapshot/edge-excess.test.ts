import { describe, expect, test } from 'vitest';
import { withExcess } from './edge-excess.js';

const series = (requests: number[]) => ({ startSec: 1000, requests, stopped: requests.map(() => 0), attack: [] });
const onset = { host: 'a', sinceSec: 1005, endSec: null, rps: 900, baselineRps: 100 };

describe('requests above what was before', () => {
  test('nothing began: no split', () => expect(withExcess(series([1, 2]), []).attack).toEqual([]));

  test('from the onset on, above the median of before; a gap stays one', () => {
    const requests = [90, 100, Number.NaN, 110, 100, 900, Number.NaN, 80, 1000];
    expect(withExcess(series(requests), [onset]).attack).toEqual([0, 0, Number.NaN, 0, 0, 800, Number.NaN, 0, 900]);
  });

  test('what was before is out of sight: no split is invented', () => {
    expect(withExcess(series([900, 900]), [{ ...onset, sinceSec: 900 }]).attack).toEqual([]);
  });

  test('it ended, another goes on', () => {
    const requests = [100, 100, 100, 100, 100, 500, 100, 100];
    expect(withExcess(series(requests), [{ ...onset, endSec: 1005 }]).attack).toEqual([0, 0, 0, 0, 0, 400, 0, 0]);
  });
});
