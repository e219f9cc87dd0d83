import { expect, test } from 'vitest';
import { DrivenClock } from '../../../test/support/cloudflare/instant-logs-clock.js';
import { CallBudget, SPAN_MS } from './call-budget.js';
import { readLimitHeaders } from './limit-headers.js';

const NOTHING_SAID = { remaining: null, resetMs: null, limit: null, retryAfterMs: null };

function budgetOf(calls: number) {
  const clock = new DrivenClock();
  return { clock, budget: new CallBudget(calls, 'calls', clock, clock.sleep) };
}

test('3000 calls: never more than 1200 in any 5 minutes, wherever in its life the server counts one', async () => {
  const { clock, budget } = budgetOf(1200);
  const begun: number[] = [];
  const ended: number[] = [];
  const order: number[] = [];
  const calls = Array.from({ length: 3000 }, async (_, index) => {
    const taken = await budget.take();
    order.push(index);
    begun.push(clock.nowMs());
    await clock.sleep(1 + (index % 700));
    ended.push(clock.nowMs());
    budget.done(taken, NOTHING_SAID);
  });
  let pauses = 0;
  budget.onChange(() => {
    if (budget.state.pausedUntilMs !== null) pauses += 1;
  });
  while (await clock.step()) {}
  await Promise.all(calls);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  // The worst server: counts each early one as late as it can, and each late one as early as it can.
  ended.sort((a, b) => a - b);
  for (let i = 1200; i < begun.length; i += 1) {
    expect((begun[i] as number) - (ended[i - 1200] as number)).toBeGreaterThanOrEqual(SPAN_MS);
  }
  expect(pauses).toBeGreaterThan(0);
  expect(clock.nowMs() - (begun[0] as number)).toBeLessThan(3.1 * SPAN_MS);
});

test('after a 429 everything waits as long as the server said, and the countdown shows it', async () => {
  const { clock, budget } = budgetOf(10);
  const startMs = clock.nowMs();
  budget.block(40_000, '429 from the server');
  expect(budget.state).toMatchObject({ pausedUntilMs: startMs + 40_000, why: '429 from the server' });
  const taken = budget.take();
  await clock.advance(39_999);
  expect(budget.state.pausedUntilMs).toBe(startMs + 40_000);
  await clock.advance(1);
  await taken;
  expect(budget.state).toMatchObject({ remaining: 9, pausedUntilMs: null });
});

test('what the server says is left counts, as others of the same user spend; older answers do not overrule newer ones', async () => {
  const { clock, budget } = budgetOf(1200);
  const startMs = clock.nowMs();
  const [first, second] = [await budget.take(), await budget.take()];
  budget.done(second, { ...NOTHING_SAID, remaining: 0, resetMs: 60_000 });
  budget.done(first, { ...NOTHING_SAID, remaining: 900, resetMs: 60_000 });
  expect(budget.state).toMatchObject({ remaining: 0, pausedUntilMs: startMs + 60_000 });
  const third = budget.take();
  await clock.advance(60_000);
  budget.done(await third, { ...NOTHING_SAID, limit: 3 });
  // Three calls so far, and the policy says three.
  expect(budget.state).toMatchObject({ remaining: 0, pausedUntilMs: startMs + SPAN_MS });
});

test('who gives up waiting takes nothing, and does not hold up those behind', async () => {
  const { clock, budget } = budgetOf(1);
  budget.done(await budget.take(), null);
  const [head, middle] = [new AbortController(), new AbortController()];
  const results = [budget.take(head.signal), budget.take(middle.signal), budget.take()];
  middle.abort(new Error('middle'));
  await expect(results[1]).rejects.toThrow('middle');
  head.abort(new Error('head'));
  await expect(results[0]).rejects.toThrow('head');
  await clock.advance(SPAN_MS);
  await results[2];
  await expect(budget.take(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
});

const NOW = Date.UTC(2026, 10, 22, 12);

test.each([
  ['nothing', {}, {}],
  ['x-ratelimit', { 'x-ratelimit-limit': '1200', 'x-ratelimit-remaining': '7' }, { remaining: 7 }],
  ['a date', { 'x-ratelimit-reset': 'Sun, 22 Nov 2026 12:02:00 GMT' }, { resetMs: 120_000 }],
  [
    "a date by the server's own clock",
    { date: 'Sun, 22 Nov 2026 13:00:00 GMT', 'x-ratelimit-reset': 'Sun, 22 Nov 2026 13:00:30 GMT' },
    { resetMs: 30_000 },
  ],
  ['seconds since 1970', { 'x-ratelimit-reset': String(NOW / 1000 + 9) }, { resetMs: 9000 }],
  [
    'structured items',
    { ratelimit: '"default";r=50;t=30', 'ratelimit-policy': '"default";q=800;w=300' },
    { remaining: 50, resetMs: 30_000, limit: 800 },
  ],
  ['several: the least', { ratelimit: '"a";r=50;t=30, "b";r=3;t=20' }, { remaining: 3, resetMs: 20_000 }],
  ['the older draft', { ratelimit: 'limit=100, remaining=4, reset=10' }, { remaining: 4, resetMs: 10_000 }],
  ['a policy of another span', { 'ratelimit-policy': '"burst";q=4;w=1' }, {}],
  ['retry-after', { 'retry-after': '12' }, { retryAfterMs: 12_000 }],
  ['retry-after as a date', { 'retry-after': 'Sun, 22 Nov 2026 12:00:05 GMT' }, { retryAfterMs: 5000 }],
  ['not believed: a week', { 'retry-after': '604800' }, { retryAfterMs: 900_000 }],
  ['not believed: the past', { 'x-ratelimit-reset': 'Thu, 01 Jan 1970 00:00:00 GMT' }, { resetMs: 0 }],
  ['nonsense', { 'x-ratelimit-remaining': '-3', 'retry-after': 'soon', ratelimit: ';;r=x=1,,"' }, {}],
])('limits in headers: %s', (_name, headers, expected) => {
  expect(readLimitHeaders(new Headers(headers as Record<string, string>), NOW)).toEqual({
    ...NOTHING_SAID,
    ...expected,
  });
});
