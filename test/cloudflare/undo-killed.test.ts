/** The program is killed at any call; the next start lists what is left, takes it back or finishes it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MitigationRequest } from '../../src/mitigation/types.js';
import type { ApiAnswer, ApiRequest, CloudflareApi } from '../../src/platform/cloudflare/api.js';
import { EdgeLab, edgeRequest } from '../support/cloudflare/edge-lab.js';
import { EDGE_REQUESTS } from '../support/cloudflare/edge-requests.js';
import { IS_WHOLE } from '../support/whole.js';

const SHORT = ['rate limit', 'own list with a rule', 'access rule', 'spectrum firewall'];
const REQUESTS = EDGE_REQUESTS.filter(([name]) => IS_WHOLE || SHORT.includes(name));
const isNamed = ({ edge }: MitigationRequest) =>
  !['under-attack', 'security-level', 'bot-settings', 'spectrum-firewall', 'advertise'].includes(edge?.of ?? '') &&
  !(edge?.of === 'ip-list' && edge.name === 'office');

let lab: EdgeLab;

beforeAll(async () => {
  lab = await EdgeLab.start({ checksContract: false, pollsPerOperation: 0 });
});
afterAll(() => lab.close());

test.each(REQUESTS)('%s: killed at each call', async (_name, request) => {
  for (const isSent of [false, true])
    for (let n = 1; await killedAt(request, n, isSent); n += 1) expect(n).toBeLessThan(60);
});

const THENS = ['undo', 'confirm', 'lost'] as const;

/** In turn, in whole runs each time: the next start takes it back, finishes it, or has lost the store. */
async function killedAt(request: MitigationRequest, n: number, isSent: boolean): Promise<boolean> {
  let wasKilled = false;
  const wanted = isNamed(request) ? THENS : THENS.slice(0, 2);
  for (const then of IS_WHOLE ? wanted : [wanted[n % wanted.length] as (typeof THENS)[number]]) {
    const { standIn, clock } = lab;
    const before = standIn.state();
    const plan = await lab.door().plan(request);
    const killer = new KilledApi(lab.api(), n, isSent);
    const applied = lab.door({ api: killer }).apply(plan, plan.confirmations);
    wasKilled = await Promise.race([killer.killed, applied.then(() => false)]);
    const where = `${n} ${isSent} ${then}`;
    const next = lab.door();
    const survey = await next.survey();
    const isInStore = survey.unfinished.length > 0;
    if (wasKilled && standIn.state() !== before) expect(isInStore, where).toBe(true);
    if (isInStore && then === 'confirm') {
      await next.confirm(plan.id);
      expect(await next.list(), where).toMatchObject([{ id: plan.id, state: 'confirmed' }]);
      expect((await next.list())[0], where).not.toHaveProperty('problem');
    }
    clock.pass(1_200_000);
    if (then === 'lost') {
      await rm(join(lab.folder, 'edge'), { recursive: true, force: true });
      await lab.door().panic();
    } else await lab.door().undo(plan.id);
    expect([standIn.state(), await lab.door().list()], where).toEqual([before, []]);
    clock.pass(1_200_000);
  }
  return wasKilled;
}

test('what nobody took back is listed at the next start, and offered: it is not ended unasked', async () => {
  const { standIn, clock } = lab;
  const before = standIn.state();
  const door = lab.door();
  const plan = await door.plan(edgeRequest({ edge: { of: 'under-attack' } }));
  await door.apply(plan);
  await door.confirm(plan.id);
  clock.pass(700_000);
  const next = lab.door();
  const survey = await next.survey();
  expect(survey.live).toMatchObject([{ id: plan.id, expiresInSec: 0, problem: 'overdue: nobody ran to take it back' }]);
  expect(survey.unfinished).toMatchObject([{ id: plan.id, outcome: expect.stringMatching(/^overdue/) }]);
  clock.pass(60_000);
  expect(await next.expireDue(clock.nowMs())).toEqual([]);
  await next.undo(plan.id);
  expect(standIn.state()).toBe(before);
});

test('a value that somebody set after us stays, and is told', async () => {
  const door = lab.door();
  const plan = await door.plan(edgeRequest({ edge: { of: 'under-attack' } }));
  await door.apply(plan);
  const level = lab.standIn.edge.zones[0]?.settings;
  level?.set('security_level', 'low');
  await door.undo(plan.id);
  expect([level?.get('security_level'), await door.list()]).toEqual(['low', []]);
  expect(lab.remarks.at(-1)).toMatch(/value low .* stays: somebody set it after us/);
  level?.set('security_level', 'medium');
});

test('a ruleset that we made stays when others have put rules into it', async () => {
  const { edge } = lab.standIn;
  const door = lab.door();
  const plan = await door.plan(EDGE_REQUESTS.find(([name]) => name === 'rate limit')![1]);
  await door.apply(plan);
  const rulesets = edge.zones[0]!.rulesets;
  const own = rulesets.find(({ phase }) => phase === 'http_ratelimit')!;
  own.rules.push({ id: edge.newId(), ref: 'theirs', action: 'block', expression: 'ssl', enabled: true });
  await door.undo(plan.id);
  expect(own.rules).toMatchObject([{ ref: 'theirs' }]);
  rulesets.splice(rulesets.indexOf(own), 1);
});

test('of one value set twice, undone in any order, the first old value comes back', async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ] as const) {
    const door = lab.door();
    const before = lab.standIn.state();
    const ids: string[] = [];
    for (const value of ['high', 'under_attack'] as const) {
      const plan = await door.plan(edgeRequest({ edge: { of: 'security-level', value } }));
      ids.push((await door.apply(plan)).id);
      lab.clock.pass(1000);
    }
    for (const index of order) await door.undo(ids[index] as string);
    expect(lab.standIn.state(), order.join()).toBe(before);
  }
});

test('a rule that somebody deleted is offered again; panic takes back ours and nothing else', async () => {
  const { standIn } = lab;
  const before = standIn.state();
  const door = lab.door();
  const plan = await door.plan(edgeRequest({ blockSources: ['198.51.100.0/24'] }));
  await door.apply(plan);
  await door.confirm(plan.id);
  const custom = standIn.edge.zones[0]?.rulesets.find(({ phase }) => phase === 'http_request_firewall_custom');
  custom?.rules.pop();
  expect(await lab.door().vanished()).toMatchObject([{ id: plan.id, request: { blockSources: ['198.51.100.0/24'] } }]);
  for (const [name, request] of EDGE_REQUESTS) {
    if (name === 'advertise' || name === 'security level') continue;
    const one = await door.plan(request);
    await door.apply(one);
  }
  await door.panic();
  expect([standIn.state(), await door.list()]).toEqual([before, []]);
});

/** Stands for kill -9: the n-th call never comes back, whether it was sent or not. */
class KilledApi implements CloudflareApi {
  #calls = 0;
  #kill: (value: true) => void = () => {};
  readonly killed = new Promise<true>((resolve) => {
    this.#kill = resolve;
  });

  constructor(
    readonly api: CloudflareApi,
    readonly at: number,
    readonly isSent: boolean,
  ) {}

  get budget() {
    return this.api.budget;
  }

  onBudget(listener: Parameters<CloudflareApi['onBudget']>[0]) {
    return this.api.onBudget(listener);
  }

  graphql<Data>(): Promise<Data> {
    return Promise.reject(new Error('not asked here'));
  }

  async call<Result>(request: ApiRequest): Promise<ApiAnswer<Result>> {
    this.#calls += 1;
    if (this.#calls !== this.at) return this.api.call<Result>(request);
    if (this.isSent) await this.api.call(request);
    this.#kill(true);
    return new Promise(() => {});
  }
}
