/** The stand-in itself: what its calls answer, and that the API description agrees with both sides. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HAS_CONTRACT, NO_CONTRACT } from '../support/cloudflare/contract.js';
import { ACCOUNT_ID, StandIn, ZONE_ID } from '../support/cloudflare/stand-in.js';

const TOKEN = 'stand-in-token';
const RULE = { action: 'block', expression: 'ip.src eq 192.0.2.1', description: 'd', enabled: false, ref: 'r1' };
let standIn: StandIn;

beforeAll(async () => {
  standIn = await StandIn.start({ token: TOKEN, checksAnswers: true });
  if (!HAS_CONTRACT) console.warn(NO_CONTRACT);
});
afterAll(() => standIn.close());

async function call(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${standIn.baseUrl}${path}`, {
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
  const before = standIn.state();
  const entry = `${zone}/rulesets/phases/http_request_firewall_custom/entrypoint`;
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
  return { name: 'x', kind: 'zone', phase: 'http_request_firewall_custom', rules };
}
