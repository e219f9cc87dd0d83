/** The client against real sockets: what servers, proxies and broken lines answer. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import type { CloudflareApi } from '../../src/platform/cloudflare/api.js';
import { pathOf } from '../../src/platform/cloudflare/api.js';
import { ApiFailure } from '../../src/platform/cloudflare/api-failure.js';
import { openCloudflare } from '../../src/platform/cloudflare/cloudflare-client.js';
import { Secret } from '../../src/platform/cloudflare/secret.js';
import { DrivenClock, until } from '../support/cloudflare/instant-logs-clock.js';

const TOKEN = 'tok_0123456789abcdefghijABCDEFGHIJ0123456789';
const ZONE = '0123456789abcdef0123456789abcdef';
const PATH = pathOf`/zones/${ZONE}/rulesets`;

let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

interface Setting {
  readonly api: CloudflareApi;
  readonly clock: DrivenClock;
  readonly seen: { readonly request: IncomingMessage; readonly body: string }[];
}

async function serve(answer: RequestListener, timeoutMs = 10_000): Promise<Setting> {
  const seen: Setting['seen'] = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    seen.push({ request, body });
    answer(request, response);
  });
  server.keepAliveTimeout = 60_000; // a machine under load takes seconds between two calls
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const clock = new DrivenClock();
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`;
  const { sleep } = clock;
  const api = openCloudflare({ token: new Secret(TOKEN), baseUrl, clock, sleep, random: () => 0.5, timeoutMs });
  return { api, clock, seen };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener => {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
};

const text = (status: number, body: string, headers: Record<string, string> = {}): RequestListener => {
  return (_request, response) => void response.writeHead(status, headers).end(body);
};

async function failureOf(promise: Promise<unknown>): Promise<ApiFailure> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiFailure)) throw new Error(`expected an ApiFailure, got ${inspect(error)}`);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(TOKEN);
  return error;
}

test('a call is sent as asked, and the envelope is read', async () => {
  const messages = [{ code: 7, message: 'queued' }];
  const { api, seen } = await serve(
    json(200, { success: true, errors: [], messages, result: { id: 'a' }, result_info: { page: 1 } }),
  );
  const answer = await api.call({
    method: 'POST',
    path: PATH,
    query: { dry_run: true, name: 'a&b' },
    body: { rules: [] },
  });
  expect(answer).toEqual({
    status: 200,
    result: { id: 'a' },
    messages: [{ code: 7, message: 'queued', pointer: '' }],
    resultInfo: { page: 1 },
  });
  const [{ request, body } = {} as never] = seen;
  expect(request).toMatchObject({ method: 'POST', url: `/client/v4${PATH}?dry_run=true&name=a%26b` });
  expect(request.headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' });
  expect(body).toBe('{"rules":[]}');
});

const DENIED = { success: false, errors: [{ code: 10000, message: 'Authentication error' }], result: null };
const RULE_ERROR = { code: 20217, message: `unknown field ${TOKEN}`, source: { pointer: '/rules/0/expression' } };

test.each<readonly [string, RequestListener, Partial<ApiFailure>, string]>([
  ['401', json(401, DENIED), { code: 'CLOUDFLARE_TOKEN', kind: 'refused' }, '10000 Authentication error'],
  [
    '1000',
    json(400, { success: false, errors: [{ code: 1000, message: 'Invalid API Token' }] }),
    { code: 'CLOUDFLARE_TOKEN' },
    '1000',
  ],
  [
    '9109',
    json(403, { success: false, errors: [{ code: 9109, message: 'Invalid access token' }] }),
    { code: 'CLOUDFLARE_TOKEN' },
    '',
  ],
  ['403', json(403, DENIED), { code: 'CLOUDFLARE_FORBIDDEN', kind: 'refused' }, 'Zone > Zone WAF Write'],
  [
    '400',
    json(400, { success: false, errors: [RULE_ERROR] }),
    { code: 'CLOUDFLARE_REFUSED' },
    '20217 unknown field (secret) (/rules/0/expression)',
  ],
  ['404', json(404, { success: false, errors: [] }), { code: 'CLOUDFLARE_REFUSED', status: 404, kind: 'refused' }, ''],
  [
    '200 without success',
    json(200, { success: false, errors: [RULE_ERROR] }),
    { code: 'CLOUDFLARE_REFUSED', status: 200 },
    '20217',
  ],
  [
    '429',
    json(429, { success: false, errors: [{ code: 971, message: 'slow down' }] }),
    { code: 'CLOUDFLARE_LIMITED', kind: 'limited' },
    'slow down',
  ],
  [
    '500',
    json(500, { success: false, errors: [{ code: 1, message: 'oops' }] }),
    { code: 'CLOUDFLARE_UNREACHABLE', kind: 'unknown' },
    'oops',
  ],
  [
    'a page of a proxy',
    text(502, '<html>', { 'content-type': 'text/html' }),
    { code: 'CLOUDFLARE_UNREACHABLE', kind: 'unknown' },
    '502',
  ],
  [
    'a page with 200',
    text(200, '<html>', { 'content-type': 'text/html' }),
    { code: 'CLOUDFLARE_UNREADABLE', kind: 'unreadable' },
    '(text/html)',
  ],
  ['JSON, no envelope', json(200, ['hello']), { code: 'CLOUDFLARE_UNREADABLE', kind: 'unreadable' }, 'no envelope'],
  [
    'a redirect',
    text(307, '', { location: 'http://127.0.0.1:9/' }),
    { code: 'CLOUDFLARE_UNREADABLE' },
    'points elsewhere',
  ],
  [
    'a reset',
    (request) => void request.socket.destroy(),
    { code: 'CLOUDFLARE_UNREACHABLE', kind: 'unknown', status: 0 },
    'Not known whether',
  ],
  [
    'half an answer',
    (_, response) => void response.writeHead(200, { 'content-length': '99' }).write('{', () => response.destroy()),
    { kind: 'unknown' },
    '',
  ],
  ['no answer', () => {}, { code: 'CLOUDFLARE_UNREACHABLE', kind: 'unknown' }, 'no answer within 0.3 s'],
  [
    'nonsense in remarks',
    json(400, {
      errors: [null, 7, 'text', { code: 'x', message: {}, source: 7, error_chain: [{ code: 5, message: 'deep' }] }],
    }),
    {},
    'text; ; 5 deep',
  ],
])('an answer that is no result: %s; a write is sent once', async (_name, answer, expected, said) => {
  const { api, seen } = await serve(answer, 300);
  const failure = await failureOf(api.call({ method: 'POST', path: PATH, body: {} }));
  expect(failure).toMatchObject({ ...expected, method: 'POST', path: PATH });
  expect(failure.message).toContain(said);
  expect(seen).toHaveLength(1);
});

test.each([
  ['an empty answer', text(204, '')],
  ['no success, but a result', json(200, { result: null })],
  [
    'wrong types around the result',
    json(200, { success: true, errors: null, messages: 'x', result: null, result_info: [] }),
  ],
])('tolerated: %s', async (_name, answer) => {
  const { api } = await serve(answer);
  const { result, messages, resultInfo } = await api.call({ method: 'DELETE', path: PATH });
  expect({ result, messages, resultInfo }).toEqual({ result: null, messages: [], resultInfo: null });
});

test('an answer is read up to 16 MiB, remarks up to eight of 300 characters', async () => {
  const big = await serve((_request, response) => {
    const piece = Buffer.alloc(1 << 20, 32);
    const more = () => {
      while (!response.destroyed && response.write(piece)) {}
    };
    response.on('drain', more);
    more();
  });
  expect(await failureOf(big.api.call({ method: 'GET', path: PATH }))).toMatchObject({ code: 'CLOUDFLARE_UNREADABLE' });
  server?.closeAllConnections();
  const errors = Array.from({ length: 999 }, () => ({ code: 1, message: 'x'.repeat(9999) }));
  const { api } = await serve(json(400, { success: false, errors }));
  const failure = await failureOf(api.call({ method: 'GET', path: PATH }));
  expect(failure.remarks).toHaveLength(8);
  expect(failure.message.length).toBeLessThan(3000);
});

test('reads that broke off are sent up to twice more, after a growing wait', async () => {
  let count = 0;
  const { api, clock, seen } = await serve((request, response) => {
    count += 1;
    if (count < 3) request.socket.destroy();
    else json(200, { success: true, result: 'at last' })(request, response);
  });
  const startMs = clock.nowMs();
  const answer = api.call({ method: 'GET', path: PATH });
  for (const waitMs of [562.5, 1125]) {
    await until('it waits', () => clock.waits === 1);
    await clock.step();
    expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(waitMs);
  }
  expect((await answer).result).toBe('at last');
  expect(seen).toHaveLength(3);
  expect(clock.nowMs() - startMs).toBe(1687.5);
});

test('after a 429 calls wait as told, with a countdown, and who waits may give up', async () => {
  let isOver = false;
  const { api, clock, seen } = await serve((request, response) =>
    isOver
      ? json(200, { success: true, result: 1 })(request, response)
      : json(429, { success: false }, { 'retry-after': '150' })(request, response),
  );
  const told: (number | null)[] = [];
  api.onBudget(({ pausedUntilMs }) => told.push(pausedUntilMs));
  const startMs = clock.nowMs();
  await failureOf(api.call({ method: 'GET', path: PATH }));
  isOver = true;
  expect(api.budget).toMatchObject({ pausedUntilMs: startMs + 150_000, why: '429 from the server' });
  const controller = new AbortController();
  const givenUp = failureOf(api.call({ method: 'PUT', path: PATH, signal: controller.signal }));
  const second = api.call({ method: 'GET', path: PATH });
  controller.abort();
  expect(await givenUp).toMatchObject({ code: 'CLOUDFLARE_GIVEN_UP', kind: 'refused', status: 0 });
  await clock.advance(149_999);
  expect(seen).toHaveLength(1);
  await clock.advance(1);
  await second;
  expect(seen).toHaveLength(2);
  expect(told).toEqual([startMs + 150_000, null]);
});

test('a write given up under way may have been carried out', async () => {
  const { api, seen } = await serve(() => {});
  const controller = new AbortController();
  const result = failureOf(api.call({ method: 'PUT', path: PATH, signal: controller.signal }));
  await until('it is under way', () => seen.length === 1);
  controller.abort(new Error('quit'));
  expect(await result).toMatchObject({ code: 'CLOUDFLARE_GIVEN_UP', kind: 'unknown' });
});

test('GraphQL: data, errors of an answer of 200, and a budget of its own', async () => {
  const answers: unknown[] = [
    { data: { viewer: 1 }, errors: null },
    { data: null, errors: [{ message: 'unknown field "x"', path: ['viewer', 'zones', 0] }] },
    { data: null, errors: [{ message: 'not authorized for that account' }] },
    { data: null, errors: [{ message: 'rate limiter budget depleted, try again' }] },
  ];
  const { api, clock, seen } = await serve((request, response) => {
    const isQuery = request.url === '/client/v4/graphql';
    json(200, isQuery ? (answers.shift() ?? { data: 'again' }) : { success: true, result: 1 })(request, response);
  });
  expect(await api.graphql('query { viewer }', { z: 1 })).toEqual({ viewer: 1 });
  expect(seen[0]?.body).toBe('{"query":"query { viewer }","variables":{"z":1}}');
  const refused = await failureOf(api.graphql('query', {}));
  expect(refused).toMatchObject({ code: 'CLOUDFLARE_REFUSED', remarks: [{ pointer: '/viewer/zones/0' }] });
  expect(await failureOf(api.graphql('query', {}))).toMatchObject({ code: 'CLOUDFLARE_FORBIDDEN' });
  expect(await failureOf(api.graphql('query', {}))).toMatchObject({ code: 'CLOUDFLARE_LIMITED' });
  const later = api.graphql('query', {});
  await api.call({ method: 'GET', path: PATH }); // the other budget is not spent
  expect(seen).toHaveLength(5);
  await clock.advance(300_000);
  expect(await later).toBe('again');
});

test('1300 real calls on a driven clock: no 5 minutes with more than 1200', async () => {
  const sent: number[] = [];
  let underWay = 0;
  let most = 0;
  const { api, clock } = await serve((request, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    response.on('finish', () => (underWay -= 1));
    json(200, { success: true, result: 1 })(request, response);
  });
  const calls = Array.from({ length: 1300 }, async () => {
    await api.call({ method: 'GET', path: PATH });
    sent.push(clock.nowMs());
  });
  await until('1200 went out', () => sent.length === 1200);
  expect(most).toBeLessThanOrEqual(16);
  expect(api.budget).toMatchObject({ remaining: 0, why: '1200 calls in 5 min' });
  expect(api.budget.pausedUntilMs).toBe((sent[0] as number) + 300_000);
  await clock.advance(300_000);
  await Promise.all(calls);
  for (let i = 1200; i < sent.length; i += 1) expect((sent[i] as number) - (sent[i - 1200] as number)).toBe(300_000);
});

test('a path that would leave the API, or a token with a line break, is never sent', async () => {
  const { api, seen } = await serve(json(200, {}));
  for (const path of ['/zones/../user', '//elsewhere', '/a?b', '/a#b', 'x', '/a/..', '/a b']) {
    await expect(api.call({ method: 'GET', path })).rejects.toThrow(RangeError);
  }
  expect(seen).toHaveLength(0);
  const spoilt = () => openCloudflare({ token: new Secret('abc\r\nx-evil: 1') });
  expect(spoilt).toThrow('CLOUDFLARE_TOKEN');
  expect(spoilt).not.toThrow('x-evil');
});
