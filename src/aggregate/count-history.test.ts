import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WINDOWS } from '../records/view-request.js';
import { CountHistory } from './count-history.js';
import { EVERYTHING, windowStart } from './window-scope.js';

test.each([
  ['everything', EVERYTHING, 10],
  ['the last closed second', { fromSec: 101, hasRunning: false, isStable: false }, 3],
  ['from second 101 on, with the running one', { fromSec: 101, hasRunning: true, isStable: false }, 7],
  ['from before the first', { fromSec: 40, hasRunning: true, isStable: false }, 10],
  ['the running second alone', { fromSec: 102, hasRunning: true, isStable: false }, 4],
])('%s', (_, scope, expected) => {
  const history = new CountHistory<{ queries: number }>();
  history.note(100, { queries: 3 });
  history.note(101, { queries: 6 });
  expect(history.within(scope, { queries: 10 })).toEqual({ queries: expected });
});

test('a clock that was set leaves nothing in any window but everything', () => {
  const history = new CountHistory<{ queries: number }>();
  history.note(100, { queries: 3 });
  history.forget({ queries: 5 });
  expect(history.within({ fromSec: 7, hasRunning: true, isStable: false }, { queries: 6 })).toEqual({ queries: 1 });
  expect(history.within(EVERYTHING, { queries: 6 })).toEqual({ queries: 6 });
});

/** Messages by second; only seconds that end with a call are noted, as a silent link has none. */
test('property: every window is the sum of its seconds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(50)), { minLength: 1, maxLength: 150 }),
      fc.constantFrom(...WINDOWS),
      (steps, window) => {
        const history = new CountHistory<{ n: number }>();
        const bySecond: [sec: number, n: number][] = [];
        let sec = 1000;
        let n = 0;
        for (const [gap, count] of steps) {
          history.note(sec, { n });
          sec += gap;
          n += count;
          bySecond.push([sec, count]);
        }
        const fromSec = windowStart(window, sec);
        const expected = bySecond.reduce((sum, [at, count]) => sum + (at >= fromSec ? count : 0), 0);
        expect(history.within({ fromSec, hasRunning: true, isStable: false }, { n })).toEqual({ n: expected });
      },
    ),
  );
});
