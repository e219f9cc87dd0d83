/** Actions in a row, 1200 in whole runs: never more than 1200 calls in any five minutes, and a pause that can be shown. */
import { expect, test } from 'vitest';
import { mostInWindow } from '../support/cloudflare/call-limit.js';
import { EdgeLab, edgeRequest } from '../support/cloudflare/edge-lab.js';
import { IS_WHOLE } from '../support/whole.js';

const TIMES = IS_WHOLE ? 300 : 150;

test(`${TIMES} times plan, apply, confirm, undo`, async () => {
  const lab = await EdgeLab.start({ checksContract: false });
  try {
    const { standIn, clock } = lab;
    const before = standIn.state();
    const api = lab.api();
    const door = lab.door({ api });
    const pauses: number[] = [];
    api.onBudget(({ pausedUntilMs }) => {
      if (pausedUntilMs !== null) pauses.push(pausedUntilMs - clock.nowMs());
    });
    for (let i = 0; i < TIMES; i += 1) {
      const plan = await door.plan(
        edgeRequest({ edge: { of: 'under-attack' }, ttlSec: 36_000, confirmWindowSec: 3600 }),
      );
      const { id } = await door.apply(plan);
      await door.confirm(id);
      await door.undo(id);
    }
    expect(standIn.requests.length).toBeGreaterThan(8 * TIMES);
    expect(mostInWindow(standIn.requests.map(({ atMs }) => atMs))).toBeLessThanOrEqual(1200);
    expect(pauses.length).toBeGreaterThan(0);
    expect(Math.max(...pauses)).toBeGreaterThan(60_000); // something to count down
    expect(standIn.state()).toBe(before);
  } finally {
    await lab.close();
  }
});
