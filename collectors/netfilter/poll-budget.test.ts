import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PollBudget } from './poll-budget.js';

/** Polls as often as it may for `forMs`; gives what was spent after the first ten seconds, as a share, and the pauses. */
function live(
  costMs: (poll: number) => number,
  forMs: number,
  isUrgent = false,
): { share: number; pausesMs: number[] } {
  const budget = new PollBudget();
  const pausesMs: number[] = [];
  let [nowMs, spentMs, poll] = [0, 0, 0];
  while (nowMs < forMs) {
    const cost = costMs(poll);
    budget.spend(cost, nowMs, nowMs + cost, true);
    if (nowMs >= 10_000) spentMs += cost;
    nowMs += cost;
    const pauseMs = budget.pauseMs(nowMs, isUrgent);
    pausesMs.push(pauseMs);
    nowMs += Math.max(1, pauseMs);
    poll += 1;
  }
  return { share: spentMs / (nowMs - 10_000), pausesMs };
}

test('cheap polls come once a second', () => {
  const { pausesMs } = live(() => 10, 60_000);
  expect(new Set(pausesMs)).toEqual(new Set([990]));
});

test('dear ones are paid off: 25 times their cost from one to the next', () => {
  const { pausesMs, share } = live(() => 300, 600_000);
  expect(pausesMs.at(-1)).toBeCloseTo(300 / 0.036 - 300, 0);
  expect(share).toBeLessThanOrEqual(0.037);
});

test('the second reading comes soon, whatever the first has cost', () => {
  expect(live(() => 1500, 1, false).pausesMs[0]).toBe(0);
});

test('one slow poll among cheap ones makes no pause', () => {
  expect(Math.max(...live((poll) => (poll === 100 ? 200 : 10), 200_000).pausesMs)).toBe(990);
});

test('over ten minutes it is a twentieth and what may be borrowed, whatever polls cost and however urgent', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      (costs, isUrgent) => {
        const { share } = live((poll) => costs[poll % costs.length] as number, 600_000, isUrgent);
        // One poll too many at the end, 250 ms borrowed, 250 ms saved.
        expect(share * 590_000).toBeLessThanOrEqual(0.036 * 600_000 + 2000 + 500);
      },
    ),
    { numRuns: 50 },
  );
});
