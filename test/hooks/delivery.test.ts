/** Messages on their way to real servers that fail in each way a server can: nothing lost, nothing doubled, nothing sent elsewhere. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { execute } from '../support/execute.js';
import { hookEvent } from '../support/hooks/hook-fixture.js';
import { eventsOf, HookLab, webhook } from '../support/hooks/hook-lab.js';
import { type Answer, BROKEN, plain, RECEIPTS } from '../support/hooks/hook-server.js';

let lab: HookLab;
beforeEach(async () => {
  lab = await HookLab.open();
});
afterEach(() => lab.close());

const THREE_TIMES: Readonly<Record<string, Answer | (() => Answer)>> = {
  ...BROKEN,
  500: plain(500, 'oops'),
  503: plain(503, '', { 'retry-after': '120' }),
  429: plain(429, '{}', { 'retry-after': 'Thu, 01 Jan 2099 00:00:00 GMT' }),
  408: plain(408),
  409: plain(409),
  425: plain(425),
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((status) => [
      status,
      () => plain(status, '', { location: `${lab.elsewhere.url}/x` }),
    ]),
  ),
  'another port by a relative-looking location': () =>
    plain(302, '', { location: lab.elsewhere.url.replace('http:', '') }),
};

describe('nothing lost, nothing doubled, nothing sent lab.elsewhere', () => {
  test.each(Object.entries(THREE_TIMES))('three times %s', async (_, answer) => {
    const target = await lab.server((_request, count) =>
      count > 3 ? plain(204) : typeof answer === 'function' ? answer() : answer,
    );
    const hooks = await lab.dispatcher([webhook(target.url, { timeoutSec: 0.1 })]);
    for (const id of ['a', 'b']) {
      await hooks.tell(hookEvent('opened', 1, { id }));
      await hooks.tell(hookEvent('acknowledged', 2, { id }));
      await hooks.tell(hookEvent('ended', 3, { id }));
    }
    await hooks.drained();
    expect(new Set(target.keys).size).toBe(6);
    for (const id of ['a', 'b'])
      expect([...new Set(eventsOf(target, id))]).toEqual(['opened', 'acknowledged', 'ended']);
    // Twice only where the server had taken it and did not say so, and under the same key.
    expect(target.keys.length).toBe(6 + (answer === BROKEN['taken, then reset'] ? 3 : 0));
    expect(lab.outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(6);
    expect(lab.outcomes).not.toContain('given-up');
    expect(lab.outcomes).toContain('delayed');
    expect(lab.spooled).toEqual([]);
    expect(lab.elsewhere.received).toEqual([]);
  });

  test.each(Object.entries<Answer>(RECEIPTS))('200, %s, is a receipt', async (_, answer) => {
    const target = await lab.server(() => answer);
    const hooks = await lab.dispatcher([webhook(target.url, { timeoutSec: 0.2 })]);
    await hooks.tell(hookEvent('opened', 1));
    await hooks.drained();
    expect([lab.outcomes, target.keys.length, lab.spooled]).toEqual([['sent'], 1, []]);
  });

  test.each([400, 401, 403, 404, 410, 413, 422])('%s is final, told once, and holds nobody up', async (status) => {
    const target = await lab.server((_, count) =>
      count === 1 ? plain(status, '{"error":"\\u001b[2Jno"}') : plain(200),
    );
    const hooks = await lab.dispatcher([webhook(target.url)]);
    await hooks.tell(hookEvent('opened', 1));
    await hooks.tell(hookEvent('ended', 2));
    await hooks.drained();
    expect(lab.outcomes).toEqual(['given-up', 'sent']);
    expect(lab.deliveries[0]?.record).toMatchObject({ ok: false, message: `HTTP ${status}: {"error":"\\u001b[2Jno"}` });
    expect(lab.spooled).toEqual([]);
  });

  test('one that hangs does not hold another, and keeps its messages over an end of the program', async () => {
    const dead = await lab.server(() => BROKEN.hang);
    const target = await lab.server(() => plain(200));
    const hooks = await lab.dispatcher([webhook(dead.url, { name: 'dead' }), webhook(target.url)]);
    for (const sequence of [1, 2, 3]) await hooks.tell(hookEvent('note', sequence));
    while (lab.outcomes.length < 3) await new Promise(setImmediate);
    await hooks.stop();
    expect(target.keys.length).toBe(3);
    expect(lab.spooled).toHaveLength(3);
    const alive = await lab.server(() => plain(200));
    const again = await lab.dispatcher([webhook(alive.url, { name: 'dead' })]);
    await again.drained();
    expect(new Set(alive.keys).size).toBe(3);
    expect(lab.spooled).toEqual([]);
  });

  test('an event told twice is sent once', async () => {
    const target = await lab.server(() => plain(200));
    const hooks = await lab.dispatcher([webhook(target.url)]);
    await hooks.tell(hookEvent('opened', 1));
    await hooks.tell(hookEvent('opened', 1));
    await hooks.drained();
    await hooks.tell(hookEvent('opened', 1));
    await hooks.drained();
    expect(target.keys.length).toBe(1);
  });
});

test('TLS is verified, whatever the environment says', async () => {
  const [key, cert] = [join(lab.folder, 'key'), join(lab.folder, 'cert')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await execute('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject]);
  const received: unknown[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    received.push(request.url);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    const hooks = await lab.dispatcher([webhook(url)]);
    await hooks.tell(hookEvent('opened', 1));
    while (lab.deliveries.length === 0) await new Promise(setImmediate);
    await hooks.stop();
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    server.close();
  }
  expect(lab.deliveries[0]?.record.message).toContain('self-signed certificate');
  expect(received).toEqual([]);
});

test('a secret is in the request and nowhere else', async () => {
  const secret = 's3cr3t/"\\ value';
  // A server that quotes all it was given, in each way.
  const target = await lab.server((request) =>
    plain(500, JSON.stringify([request, secret, encodeURIComponent(secret)]), { 'content-type': 'application/json' }),
  );
  const env = { HOOK_URL: `${target.url}/T0/${encodeURIComponent('t0ken-in-path')}`, KEY: secret };
  const hook = webhook('', { url: { env: 'HOOK_URL' }, signature: { env: 'KEY' } });
  const hooks = await lab.dispatcher([hook], { env });
  await hooks.tell(hookEvent('opened', 1));
  while (lab.deliveries.length === 0) await new Promise(setImmediate);
  await hooks.stop();
  const files = lab.spooled.map((name) => readFileSync(join(lab.spool, name), 'utf8'));
  expect(target.received[0]?.headers['x-ddostop-signature']).toMatch(/^v1=[0-9a-f]{64}$/);
  expect(JSON.stringify([lab.deliveries, lab.troubles, files])).not.toMatch(/s3cr3t|t0ken/);
});

test('a secret that is missing delays, and is looked for again', async () => {
  const target = await lab.server(() => plain(200));
  const env: Record<string, string> = {};
  const hooks = await lab.dispatcher([webhook(target.url, { signature: { env: 'KEY' } })], { env });
  await hooks.tell(hookEvent('opened', 1));
  while (lab.deliveries.length === 0) await new Promise(setImmediate);
  env['KEY'] = 'here-it-is';
  await hooks.drained();
  expect(lab.outcomes).toEqual(['delayed', 'sent']);
  expect(lab.deliveries[0]?.record.message).toContain('KEY is empty or not set');
});
