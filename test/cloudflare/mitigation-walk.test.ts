/** Every mitigation of the edge from plan to end; what is left behind is what was there before, byte by byte. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HAS_CONTRACT, NO_CONTRACT } from '../support/cloudflare/contract.js';
import { EdgeLab } from '../support/cloudflare/edge-lab.js';
import { EDGE_REQUESTS } from '../support/cloudflare/edge-requests.js';

let lab: EdgeLab;

beforeAll(async () => {
  lab = await EdgeLab.start();
  if (!HAS_CONTRACT) console.warn(NO_CONTRACT);
});
afterAll(() => lab.close());

test.each(EDGE_REQUESTS)('%s: plan, apply, confirm, undo; and again until it expires', async (_name, request) => {
  const { standIn, clock } = lab;
  const door = lab.door();
  const before = standIn.state();
  const plan = await door.plan(request);
  expect(plan.refused).toBeNull();
  expect(standIn.state()).toBe(before);
  const { id } = await door.apply(plan, plan.confirmations);
  const during = standIn.state();
  expect(during).not.toBe(before);
  expect(await door.apply(plan, plan.confirmations)).toMatchObject({ id });
  expect(await door.list()).toMatchObject([{ id, state: 'unconfirmed' }]);
  expect((await door.list())[0]).not.toHaveProperty('problem');
  await door.confirm(id);
  expect(await door.list()).toMatchObject([{ id, state: 'confirmed', expiresInSec: 600 }]);
  clock.pass(20 * 60_000); // of a prefix: the quiet time
  await door.undo(id);
  expect([standIn.state(), await door.list()]).toEqual([before, []]);

  clock.pass(20 * 60_000);
  const second = await door.plan(request);
  await door.apply(second, second.confirmations);
  clock.pass(910_000);
  expect(await door.expireDue(clock.nowMs())).toEqual([{ id: second.id, failure: null }]);
  expect([standIn.state(), await door.list()]).toEqual([before, []]);
  expect([standIn.violations, lab.remarks]).toEqual([[], []]);
});
