/** What the door on the edge refuses, warns of, and finds out: guard, permissions, plans, dry runs, other writers. */
import { afterEach, expect, test } from 'vitest';
import type { EdgeAction } from '../../src/mitigation/types.js';
import { BGP_ID, type DoorOptions, EdgeLab, edgeRequest, PREFIX_ID, TOKEN } from '../support/cloudflare/edge-lab.js';
import { EDGE_REQUESTS } from '../support/cloudflare/edge-requests.js';
import type { StandInOptions } from '../support/cloudflare/stand-in.js';
import { IS_WHOLE } from '../support/whole.js';

let lab: EdgeLab | null = null;

afterEach(async () => {
  await lab?.close();
  lab = null;
});

async function start(options: Partial<StandInOptions> = {}): Promise<EdgeLab> {
  lab = await EdgeLab.start({ checksContract: false, ...options });
  return lab;
}

const WAF: EdgeAction = { of: 'waf-rule', expression: 'ssl', action: 'block' };
const LIMIT: EdgeAction = {
  of: 'rate-limit',
  expression: 'ssl',
  characteristics: ['ip.src'],
  periodSec: 10,
  requests: 5,
  timeoutSec: 60,
  action: 'block',
};

test.each<readonly [code: string, action: EdgeAction]>([
  ['BAD_EXPRESSION', { ...WAF, expression: 'ssl) or (true' }],
  ['BAD_EXPRESSION', { ...WAF, expression: 'x'.repeat(5000) }],
  ['BAD_EXPRESSION', { ...WAF, expression: `http.host in {${'"example.com" '.repeat(320)}}` }],
  ['MATCHES_ALL', { ...WAF, expression: 'ssl or (true)' }],
  ['MATCHES_ALL', { of: 'network-firewall', expression: 'true', action: 'block' }],
  ['NOT_ASKED', { ...WAF, action: 'skip' }],
  ['NOT_ASKED', { of: 'network-firewall', expression: 'ip.src eq 192.0.2.1', action: 'skip' }],
  ['NOT_ASKED', { of: 'ip-access', mode: 'block', target: 'country', value: 'XX' }],
  ['BAD_ACTION', { of: 'ip-access', mode: 'whitelist' as 'block', target: 'ip', value: '192.0.2.1' }],
  ['BAD_ACTION', { ...WAF, action: 'allow' as 'block' }],
  ['BAD_LIST', { of: 'ip-access', mode: 'block', target: 'ip_range', value: '192.0.2.0/25' }],
  ['BAD_LIST', { of: 'ip-list', name: 'no-dash', items: ['192.0.2.1'], listKind: 'ip', action: null }],
  ['BAD_LIST', { of: 'ip-list', name: null, items: ['not an address'], listKind: 'ip', action: null }],
  ['BAD_LIST', { of: 'ip-list', name: 'office', items: ['64496'], listKind: 'asn', action: null }],
  ['BAD_LIMIT', { ...LIMIT, periodSec: 11 }],
  ['BAD_LIMIT', { ...LIMIT, characteristics: ['ip.src', 'cf.unique_visitor_id'] }],
  ['BAD_LIMIT', { ...LIMIT, characteristics: ['http.request.headers["x\\"]'] }],
  ['BAD_LEVEL', { of: 'security-level', value: 'panic' as 'off' }],
  ['BAD_SETTING', { of: 'bot-settings', settings: { sbfm_verified_bots: 'block' } }],
  ['BAD_SETTING', { of: 'bot-settings', settings: { constructor: true } as object }],
  ['BAD_OVERRIDE', { of: 'http-ddos-override' }],
  ['BAD_ID', { of: 'spectrum-firewall', appId: '../../../user', ipFirewall: true }],
  ['NOTHING_TO_DO', { of: 'security-level', value: 'medium' }],
  ['EDGE_CANNOT', { of: 'no-such-thing' } as unknown as EdgeAction],
])('%s: %o', async (code, action) => {
  const { standIn } = await start();
  const before = standIn.state();
  const request = edgeRequest({ allow: ['198.51.100.9'], edge: action });
  await expect(lab!.door().plan(request)).rejects.toMatchObject({
    code,
  });
  expect(standIn.state()).toBe(before);
});

test.each<
  readonly [
    name: string,
    parts: Parameters<typeof edgeRequest>[0],
    options: DoorOptions,
    allow: readonly string[] | null,
  ]
>([
  [
    'a block that holds the ssh session of the operator',
    { blockSources: ['198.51.100.0/24'] },
    { sources: { sshConnections: () => Promise.resolve(['198.51.100.7 5000 192.0.2.1 22']) } },
    ['198.51.100.7'],
  ],
  [
    'an IP access rule of an allow-listed address',
    { edge: { of: 'ip-access', mode: 'block', target: 'ip', value: '198.51.100.7' } },
    { allowList: ['198.51.100.0/24'] },
    null,
  ],
  [
    'a list that others use, with an allow-listed address',
    { edge: { of: 'ip-list', name: 'office', items: ['198.51.100.0/24'], listKind: 'ip', action: null } },
    { allowList: ['198.51.100.7'] },
    null,
  ],
])('refused: %s', async (_name, parts, options, allow) => {
  await start();
  const plan = await lab!.door(options).plan(edgeRequest(parts));
  expect(plan.refused).toMatchObject({ code: 'PROTECTED_ADDRESS', narrowed: allow === null ? null : { allow } });
  await expect(lab!.door(options).apply(plan)).rejects.toMatchObject({ code: 'PROTECTED_ADDRESS' });
  if (plan.refused?.narrowed == null) return;
  const narrow = await lab!.door(options).plan(plan.refused.narrowed);
  expect([narrow.refused, narrow.steps[0]?.stdin]).toEqual([
    null,
    expect.stringContaining('and not ip.src in {198.51.100.7}'),
  ]);
});

test('an edge without dry_run makes the rule: it is deleted, and never asked again', async () => {
  const { standIn } = await start();
  const before = standIn.state();
  standIn.ignoresDryRun = true;
  const plan = await lab!.door().plan(edgeRequest({ edge: WAF }));
  expect(plan.warnings.at(-1)).toMatch(/knows no dry run/);
  expect(standIn.state()).toBe(before);
  standIn.requests.length = 0;
  await lab!.door().plan(edgeRequest({ edge: LIMIT }));
  expect(standIn.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('permissions: what may not be read is a warning, what may not be written refuses the plan', async () => {
  await start({ permissions: ['Zone WAF Read', 'Zone Settings Write'] });
  const read = await lab!.door().plan(edgeRequest({ edge: WAF }));
  expect(read.refused).toMatchObject({ code: 'EDGE_PERMISSION', message: expect.stringMatching(/WAF/) });
  const hidden = await lab!
    .door({ readOnly: true })
    .plan(edgeRequest({ edge: { of: 'http-ddos-override', action: 'block' } }));
  expect(hidden.warnings.join()).toMatch(/not readable with this token.*DDoS/);
});

test('a full plan is told, and the edge has the last word', async () => {
  const { standIn } = await start({ plan: 'free' });
  standIn.edge.zones[0]!.rulesets[1]!.rules.push(
    ...[1, 2, 3, 4].map((n) => ({ id: `${n}`, ref: `${n}`, action: 'block', expression: 'ssl' })),
  );
  const plan = await lab!.door({ zonePlan: 'free' }).plan(edgeRequest({ edge: WAF }));
  expect(plan.warnings.join()).toMatch(/holds 5 rules, and the plan free allows 5/);
  expect(plan.refused).toMatchObject({
    code: 'EDGE_REFUSED',
    message: expect.stringMatching(/maximum number of rules/),
  });
});

test('a plan that was made of another state is stale; two writers are told', async () => {
  const { standIn } = await start();
  const zone = standIn.edge.zones[0]!;
  const door = lab!.door();
  const level = await door.plan(edgeRequest({ edge: { of: 'under-attack' } }));
  zone.settings.set('security_level', 'low');
  await expect(door.apply(level)).rejects.toMatchObject({ code: 'PLAN_STALE' });
  const rule = await door.plan(edgeRequest({ edge: WAF }));
  standIn.failOn(({ method }) => {
    if (method === 'POST') zone.rulesets[1]!.version += 1; // somebody else, at the same time
    return false;
  }, 500);
  await door.apply(rule);
  expect(lab!.remarks.join()).toMatch(/somebody else wrote the rules of http_request_firewall_custom/);
});

test('a prefix takes two confirmations, and rests a quarter of an hour after it was withdrawn', async () => {
  const { clock } = await start();
  const door = lab!.door();
  const request = edgeRequest({
    edge: { of: 'advertise', prefixId: PREFIX_ID, bgpPrefixId: BGP_ID, advertised: true },
  });
  const plan = await door.plan(request);
  expect(plan.confirmations).toBe(2);
  await expect(door.apply(plan)).rejects.toMatchObject({ code: 'CONFIRM_TWICE' });
  const { id, confirmByMs } = await door.apply(plan, 2);
  expect(confirmByMs - clock.nowMs()).toBe(900_000);
  await door.undo(id);
  clock.pass(60_000);
  await expect(door.apply(await door.plan(request), 2)).rejects.toMatchObject({ code: 'PREFIX_QUIET' });
  clock.pass(900_000);
  await door.apply(await door.plan(request), 2);
});

test('the token is in nothing that is written or said', async () => {
  const { standIn, clock } = await start();
  const said: string[] = [];
  for (const [, request] of EDGE_REQUESTS.filter((_, i) => IS_WHOLE || i % 3 === 0)) {
    const door = lab!.door();
    const plan = await door.plan(request);
    said.push(JSON.stringify(plan));
    standIn.failOn(({ method }) => method !== 'GET', 'reset-after');
    await door
      .apply(plan, plan.confirmations)
      .catch((error: Error) => said.push(`${error.stack} ${JSON.stringify(error)}`));
    said.push(JSON.stringify([await door.survey(), await door.history()]));
    clock.pass(1_200_000);
    await door.undo(plan.id);
  }
  standIn.token = 'another';
  await lab!
    .door()
    .plan(edgeRequest({ edge: WAF }))
    .catch((error: Error) => said.push(`${error.stack} ${JSON.stringify(error)}`));
  expect(`${said.join('\n')}\n${await lab!.written()}`).not.toContain(TOKEN);
});

test('read-only plans and does nothing', async () => {
  const { standIn } = await start();
  const door = lab!.door({ readOnly: true });
  const plan = await door.plan(edgeRequest({ edge: WAF }));
  await expect(door.apply(plan)).rejects.toMatchObject({ code: 'READ_ONLY' });
  await expect(door.panic()).rejects.toMatchObject({ code: 'READ_ONLY' });
  expect(await door.expireDue(Number.MAX_SAFE_INTEGER)).toEqual([]);
  expect(standIn.requests.every(({ method }) => method === 'GET')).toBe(true);
});
