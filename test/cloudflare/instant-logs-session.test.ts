/** The life of a log session: made, refused, renewed, lost and found again. Real sockets, a driven clock. */
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import type { InstantLogsOptions } from '../../collectors/cloudflare/instant-logs/collector-options.js';
import { BOT_FIELDS, DEFAULT_LOG_FIELDS, WAF_FIELDS } from '../../collectors/cloudflare/instant-logs/default-fields.js';
import { HAS_CONTRACT, NO_CONTRACT } from '../support/cloudflare/contract.js';
import { breathe, until } from '../support/cloudflare/instant-logs-clock.js';
import type { LogEdge } from '../support/cloudflare/instant-logs-edge.js';
import { LogLab } from '../support/cloudflare/instant-logs-lab.js';

let lab: LogLab;

afterEach(async () => {
  await lab.stop();
  expect(lab.standIn.violations).toEqual([]);
  // Of refusals here the description says that `success` is true and false at once.
  expect(lab.standIn.answerViolations.filter((text) => !text.includes(': /success must be'))).toEqual([]);
  expect(lab.printed()).not.toMatch(/tok_0123|5ec2e7|wss?:\/\//);
});

/** `checked`: every call and answer is held against the API description, which costs 0.3 s. */
async function start(
  options: Partial<InstantLogsOptions> = {},
  prepare?: (edge: LogEdge) => void,
  checked = false,
): Promise<LogLab> {
  lab = await LogLab.start(options, prepare, checked);
  return lab;
}

async function live(
  options: Partial<InstantLogsOptions> = {},
  prepare?: (edge: LogEdge) => void,
  checked = false,
): Promise<LogLab> {
  await start(options, prepare, checked);
  await isLive();
  return lab;
}

async function isLive(connections = 1): Promise<void> {
  const { collector, edge } = lab;
  await until(
    'live',
    () => lab.state === 'live' && collector.counts.connections >= connections && edge.sockets.length > 0,
  );
}

async function isRetrying(why: RegExp): Promise<void> {
  await until(`retrying ${why}`, () => lab.state === 'retrying' && why.test(lab.detail));
}

const MINUTE = 60_000;
const calls = () => lab.standIn.requests.map(({ method, path }) => `${method} ${path.replace(/^.*logpush/, '')}`);
const posted = () => lab.standIn.requests.filter(({ method }) => method === 'POST').map(({ body }) => body);

test('running sessions are looked for, then one is made as documented', async () => {
  await live({ sample: 10, filter: '{"where":{}}' }, undefined, true);
  expect(calls()).toEqual(['GET /edge/jobs', 'POST /edge/jobs']);
  expect(posted()).toEqual([
    { fields: DEFAULT_LOG_FIELDS.join(','), sample: 10, filter: '{"where":{}}', kind: 'instant-logs' },
  ]);
  expect(lab.collector.status).toMatchObject({ state: 'live', detail: '', fields: DEFAULT_LOG_FIELDS, sample: 10 });
  expect(lab.collector.status.renewByMs).toBe(lab.clock.nowMs() + 58 * MINUTE);
});

test('calls and answers were held against the API description', async (context) => {
  await start({}, undefined, true);
  if (!HAS_CONTRACT) context.skip(NO_CONTRACT);
  expect(lab.standIn.contract).not.toBeNull();
});

test('an API without /jobs', async () => {
  await live({}, (edge) => (edge.hasJobsPath = false), true);
  expect(calls()).toEqual(['GET /edge/jobs', 'GET /edge', 'POST /edge']);
});

test.each([
  ['named', (fields: readonly string[]) => (fields.includes('JA4') ? 'unknown field "JA4"' : null), ['JA4']],
  [
    'not named',
    (fields: readonly string[]) => (fields.includes('BotScore') ? 'a field is not available' : null),
    [...BOT_FIELDS, ...WAF_FIELDS],
  ],
])('fields this plan does not have, %s, are left out and said', async (_name, complain, dropped) => {
  await live({}, (edge) => (edge.complain = complain), true);
  expect(posted()).toHaveLength(2);
  expect(lab.collector.status.fields).toEqual(DEFAULT_LOG_FIELDS.filter((field) => !dropped.includes(field)));
  expect(lab.detail).toBe(`without ${dropped.join(', ')}: not on this plan`);
});

test.each([
  ['403', 403, /LOG_FORBIDDEN.*Logs Read.*Business or Enterprise/],
  ['a filter it does not take', 400, /CLOUDFLARE_REFUSED/],
])('what can never work ends it: %s', async (_name, status, said) => {
  await start({}, (edge) => (edge.postStatus = status));
  await expect(lab.running).rejects.toThrow(said);
  expect(lab.state).toBe('ended');
  expect(lab.detail).not.toBe('');
});

test('a session that is there already: ours is taken up, of another it is told, and when there is room for one only we wait', async () => {
  const fields = DEFAULT_LOG_FIELDS.join(',');
  const job = (id: string, own: string, edge: LogEdge) =>
    edge.jobs.push({ session_id: id, destination_conf: edge.urlOf(id), fields: own, sample: 1, filter: '' });
  await live({}, (edge) => void edge.start().then(() => job('5ec2e7'.padEnd(32, '1'), fields, edge)));
  expect(calls()).toEqual(['GET /edge/jobs']);
  expect(lab.detail).toContain('earlier run');
  await lab.stop();

  await live({}, (edge) => void edge.start().then(() => job('5ec2e7'.padEnd(32, '2'), 'ClientIP', edge)));
  expect(lab.detail).toContain('another session is open too (dashboard or other operator?)');
  await lab.stop();

  await start({}, (edge) => {
    edge.second = 'refused';
    void edge.start().then(() => job('5ec2e7'.padEnd(32, '3'), 'ClientIP', edge));
  });
  await isRetrying(/another session is open for this zone \(dashboard or other operator\?\)/);
  lab.edge.jobs.length = 0;
  await lab.clock.advance(1000);
  await isLive();
});

test.each([
  ['429 on the upgrade', (edge: LogEdge) => (edge.upgrade = 429), /after HTTP 429/],
  ['429 on the call', (edge: LogEdge) => (edge.postStatus = 429), /too many calls/],
])('%s: nothing is tried for 150 s', async (_name, prepare, said) => {
  await start({}, (edge) => void prepare(edge));
  await isRetrying(said);
  Object.assign(lab.edge, { upgrade: 'accept', postStatus: 0 });
  const before = lab.edge.upgrades + lab.standIn.requests.length;
  await lab.clock.advance(149_000);
  expect(lab.edge.upgrades + lab.standIn.requests.length).toBe(before);
  await lab.clock.advance(31_000);
  // After a 429 the budget of calls waits as well: 5 minutes where the server names no time.
  await lab.clock.advance(150_000);
  await isLive();
});

test('a connect that never ends is given up after 15 s', async () => {
  await start({}, (edge) => (edge.upgrade = 'hang'));
  await until('connecting', () => lab.edge.upgrades === 1);
  await lab.clock.advance(14_999);
  expect(lab.state).toBe('connecting');
  await lab.clock.advance(1);
  await isRetrying(/no answer within 15 s/);
  lab.edge.upgrade = 'accept';
  await lab.clock.advance(1000);
  await isLive();
  expect(posted()).toHaveLength(1);
});

test('a server that went silent: pinged every 30 s, given up after 75 s, and the gap begins with its last word', async () => {
  await live();
  const { clock, edge } = lab;
  const startMs = clock.nowMs();
  await clock.advance(30_000);
  await until('pinged', () => edge.pings === 1);
  const answered = once(edge.socket, 'pong');
  edge.socket.ping(); // what the client has answered it has heard
  await answered;
  edge.socket.pause();
  await clock.advance(74_999);
  expect(lab.state).toBe('live');
  await clock.advance(1);
  await isRetrying(/no sign of life for 1m15s, 1m15s of records missing/);
  await clock.advance(1000);
  await isLive(2);
  expect(lab.gaps[0]?.[0]).toBe(startMs + 30_000);
});

test('after 58 minutes the next session is open before the old one ends: no gap', async () => {
  await live();
  const { edge, clock, reader, collector } = lab;
  const first = edge.socket;
  edge.send('{"EdgeResponseStatus":1}');
  await until('a record', () => reader.counts.records === 1);
  await clock.advance(58 * MINUTE - 1);
  expect(posted()).toHaveLength(1);
  await clock.advance(1);
  await isLive(2);
  await until('the old one is closed', () => first.readyState === first.CLOSED);
  edge.send('{"EdgeResponseStatus":2}');
  await until('a record', () => reader.counts.records === 2);
  expect(lab.rows).toEqual([1, 2]);
  expect(lab.gaps).toEqual([]);
  expect(collector.status.renewByMs).toBe(clock.nowMs() + 58 * MINUTE);
});

test.each(['refused', 'replaces', 'the same'] as const)(
  'renewal where a second session is %s: one after the other',
  async (second) => {
    await live({}, (edge) => (edge.second = second));
    const { edge, clock } = lab;
    await clock.advance(58 * MINUTE);
    await until('the old one is closed', () => lab.collector.counts.connections === 2 || lab.state === 'retrying');
    if (second === 'refused') edge.jobs.length = 0; // it has noticed by now that nobody reads
    await clock.advance(1000);
    await isLive(2);
    edge.send('{"EdgeResponseStatus":2}');
    await until('a record', () => lab.reader.counts.records === 1);
  },
);

test('a session that expired without warning: refused at its old address, then a new one', async () => {
  await live();
  lab.edge.endAll(1000);
  await isRetrying(/close 1000/);
  await lab.clock.advance(1000);
  await isRetrying(/HTTP 404/);
  await lab.clock.advance(2000);
  await isLive(2);
  expect(posted()).toHaveLength(2);
});

test('a server that is gone for 10 minutes: tried again within a minute each time, all of it told as a gap', async () => {
  await live();
  const { edge, clock } = lab;
  lab.jitter = 0.999;
  const goneMs = clock.nowMs();
  lab.isGone = true;
  await edge.stop();
  const tries: number[] = [];
  const told = (from: number) => lab.told.slice(from).some(({ state }) => state === 'connecting');
  await until('noticed', () => lab.state === 'retrying');
  while (clock.nowMs() - goneMs < 10 * MINUTE) {
    const count = lab.told.length;
    await clock.advance(500);
    await breathe(20);
    if (told(count)) tries.push(clock.nowMs());
    expect(lab.state).toMatch(/retrying|connecting/);
    expect(lab.detail).toMatch(/ of records missing$/);
    expect(lab.missingMs()).toBeGreaterThanOrEqual(clock.nowMs() - goneMs - 63_000);
  }
  const waits = tries.slice(1).map((ms, index) => ms - (tries[index] as number));
  // The bound of 60 s, and what a try takes: two more reads after 0.6 and 1.3 s.
  expect(Math.max(...waits)).toBeLessThanOrEqual(63_000);
  expect(tries.length).toBeGreaterThan(10);
  expect(tries.length).toBeLessThan(30);
  lab.isGone = false;
  await edge.start();
  for (let i = 0; i < 140 && lab.state !== 'live'; i += 1) {
    await clock.advance(500);
    await breathe(20);
  }
  await isLive(2);
  const [[fromMs] = [0]] = lab.gaps;
  expect(fromMs).toBe(goneMs);
  for (let i = 1; i < lab.gaps.length; i += 1) expect(lab.gaps[i]?.[0]).toBe(lab.gaps[i - 1]?.[1]);
  expect(lab.missingMs()).toBe((lab.gaps.at(-1)?.[1] ?? 0) - goneMs);
  expect(lab.collector.counts).toMatchObject({ gaps: 1, missingMs: lab.missingMs() });
});

test('nobody looks for 5 minutes: closed, and opened again by the first look', async () => {
  await live({ idleMs: 5 * MINUTE });
  const { clock, collector, edge } = lab;
  await clock.advance(4 * MINUTE);
  collector.touch();
  await clock.advance(4 * MINUTE);
  expect(lab.state).toBe('live');
  const { socket } = edge;
  await clock.advance(MINUTE);
  await until('paused', () => lab.state === 'paused');
  await until('closed', () => socket.readyState === socket.CLOSED);
  await clock.advance(3 * MINUTE);
  collector.touch();
  await isLive(2);
  expect(lab.missingMs()).toBe(3 * MINUTE);
});

test('another filter is another session', async () => {
  await live();
  lab.collector.narrow('{"where":{"key":"ClientCountry"}}', 100);
  await isLive(2);
  expect(posted()).toMatchObject([
    { filter: '', sample: 1 },
    { filter: '{"where":{"key":"ClientCountry"}}', sample: 100 },
  ]);
  expect(lab.collector.status.sample).toBe(100);
});
