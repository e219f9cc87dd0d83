/** What is sent to each service has the shape the service documents, whatever stands in the traffic. */
import { Ajv, type AnySchema } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANY_HOOK, AT, hookEvent } from '../../../test/support/hooks/hook-fixture.js';
import * as shapes from '../../../test/support/hooks/service-shapes.js';
import { ALL_HOSTILE, HIDDEN } from '../../../test/support/hostile-strings.js';
import { HOOK_EVENTS, type HookEventName, type JiraConfig, PLACEHOLDERS } from '../../config/hook-config.js';
import { type HookMessage, messageOf } from '../hook-message.js';
import { fastnetmonCall } from './fastnetmon.js';
import { jiraComment, jiraIssue, jiraSearch } from './jira.js';
import { pagerdutyPayload } from './pagerduty.js';
import { servicenowRecord, servicenowUpdate } from './servicenow.js';
import { slackBotPayload, slackEscaped, slackPayload } from './slack.js';
import { signatureOf, webhookPayload } from './webhook.js';

const ajv = addFormats.default(new Ajv({ allErrors: true, strict: true }));
const HELD = { waiting: 3 };
const ENV = { env: 'X' };
const KEY = 'R'.repeat(32);
const every = PLACEHOLDERS.map((name) => `{${name}}`).join(' ');

const common = { ...ANY_HOOK, link: 'https://noc.example/i/{id}?t={target}' };
const HOOKS = {
  webhook: { ...common, kind: 'webhook', url: { url: 'https://x.example/' }, signature: null },
  pagerduty: { ...common, kind: 'pagerduty', url: { url: 'https://x.example/' }, routingKey: ENV },
  slack: { ...common, kind: 'slack', way: { kind: 'webhook', url: ENV } },
  jira: {
    ...common,
    kind: 'jira',
    baseUrl: 'https://x.example',
    user: 'a@b.example',
    token: ENV,
    project: 'OPS',
    issueType: 'Task',
    labels: ['noc'],
    priorities: { high: 'High' },
    endTransition: 'Done',
  } satisfies JiraConfig,
  servicenow: {
    ...common,
    kind: 'servicenow',
    baseUrl: 'https://x.example',
    user: null,
    secret: ENV,
    table: 'incident',
    fields: { assignment_group: 'noc' },
    endFields: { state: '6', close_code: 'Solved (Permanently)', close_notes: 'over' },
  },
  script: { ...common, kind: 'fastnetmon-script', script: '/bin/notify' },
} as const;

/** Everything that a client, another program or a person wrote, as one text. */
function hostile(text: string, event: HookEventName): HookMessage {
  const vector = { id: text, name: text, share: 0.5, confidence: 1, active: true, pps: 10 };
  const change = {
    target: text,
    vectors: new Array(20).fill(vector),
    evidence: new Array(30).fill(text),
    actions: [text],
    sources: { distinct: 9, top: new Array(30).fill({ key: text, packets: 1, bytes: 1 }), verdict: 'unknown' as const },
  };
  const rest = {
    sensor: text,
    notes: [{ at: AT, by: text, text }],
    signature: { words: text, recall: null, collateral: null, backends: {}, refused: null },
  };
  return messageOf('noc', hookEvent(event, 1, change, rest), event);
}

function valid(schema: AnySchema, value: unknown): void {
  const check = ajv.compile(schema);
  const plain = JSON.parse(JSON.stringify(value)) as unknown;
  expect(check(plain) ? [] : check.errors).toEqual([]);
}

function checkAll(message: HookMessage, template: string | null): void {
  const own = { title: template, text: template };
  const page = pagerdutyPayload({ ...HOOKS.pagerduty, ...own }, KEY, message, HELD);
  if (page !== null) valid(shapes.PAGERDUTY_EVENT, page);
  const slack = { ...HOOKS.slack, ...own };
  valid(shapes.SLACK_WEBHOOK, slackPayload(slack, message, HELD));
  valid(shapes.SLACK_POST_MESSAGE, slackBotPayload(slack, '#noc', '1.5', message, HELD));
  const jira = { ...HOOKS.jira, ...own };
  valid(shapes.JIRA_ISSUE, jiraIssue(jira, message, HELD));
  valid(shapes.JIRA_COMMENT, jiraComment(jira, message, HELD));
  valid(shapes.JIRA_SEARCH, jiraSearch(jira, message));
  const servicenow = { ...HOOKS.servicenow, ...own };
  valid(shapes.SERVICENOW_CREATE, servicenowRecord(servicenow, message, HELD));
  valid(shapes.SERVICENOW_UPDATE, servicenowUpdate(servicenow, message, HELD));
}

/** All strings of a payload; none of them has what a reader would not see. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

const NASTY = [
  ALL_HOSTILE,
  '<!channel> <!here> <!subteam^S1> <@U123> <https://evil.example|click> @channel @here @everyone &lt;',
  '[code]<script>alert(1)</script>[/code]',
  "{text} {id} {{x}} $(reboot) `id` '; DROP TABLE",
  '-rf',
  'x'.repeat(5000),
  '&<>'.repeat(3000),
  '😀'.repeat(3000),
  '',
];

describe('documented shapes', () => {
  const cases = NASTY.flatMap((text) => HOOK_EVENTS.map((event) => ({ text, event })));
  test.each(cases)('$event, $text', ({ text, event }) => {
    const message = hostile(text, event);
    checkAll(message, null);
    checkAll(message, `${every}\n`);
    for (const payload of [slackPayload(HOOKS.slack, message, HELD), webhookPayload(HOOKS.webhook, message, HELD)]) {
      const seen = strings(payload).filter((part) => HIDDEN.test(part.replaceAll('\n', '')));
      expect(seen).toEqual([]);
    }
  });

  test('any text keeps to them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => checkAll(hostile(text, 'updated'), every)),
      { numRuns: 60 },
    );
  });

  test('the shapes are no rubber stamps', () => {
    expect(ajv.compile(shapes.SLACK_WEBHOOK)({ text: 'x', blocks: [{ type: 'section', text: 'x' }] })).toBe(false);
    expect(ajv.compile(shapes.PAGERDUTY_EVENT)({ routing_key: KEY, event_action: 'close', dedup_key: 'x' })).toBe(
      false,
    );
    expect(ajv.compile(shapes.JIRA_COMMENT)({ body: 'text of REST v2' })).toBe(false);
  });
});

describe('Slack', () => {
  test('no control sequence of Slack and no call to all comes out of a value', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '&', '!', '@', 'channel', 'here', '|', 'a') }),
        (text) => {
          const escaped = slackEscaped(text);
          expect(escaped).not.toMatch(/[<>]|@(?:channel|here|everyone)\b/i);
          expect(escaped.replace(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
        },
      ),
    );
  });

  test('a template of the operator may ring bells, a value in it may not', () => {
    const hook = { ...HOOKS.slack, text: '<!here> *{target}*' };
    const { blocks } = slackPayload(hook, hostile('<!channel>', 'opened'), HELD);
    expect(blocks[1]).toMatchObject({ text: { text: '<!here> *&lt;!channel&gt;*', verbatim: true } });
  });
});

describe('PagerDuty', () => {
  const actionOf = (event: HookEventName, change: object = {}) =>
    pagerdutyPayload(HOOKS.pagerduty, KEY, messageOf('noc', hookEvent(event, 1, change), event), HELD)?.event_action;

  test.each([
    ['opened', {}, 'trigger'],
    ['updated', {}, 'trigger'],
    ['mitigated', {}, 'trigger'],
    ['acknowledged', {}, 'acknowledge'],
    ['ended', {}, 'resolve'],
    // An alert that is resolved must not come back by a note.
    ['note', { endedAt: AT }, undefined],
    ['acknowledged', { endedAt: AT }, undefined],
    ['updated', { endedAt: AT }, undefined],
  ] as const)('%s %j: %s', (event, change, action) => {
    expect(actionOf(event, change)).toBe(action);
  });

  test('all events of an incident have one key, other vectors or not; another incident has another', () => {
    const keyOf = (id: string, event: HookEventName) =>
      pagerdutyPayload(HOOKS.pagerduty, KEY, messageOf('noc', hookEvent(event, 1, { id, vectors: [] }), event), HELD)
        ?.dedup_key;
    expect(keyOf('a', 'opened')).toBe('ddostop/edge1/203.0.113.7/a');
    expect(keyOf('a', 'ended')).toBe(keyOf('a', 'opened'));
    expect(keyOf('b', 'opened')).not.toBe(keyOf('a', 'opened'));
  });
});

describe('FastNetMon', () => {
  test.each([
    ['opened', '203.0.113.7', ['/bin/notify', '203.0.113.7', 'incoming', '1000', 'ban']],
    ['updated', '2001:db8::1', ['/bin/notify', '2001:db8::1', 'incoming', '1000', 'attack_details']],
    ['ended', '203.0.113.0/24', ['/bin/notify', '203.0.113.0/24', 'incoming', '1000', 'unban']],
    ['note', '203.0.113.7', undefined],
    ['opened', '--help', undefined],
    ['opened', 'shop.example; reboot', undefined],
  ] as const)('%s of %s', (event, target, argv) => {
    const call = fastnetmonCall(HOOKS.script, messageOf('noc', hookEvent(event, 1, { target }), event));
    expect(call?.argv).toEqual(argv);
    expect(call === null || (call.stdin === '') === (event === 'ended')).toBe(true);
  });

  test('its text has the lines FastNetMon writes', () => {
    const call = fastnetmonCall(HOOKS.script, messageOf('noc', hookEvent('opened', 1), 'opened'));
    expect(call?.stdin.split('\n').slice(0, 7)).toEqual([
      'IP: 203.0.113.7',
      'Attack type: syn_flood',
      'Initial attack power: 1000 packets per second',
      'Peak attack power: 1000 packets per second',
      'Attack direction: incoming',
      'Attack protocol: tcp',
      'Total incoming traffic: 1 mbps',
    ]);
  });
});

test('ServiceNow reads no HTML out of a value', () => {
  const { work_notes: notes } = servicenowUpdate(HOOKS.servicenow, hostile('[code]<b>x</b>[/CODE]', 'updated'), HELD);
  expect(notes).not.toMatch(/\[\s*\/?\s*code/i);
});

test('the signature is the HMAC-SHA256 of time and body', () => {
  // printf '1790000000.{"a":1}' | openssl dgst -sha256 -hmac secret
  expect(signatureOf('secret', AT, '{"a":1}')).toBe(
    'v1=da8fe498621aaab99d5b11c51346b13d1a2bf2914b865b8d3edd3531cab25a3e',
  );
});

test('what waits and what was merged is told', () => {
  const message = { ...hostile('x', 'updated'), merged: 2 };
  expect(webhookPayload(HOOKS.webhook, message, HELD).heldBack).toEqual({ merged: 2, waiting: 3 });
  expect(JSON.stringify(slackPayload(HOOKS.slack, message, HELD))).toContain(
    '2 earlier updates are part of this one; 3 messages wait',
  );
});
