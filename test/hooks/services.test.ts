/** Services with a memory: one ticket an incident and one entry a message, whatever breaks in between. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  HookConfig,
  JiraConfig,
  PagerdutyConfig,
  ServicenowConfig,
  SlackConfig,
} from '../../src/config/hook-config.js';
import type { HookDispatcher } from '../../src/hooks/hook-dispatcher.js';
import { ANY_HOOK, hookEvent } from '../support/hooks/hook-fixture.js';
import { HookLab } from '../support/hooks/hook-lab.js';
import { type Answer, BROKEN, plain, type Received } from '../support/hooks/hook-server.js';
import { checked, JiraDouble } from '../support/hooks/jira-double.js';
import { PAGERDUTY_EVENT, SLACK_POST_MESSAGE, SLACK_WEBHOOK } from '../support/hooks/service-shapes.js';
import { ServicenowDouble } from '../support/hooks/servicenow-double.js';

let lab: HookLab;
beforeEach(async () => {
  lab = await HookLab.open();
});
afterEach(() => lab.close());

const ENV = { TOKEN: 'jira-token', NOW: 'now-token', KEY: 'k'.repeat(32), BOT: 'xoxb-token' };

const jira = (baseUrl: string): JiraConfig => ({
  ...ANY_HOOK,
  kind: 'jira',
  baseUrl,
  user: 'bot@x.example',
  token: { env: 'TOKEN' },
  project: 'OPS',
  issueType: 'Task',
  labels: [],
  priorities: {},
  endTransition: 'Done',
});
const servicenow = (baseUrl: string): ServicenowConfig => ({
  ...ANY_HOOK,
  kind: 'servicenow',
  baseUrl,
  user: null,
  secret: { env: 'NOW' },
  table: 'incident',
  fields: {},
  endFields: { state: '6', close_code: 'Solved' },
});
const pagerduty = (url: string): PagerdutyConfig => ({
  ...ANY_HOOK,
  kind: 'pagerduty',
  url: { url },
  routingKey: { env: 'KEY' },
});
const slackBot = (baseUrl: string): SlackConfig => ({
  ...ANY_HOOK,
  kind: 'slack',
  way: { kind: 'bot', baseUrl, token: { env: 'BOT' }, channel: '#noc' },
});

const LIFE = ['opened', 'updated', 'acknowledged', 'mitigated', 'note', 'ended'] as const;

/** Tells a whole life to a hook whose server does what `answer` says, and then, for some requests, breaks before it can say so. */
async function live(
  hookOf: (url: string) => HookConfig,
  answer: (request: Received) => Answer,
  breaks: readonly number[],
) {
  const server = await lab.server((request, count) => {
    const right = answer(request);
    return breaks.includes(count) ? BROKEN['taken, then reset'] : right;
  });
  const hooks = await lab.dispatcher([hookOf(server.url)], { env: ENV });
  for (const [i, kind] of LIFE.entries()) {
    const notes = kind === 'note' ? [{ at: 1, by: 'ada', text: 'seen' }] : [];
    await hooks.tell(hookEvent(kind, i, {}, { notes }));
    await hooks.drained();
  }
  expect(lab.outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(LIFE.length);
  expect(lab.outcomes).not.toContain('given-up');
  expect(lab.spooled).toEqual([]);
  return server;
}

/** Each of the first requests in turn, and some together. */
const BREAKS = [[], [1], [2], [3], [4], [5], [2, 4, 6, 8], [1, 2, 3, 9, 10, 11]];

describe('Jira', () => {
  test.each(BREAKS.map((breaks) => ({ breaks })))('broken answers: $breaks', async ({ breaks }) => {
    const double = new JiraDouble(lab.time, 15_000);
    await live(jira, (request) => double.answer(request), breaks);
    expect(double.issues).toHaveLength(1);
    const [issue] = double.issues;
    expect(issue?.comments).toHaveLength(LIFE.length - 1);
    expect(issue?.status).toBe('31');
    expect(lab.deliveries.at(-1)?.record).toMatchObject({ ok: true, reference: 'OPS-1', message: null });
    expect(lab.deliveries.at(-1)?.record.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/browse\/OPS-1$/);
  });

  test('a program that died behind its request makes no second issue', async () => {
    const double = new JiraDouble(lab.time, 15_000);
    let first: HookDispatcher | null = null;
    const server = await lab.server((request, count) => {
      const right = double.answer(request);
      if (count !== 2) return right;
      void first?.stop(); // nothing is written down of this try, as with a kill
      return BROKEN.hang;
    });
    first = await lab.dispatcher([jira(server.url)], { env: ENV });
    await first.tell(hookEvent('opened', 1));
    await first.stop();
    const second = await lab.dispatcher([jira(server.url)], { env: ENV });
    await second.drained();
    expect(double.issues).toHaveLength(1);
    expect(double.issues[0]?.comments).toEqual([]);
  });

  test('an issue that is gone is made anew; a name of a transition that is not there is told', async () => {
    const double = new JiraDouble(lab.time);
    const server = await lab.server((request) => double.answer(request));
    const hooks = await lab.dispatcher([{ ...jira(server.url), endTransition: 'Resolved' }], { env: ENV });
    await hooks.tell(hookEvent('opened', 1));
    await hooks.drained();
    double.issues.length = 0;
    await hooks.tell(hookEvent('ended', 2));
    await hooks.drained();
    expect(double.issues).toHaveLength(1);
    expect(lab.deliveries.at(-1)?.record).toMatchObject({
      ok: true,
      message: 'OPS-1 has no transition "Resolved" now',
    });
  });

  test.each([
    '[]',
    'null',
    '{"issues":[{"key":"../../x"}]}',
    '{"issues":"x"}',
    '<html>',
    '{"key":"OPS-1/../../evil"}',
    '{"key":7}',
  ])('the answer %s leads nowhere', async (body) => {
    const server = await lab.server((_, count) => (count > 4 ? BROKEN.hang : plain(200, body)));
    const hooks = await lab.dispatcher([jira(server.url)], { env: ENV });
    await hooks.tell(hookEvent('opened', 1));
    while (server.received.length <= 4) await new Promise(setImmediate);
    await hooks.stop();
    expect(new Set(server.received.map(({ path }) => path.split('?')[0]))).not.toContain('/browse');
    expect(server.received.every(({ path }) => /^\/rest\/api\/3\/(search\/jql|issue)$/.test(path))).toBe(true);
    expect(lab.spooled).toHaveLength(1);
  });
});

describe('ServiceNow', () => {
  test.each(BREAKS.map((breaks) => ({ breaks })))('broken answers: $breaks', async ({ breaks }) => {
    const double = new ServicenowDouble();
    await live(servicenow, (request) => double.answer(request), breaks);
    expect(double.records).toHaveLength(1);
    expect(double.records[0]?.notes).toHaveLength(LIFE.length - 1);
    expect(double.records[0]?.fields).toMatchObject({ state: '6', close_code: 'Solved' });
    expect(lab.deliveries.at(-1)?.record).toMatchObject({ ok: true, reference: 'INC0010001' });
  });
});

describe('PagerDuty', () => {
  test('one alert through its life, in the documented shape', async () => {
    const actions: unknown[] = [];
    const server = await live(
      pagerduty,
      ({ body }) =>
        checked(PAGERDUTY_EVENT, body, (value) => {
          const { event_action: action, dedup_key: key } = value as Record<string, string>;
          actions.push(action);
          return plain(202, JSON.stringify({ status: 'success', message: 'Event processed', dedup_key: key }));
        }),
      [2],
    );
    // The second came twice, under the same key.
    expect(actions).toEqual(['trigger', 'trigger', 'trigger', 'acknowledge', 'trigger', 'trigger', 'resolve']);
    expect(new Set(server.received.map(({ body }) => JSON.parse(body).dedup_key)).size).toBe(1);
  });

  test('a wrong key is told without the key', async () => {
    const server = await lab.server(({ body }) =>
      plain(400, JSON.stringify({ status: 'invalid event', message: body })),
    );
    const hooks = await lab.dispatcher([pagerduty(server.url)], { env: ENV });
    await hooks.tell(hookEvent('opened', 1));
    await hooks.drained();
    expect(lab.outcomes).toEqual(['given-up']);
    expect(JSON.stringify(lab.deliveries)).toContain('invalid event');
    expect(JSON.stringify(lab.deliveries)).not.toContain(ENV.KEY);
  });
});

describe('Slack', () => {
  test('a bot answers in the thread of the incident', async () => {
    const threads: unknown[] = [];
    await live(
      slackBot,
      ({ path, headers, body }) => {
        if (path !== '/chat.postMessage' || headers.authorization !== 'Bearer xoxb-token') return plain(404);
        return checked(SLACK_POST_MESSAGE, body, (value) => {
          threads.push((value as Record<string, unknown>)['thread_ts']);
          return plain(200, JSON.stringify({ ok: true, channel: 'C1', ts: `1700000000.00000${threads.length}` }));
        });
      },
      [],
    );
    expect(threads).toEqual([undefined, ...new Array(5).fill('1700000000.000001')]);
  });

  test.each([
    ['{"ok":false,"error":"ratelimited"}', 'sent'],
    ['{"ok":false,"error":"channel_not_found"}', 'given-up'],
    ['<html>welcome to the hotel</html>', 'sent'],
  ])('a bot hears %s: %s in the end', async (body, end) => {
    const server = await lab.server((_, count) => plain(200, count === 1 ? body : '{"ok":true,"ts":"1.2"}'));
    const hooks = await lab.dispatcher([slackBot(server.url)], { env: ENV });
    await hooks.tell(hookEvent('opened', 1));
    await hooks.drained();
    expect(lab.outcomes.at(-1)).toBe(end);
  });

  test('an incoming webhook: its URL is the secret; only "ok" is a receipt', async () => {
    const server = await lab.server(({ path, body }, count) => {
      if (path !== '/services/T0/B0/secret-part') return plain(404, 'no_service');
      return checked(SLACK_WEBHOOK, body, () => plain(200, count === 1 ? '<html>portal</html>' : 'ok'));
    });
    const env = { SLACK: `${server.url}/services/T0/B0/secret-part` };
    const hook: SlackConfig = { ...ANY_HOOK, kind: 'slack', way: { kind: 'webhook', url: { env: 'SLACK' } } };
    const hooks = await lab.dispatcher([hook], { env });
    await hooks.tell(hookEvent('opened', 1));
    await hooks.drained();
    expect(lab.outcomes).toEqual(['delayed', 'sent']);
    expect(JSON.stringify(lab.deliveries)).not.toContain('secret-part');
  });
});
