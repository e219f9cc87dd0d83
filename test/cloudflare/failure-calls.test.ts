/** A failure at each call of a mitigation: the old state, or a remainder that is listed and goes with the next undo. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EdgeDoor } from '../../src/mitigation/cloudflare/edge-door.js';
import type { MitigationPlan, MitigationRequest } from '../../src/mitigation/types.js';
import { EdgeLab } from '../support/cloudflare/edge-lab.js';
import { EDGE_REQUESTS } from '../support/cloudflare/edge-requests.js';
import type { FailureHow } from '../support/cloudflare/stand-in-failure.js';
import type { EdgeRequest } from '../support/cloudflare/stand-in-request.js';
import { IS_WHOLE } from '../support/whole.js';

const ALL: readonly FailureHow[] = ['reset-before', 'reset-after', 500, '500-after', 429, 409];
/** 500 is to the program what a reset is, 409 what 429 is: the cheapest mitigation and whole runs tell them apart. */
const howsOf = (name: string) =>
  IS_WHOLE || name === 'access rule' ? ALL : (['reset-before', 'reset-after', 429] as const);
/** One of each kind of step; whole runs take them all. */
const SHORT = ['rate limit', "somebody's list", 'access rule', 'bots'];
const REQUESTS = EDGE_REQUESTS.filter(([name]) => IS_WHOLE || SHORT.includes(name));

let lab: EdgeLab;

beforeAll(async () => {
  lab = await EdgeLab.start({ checksContract: false, pollsPerOperation: 1 });
});
afterAll(() => lab.close());

test.each(REQUESTS)('%s: one call fails while it is applied', async (name, request) => {
  for (const how of howsOf(name)) await eachWrite((n) => failsWhileApplied(request, n, how));
});

test.each(REQUESTS)('%s: one call fails while it is taken back', async (name, request) => {
  for (const how of howsOf(name)) await eachWrite((n) => failsWhileTakenBack(request, n, how));
});

test.each(REQUESTS)('%s: the edge is gone from some call on, and comes back', async (_name, request) => {
  for (const how of ['reset-before', 'reset-after'] as const) await eachWrite((n) => edgeGoes(request, n, how));
});

test("a change of somebody's list whose answer is lost may come late: it is looked for again", async () => {
  const slow = await EdgeLab.start({ checksContract: false, pollsPerOperation: 20 });
  try {
    const { standIn, clock } = slow;
    const before = standIn.state();
    const door = slow.door();
    const plan = await door.plan(EDGE_REQUESTS.find(([name]) => name === "somebody's list")![1]);
    standIn.failOn(nthWrite(1), 'reset-after');
    await expect(door.apply(plan)).rejects.toMatchObject({ code: 'EDGE_REMAINDER' });
    expect(standIn.state()).not.toBe(before); // it came
    expect(await door.list()).toMatchObject([{ id: plan.id, problem: expect.stringMatching(/not known whether/) }]);
    clock.pass(61_000);
    expect(await door.expireDue(clock.nowMs())).toMatchObject([{ id: plan.id }]);
    expect([standIn.state(), await door.list()]).toEqual([before, []]);
  } finally {
    await slow.close();
  }
});

/** `work` says whether there was an n-th write. */
async function eachWrite(work: (n: number) => Promise<boolean>): Promise<void> {
  for (let n = 1; await work(n); n += 1) expect(n).toBeLessThan(20);
}

async function failsWhileApplied(request: MitigationRequest, n: number, how: FailureHow): Promise<boolean> {
  const { standIn } = lab;
  const before = standIn.state();
  const [door, plan] = await planned(request);
  standIn.failOn(nthWrite(n), how);
  const error = await door.apply(plan, plan.confirmations).catch((failure: unknown) => failure);
  const hasFailed = standIn.failuresHappened > 0;
  standIn.failNone();
  const left = standIn.state();
  const listed = await lab.door().list();
  // Applied in spite of it, or back where it was: whatever lies between is listed, with the reason.
  if (left !== before || !(error instanceof Error)) expect(listed, `${n} ${how}`).toMatchObject([{ id: plan.id }]);
  if (left !== before && error instanceof Error) expect(listed[0]?.problem, `${n} ${how}`).toMatch(/taken back: ./);
  await lab.door().undo(plan.id);
  expect([standIn.state(), await lab.door().list()], `${n} ${how} ${error}`).toEqual([before, []]);
  return hasFailed;
}

async function failsWhileTakenBack(request: MitigationRequest, n: number, how: FailureHow): Promise<boolean> {
  const { standIn, clock } = lab;
  const before = standIn.state();
  const [door, plan] = await planned(request);
  await door.apply(plan, plan.confirmations);
  clock.pass(1_200_000);
  standIn.failOn(nthWrite(n), how);
  const error = await door.undo(plan.id).catch((failure: unknown) => failure);
  const hasFailed = standIn.failuresHappened > 0;
  standIn.failNone();
  if (error instanceof Error) {
    expect(await door.list(), `${n} ${how}`).toMatchObject([
      { id: plan.id, problem: expect.stringMatching(/taken back/) },
    ]);
    clock.pass(61_000);
    expect(await lab.door().expireDue(clock.nowMs())).toEqual([{ id: plan.id, failure: null }]);
  }
  expect([standIn.state(), await door.list()], `${n} ${how} ${error}`).toEqual([before, []]);
  clock.pass(1_200_000);
  return hasFailed;
}

async function edgeGoes(request: MitigationRequest, n: number, how: FailureHow): Promise<boolean> {
  const { standIn, clock } = lab;
  const before = standIn.state();
  const [door, plan] = await planned(request);
  standIn.failOn(nthWrite(n), how, true);
  const error = await door.apply(plan, plan.confirmations).catch((failure: unknown) => failure);
  const hasFailed = standIn.failuresHappened > 0;
  standIn.failNone();
  if (hasFailed) {
    expect(error, `${n}`).toMatchObject({ code: 'EDGE_REMAINDER' });
    const survey = await lab.door().survey();
    expect(survey.unfinished, `${n}`).toMatchObject([{ id: plan.id, action: 'undo' }]);
    expect(survey.live, `${n}`).toMatchObject([{ id: plan.id, problem: expect.stringMatching(/taken back/) }]);
  }
  clock.pass(1_200_000);
  await lab.door().undo(plan.id);
  expect([standIn.state(), await lab.door().list()], `${n} ${how}`).toEqual([before, []]);
  return hasFailed;
}

async function planned(request: MitigationRequest): Promise<[EdgeDoor, MitigationPlan]> {
  const door = lab.door();
  return [door, await door.plan(request)];
}

function nthWrite(n: number): (request: EdgeRequest) => boolean {
  let writes = 0;
  return ({ method }) => {
    if (method !== 'GET') writes += 1;
    return method !== 'GET' && writes === n;
  };
}
