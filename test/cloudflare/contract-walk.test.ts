/**
 * One stand-in that holds every call against the API description: its own routes, every mitigation from plan to end, and what the description refuses. In
 * one file, since the description takes seconds to be understood.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HAS_CONTRACT, NO_CONTRACT } from '../support/cloudflare/contract.js';
import { MUTANTS } from '../support/cloudflare/contract-mutants.js';
import { EdgeLab, TOKEN } from '../support/cloudflare/edge-lab.js';
import { EDGE_REQUESTS } from '../support/cloudflare/edge-requests.js';
import { ACCOUNT_ID, ZONE_ID } from '../support/cloudflare/stand-in.js';
import { IS_WHOLE } from '../support/whole.js';

const RULE = { action: 'block', expression: 'ip.src eq 192.0.2.1', description: 'd', enabled: false, ref: 'r1' };
let lab: EdgeLab;

beforeAll(async () => {
  lab = await EdgeLab.start({ checksAnswers: IS_WHOLE });
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

test.runIf(HAS_CONTRACT).each(MUTANTS)('%s %s', (method, path, body, mutants) => {
  expect(check(method, path, body)).toEqual([]);
  const passed = Object.entries(mutants).filter(([, mutant]) => check(method, path, mutant).length === 0);
  expect(passed.map(([name]) => name)).toEqual([]);
});

test.runIf(HAS_CONTRACT)('paths and queries: what is not described is refused', () => {
  expect(check('GET', `/zones/${ZONE_ID}/rulesets/phases/ddos_l7/entrypoint`)).toEqual([]);
  expect(check('GET', '/zones/short/rulesets')).not.toEqual([]);
  expect(check('GET', `/zones/${ZONE_ID}/rulesets/phases/no_such_phase/entrypoint`)).not.toEqual([]);
  expect(check('POST', `/zones/${ZONE_ID}/firewall/rules`, {})).toMatchObject([
    expect.stringMatching(/no such operation/),
  ]);
  const query =
    'query Q($z: string!) { viewer { zones(filter:{zoneTag:$z}) { httpRequestsAdaptiveGroups(limit: 1, filter:{}) { count } } } }';
  expect(check('POST', '/graphql', { query })).toEqual([]);
  expect(check('POST', '/graphql', { query: query.replace('count', 'counts') })).not.toEqual([]);
});

function check(method: string, path: string, body?: unknown): string[] {
  const segments = path.split('/').slice(1);
  const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
  return (
    lab.standIn.contract?.violationsOf({
      method,
      path,
      segments,
      query: new URLSearchParams(),
      headers,
      body,
      atMs: 0,
    }) ?? []
  );
}

async function call(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${lab.standIn.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, ...(text === '' ? {} : JSON.parse(text)) };
}

test('a walk over every resource leaves the state as it was, and the description has nothing against it', async () => {
  const zone = `/zones/${ZONE_ID}`;
  const account = `/accounts/${ACCOUNT_ID}`;
  const { standIn } = lab;
  const before = standIn.state();
  const entry = `${zone}/rulesets/phases/http_ratelimit/entrypoint`;
  expect((await call('GET', entry)).status).toBe(404);
  const dry = await call('POST', `${zone}/rulesets?dry_run=true`, set([RULE]));
  expect(dry, JSON.stringify(dry)).toMatchObject({ status: 200, result: null });
  const made = await call('POST', `${zone}/rulesets`, set([RULE]));
  const { id, rules } = made.result;
  const changed = await call('PATCH', `${zone}/rulesets/${id}/rules/${rules[0].id}`, { ...RULE, enabled: true });
  expect(changed.result).toMatchObject({ version: '2', rules: [{ enabled: true, ref: 'r1' }] });
  const second = await call('POST', `${zone}/rulesets/${id}/rules`, { ...RULE, ref: 'r2', position: { before: '' } });
  expect(second.result.rules.map(({ ref }: { ref: string }) => ref)).toEqual(['r2', 'r1']);
  expect((await call('DELETE', `${zone}/rulesets/${id}/rules/${rules[0].id}`)).result.version).toBe('4');
  expect((await call('DELETE', `${zone}/rulesets/${id}`)).status).toBe(204);
  const list = (await call('POST', `${account}/rules/lists`, { name: 'a_list', kind: 'ip' })).result;
  const items = `${account}/rules/lists/${list.id}/items`;
  const { operation_id } = (await call('POST', items, [{ ip: '192.0.2.0/24' }])).result;
  const statuses: string[] = [];
  for (let i = 0; i < 3; i += 1)
    statuses.push((await call('GET', `${account}/rules/lists/bulk_operations/${operation_id}`)).result.status);
  expect(statuses).toEqual(['running', 'running', 'completed']);
  expect((await call('GET', items)).result).toMatchObject([{ ip: '192.0.2.0/24' }]);
  await call('DELETE', `${account}/rules/lists/${list.id}`);
  const access = { mode: 'block', configuration: { target: 'ip', value: '192.0.2.1' }, notes: 'n' };
  const rule = (await call('POST', `${zone}/firewall/access_rules/rules`, access)).result;
  expect((await call('GET', `${zone}/firewall/access_rules/rules?notes=n`)).result).toHaveLength(1);
  await call('DELETE', `${zone}/firewall/access_rules/rules/${rule.id}`);
  await call('PATCH', `${zone}/settings/security_level`, { value: 'under_attack' });
  await call('PATCH', `${zone}/settings/security_level`, { value: 'medium' });
  for (const path of [
    '/user/tokens/verify',
    `${account}/mnm/rules`,
    `${account}/alerting/v3/history`,
    '/zones?name=example.com',
  ])
    expect((await call('GET', path)).status, path).toBe(200);
  expect(standIn.state()).toBe(before);
  expect([standIn.violations, standIn.answerViolations]).toEqual([[], []]);
});

function set(rules: readonly unknown[]) {
  return { name: 'x', kind: 'zone', phase: 'http_ratelimit', rules };
}
