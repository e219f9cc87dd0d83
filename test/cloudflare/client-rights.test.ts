/** Zones by name, the state of a token, and what it may read, from answers as the API gives them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { openCloudflare } from '../../src/platform/cloudflare/cloudflare-client.js';
import { Secret } from '../../src/platform/cloudflare/secret.js';
import { PERMISSION_AREAS, probePermissions, verifyToken } from '../../src/platform/cloudflare/token-check.js';
import { resolveZone } from '../../src/platform/cloudflare/zone-id.js';
import { DrivenClock } from '../support/cloudflare/instant-logs-clock.js';

const ZONE = '0123456789abcdef0123456789abcdef';
const ACCOUNT = 'fedcba9876543210fedcba9876543210';
const EXAMPLE = { id: ZONE, name: 'example.com', account: { id: ACCOUNT, name: 'x' } };

type Answer = readonly [status: number, body: unknown];
const ok = (result: unknown): Answer => [200, { success: true, errors: [], messages: [], result }];
const DENIED: Answer = [403, { success: false, errors: [{ code: 10000, message: 'Authentication error' }] }];
const MISSING: Answer = [
  404,
  { success: false, errors: [{ code: 10003, message: 'could not find entrypoint ruleset' }] },
];

function edge(answerTo: (path: string, body: string) => Answer) {
  const asked: { readonly path: string; readonly body: string }[] = [];
  const clock = new DrivenClock();
  const api = openCloudflare({
    token: new Secret('tok_0123456789abcdefghijABCDEFGHIJ'),
    clock,
    sleep: async () => {},
    fetch: async (url, init) => {
      const { pathname, search } = new URL(String(url));
      const path = `${pathname.replace('/client/v4', '')}${search}`;
      asked.push({ path, body: String(init?.body ?? '') });
      const [status, body] = answerTo(path, String(init?.body ?? ''));
      return new Response(JSON.stringify(body), { status });
    },
  });
  return { api, asked };
}

test.each([
  ['by name', 'Example.COM.', ok([EXAMPLE]), { id: ZONE, name: 'example.com', accountId: ACCOUNT }],
  ['by id', ZONE.toUpperCase(), ok(EXAMPLE), { id: ZONE, name: 'example.com', accountId: ACCOUNT }],
  ['by id, without Zone Read', ZONE, DENIED, { id: ZONE, name: ZONE, accountId: null }],
  ['by name, without Zone Read', 'example.com', DENIED, /CLOUDFLARE_FORBIDDEN.*Zone > Zone Read.*id/],
  ['unknown', 'www.example.com', ok([]), /no zone www\.example\.com.*not www/],
  ['two accounts', 'example.com', ok([EXAMPLE, { ...EXAMPLE, id: ACCOUNT }]), /2 zones are named/],
  ['nonsense', 'example.com', ok({ a: 1 }), /no zone/],
  ['hostile answers', ZONE, ok({ id: '../..', name: '\u001b[2J' }), { id: ZONE, name: ZONE, accountId: null }],
  ['not a name', 'a b/../c', ok([]), /expected a zone's name/],
])('a zone %s', async (_name, given, answer, expected) => {
  const result = resolveZone(edge(() => answer).api, given);
  if (expected instanceof RegExp) await expect(result).rejects.toThrow(expected);
  else expect(await result).toEqual(expected);
});

test("a token is verified at the user's path, then at the account's", async () => {
  const state = { id: 'x', status: 'active', expires_on: '2027-01-01T00:00:00Z' };
  const { api, asked } = edge((path) => (path.startsWith('/user') ? DENIED : ok(state)));
  const expiresAtMs = Date.UTC(2027, 0, 1);
  expect(await verifyToken(api, ACCOUNT)).toMatchObject({
    status: 'active',
    expiresAtMs,
    owner: 'account',
    notBeforeMs: null,
  });
  expect(asked.map(({ path }) => path)).toEqual(['/user/tokens/verify', `/accounts/${ACCOUNT}/tokens/verify`]);
  await expect(verifyToken(api)).rejects.toThrow('CLOUDFLARE_FORBIDDEN');
});

const schema = join(import.meta.dirname, '../../../shared/reference/cloudflare-graphql-subset.graphql');

test('permissions: what may be read, what may not, what nobody knows', async (context) => {
  const { api, asked } = edge((path, body) => {
    if (path.includes('ddos_l7')) return MISSING;
    if (path.includes('bot_management'))
      return [400, { success: false, errors: [{ code: 1, message: 'not on this plan' }] }];
    if (path.includes('logpush') || path.includes('intel')) return DENIED;
    if (body.includes('dosdAttack'))
      return [200, { data: null, errors: [{ message: 'not authorized for that account' }] }];
    return path === '/graphql' ? [200, { data: {}, errors: null }] : ok([]);
  });
  const states = await probePermissions(api, { zoneId: ZONE, accountId: ACCOUNT });
  expect(states.map(({ area }) => area)).toEqual([...PERMISSION_AREAS]);
  const by = (allowed: unknown) => states.filter((state) => state.allowed === allowed).map(({ area }) => area);
  expect(by(false)).toEqual(['logs', 'accountAnalytics', 'intel']);
  expect(by('unknown')).toEqual(['botManagement']);
  expect(states.find(({ area }) => area === 'httpDdos')).toMatchObject({
    permission: 'Zone > HTTP DDoS Managed Ruleset Read',
    detail: expect.stringContaining('read only proven'),
  });
  expect(states.find(({ area }) => area === 'logs')?.detail).toContain('Zone > Logs Read');
  expect(asked).toHaveLength(PERMISSION_AREAS.length);

  let text: string;
  try {
    text = readFileSync(schema, 'utf8');
  } catch {
    return context.skip(`no schema at ${schema}`);
  }
  const documents = asked.filter(({ path }) => path === '/graphql').map(({ body }) => JSON.parse(body).query as string);
  const built = buildSchema(text);
  expect(documents.map((document) => validate(built, parse(document)))).toEqual([[], []]);
});
