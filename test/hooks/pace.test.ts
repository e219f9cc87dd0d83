/** When and of what hooks are told: limits, waits, merged updates, filters. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WebhookConfig } from '../../src/config/hook-config.js';
import type { Sleep } from '../../src/platform/cloudflare/steady-time.js';
import { hookEvent } from '../support/hooks/hook-fixture.js';
import { eventsOf, HookLab, webhook } from '../support/hooks/hook-lab.js';
import { plain } from '../support/hooks/hook-server.js';

let lab: HookLab;
beforeEach(async () => {
  lab = await HookLab.open();
});
afterEach(() => lab.close());

describe('pace', () => {
  test('an update that waits is replaced by a newer one and by the end, and both say so', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const target = await lab.server((_, count) => (count === 1 ? gate.then(() => plain(200)) : plain(200)));
    const hooks = await lab.dispatcher([webhook(target.url)]);
    await hooks.tell(hookEvent('opened', 1));
    while (target.received.length === 0) await new Promise(setImmediate);
    for (const sequence of [2, 3, 4]) await hooks.tell(hookEvent('updated', sequence));
    await hooks.tell(hookEvent('updated', 5, { id: 'other' }));
    await hooks.tell(hookEvent('ended', 6));
    expect(lab.spooled).toHaveLength(3);
    release();
    await hooks.drained();
    expect(eventsOf(target, 'i7')).toEqual(['opened', 'ended']);
    expect(JSON.parse(target.accepted.at(-1)?.body ?? '').heldBack.merged).toBe(3);
  });

  test('one in five seconds and thirty an hour, by the clock', async () => {
    const sentMs: number[] = [];
    const target = await lab.server(() => {
      sentMs.push(lab.time.nowMs());
      return plain(200);
    });
    let begin = () => {};
    const told = new Promise<void>((resolve) => {
      begin = resolve;
    });
    // Nobody waits for the limit before all is told.
    const sleep: Sleep = async (ms, signal) => {
      await told;
      await lab.time.sleep(ms, signal);
    };
    const hooks = await lab.dispatcher([webhook(target.url, { everySec: 5, perHour: 30 })], { sleep });
    for (let i = 0; i < 70; i += 1) await hooks.tell(hookEvent('opened', 1, { id: `i${i}` }));
    begin();
    await hooks.drained();
    expect(sentMs).toHaveLength(70);
    for (const [i, ms] of sentMs.entries()) {
      if (i > 0) expect(ms - (sentMs[i - 1] as number)).toBeGreaterThanOrEqual(5000);
      if (i >= 30) expect(ms - (sentMs[i - 30] as number)).toBeGreaterThanOrEqual(3_600_000);
    }
    expect(JSON.parse(target.accepted[1]?.body ?? '').heldBack.waiting).toBeGreaterThan(0);
  });

  test.each([
    ['120', 120_000, 180_000],
    ['999999999', 3_600_000, 3_700_000],
    ['-1', 1000, 4000],
    ['nonsense', 1000, 4000],
  ])('Retry-After: %s', async (header, least, most) => {
    const at: number[] = [];
    const target = await lab.server((_, count) => {
      at.push(lab.time.nowMs());
      return count === 1 ? plain(429, '', { 'retry-after': header }) : plain(200);
    });
    const hooks = await lab.dispatcher([webhook(target.url)]);
    await hooks.tell(hookEvent('opened', 1));
    await hooks.drained();
    const waitedMs = (at[1] as number) - (at[0] as number);
    expect(waitedMs).toBeGreaterThanOrEqual(least);
    expect(waitedMs).toBeLessThanOrEqual(most);
  });

  test('a message nobody takes does not hold up other incidents', async () => {
    const target = await lab.server(() => plain(200));
    const picky = await lab.server((request) => (request.body.includes('"id":"bad"') ? plain(500) : plain(200)));
    const hooks = await lab.dispatcher([webhook(picky.url), webhook(target.url, { name: 'other' })]);
    for (const id of ['bad', 'a', 'b', 'c']) await hooks.tell(hookEvent('opened', 1, { id }));
    await hooks.drained();
    expect(new Set(picky.keys).size).toBe(3);
    // After three days.
    expect(lab.deliveries.filter(({ outcome }) => outcome === 'given-up')).toMatchObject([{ incidentId: 'bad' }]);
  });
});

describe('what is told', () => {
  const sequences: [string, Partial<WebhookConfig>, Parameters<typeof hookEvent>[], string[]][] = [
    [
      'only what is asked for',
      { events: ['opened', 'ended'] },
      [
        ['opened', 1],
        ['updated', 2],
        ['note', 3],
        ['ended', 4],
      ],
      ['opened', 'ended'],
    ],
    [
      'from its severity on',
      { leastSeverity: 'critical' },
      [
        ['opened', 1],
        ['ended', 2],
      ],
      [],
    ],
    [
      'as opened when it becomes worth it, and its end although it is not any more',
      { events: ['opened', 'ended'], leastUrgency: 50 },
      [
        ['opened', 1, { urgency: 10 }],
        ['updated', 2, { urgency: 60 }],
        ['updated', 3, { urgency: 70 }],
        ['ended', 4, { urgency: 0 }],
      ],
      ['opened', 'ended'],
    ],
    [
      'again when it comes back',
      { events: ['opened', 'ended'] },
      [
        ['opened', 1],
        ['ended', 2],
        ['updated', 3],
        ['ended', 4],
      ],
      ['opened', 'ended', 'opened', 'ended'],
    ],
    [
      'of its targets',
      { targets: ['203.0.113.0/24'] },
      [
        ['opened', 1],
        ['opened', 1, { id: 'x', target: '198.51.100.1' }],
        ['opened', 1, { id: 'y', target: '203.0.0.0/16' }],
      ],
      ['opened', 'opened'],
    ],
  ];
  test.each(sequences)('%s', async (_, change, told, expected) => {
    const target = await lab.server(() => plain(200));
    const hooks = await lab.dispatcher([webhook(target.url, change)]);
    for (const event of told) {
      await hooks.tell(hookEvent(...event));
      await hooks.drained();
    }
    expect(target.accepted.map(({ body }) => JSON.parse(body).event)).toEqual(expected);
  });
});
