/** Hooks as they are written: what they become, and what is refused with the word where it stands. */
import { describe, expect, test } from 'vitest';
import { hookSchema, hooksSchema } from './hook-schema.js';

const WEBHOOK = { name: 'noc', kind: 'webhook', url: 'https://noc.example/in' };

test('a webhook with its defaults', () => {
  expect(hookSchema.parse(WEBHOOK)).toEqual({
    name: 'noc',
    kind: 'webhook',
    events: ['opened', 'ended'],
    leastSeverity: 'low',
    leastUrgency: 0,
    targets: [],
    everySec: 5,
    perHour: 30,
    timeoutSec: 10,
    title: null,
    text: null,
    link: null,
    insecure: false,
    url: { url: 'https://noc.example/in' },
    signature: null,
  });
});

const JIRA = {
  name: 'j',
  kind: 'jira',
  baseUrl: 'https://x.atlassian.example/',
  user: 'a@b',
  tokenEnv: 'T',
  project: 'OPS',
};
const NOW = { name: 's', kind: 'servicenow', baseUrl: 'https://x.example' };

test.each([
  [
    { ...WEBHOOK, url: undefined, urlFile: '/etc/url', signatureEnv: 'K' },
    { url: { file: '/etc/url' }, signature: { env: 'K' } },
  ],
  [{ name: 'p', kind: 'pagerduty', routingKeyEnv: 'K' }, { url: { url: 'https://events.pagerduty.com/v2/enqueue' } }],
  [{ name: 's', kind: 'slack', urlEnv: 'U' }, { way: { kind: 'webhook', url: { env: 'U' } } }],
  [
    { name: 's', kind: 'slack', tokenEnv: 'U', channel: '#noc' },
    { way: { kind: 'bot', baseUrl: 'https://slack.com/api' } },
  ],
  [
    { ...JIRA, priorities: { high: 'P1' } },
    { baseUrl: 'https://x.atlassian.example', issueType: 'Task', priorities: { high: 'P1' } },
  ],
  [
    { ...NOW, tokenEnv: 'T' },
    { user: null, secret: { env: 'T' }, table: 'incident' },
  ],
  [
    { ...NOW, user: 'u', passwordFile: '/p', endFields: { state: '6' } },
    { user: 'u', secret: { file: '/p' }, endFields: { state: '6' } },
  ],
  [{ name: 'f', kind: 'fastnetmon-script', script: '/bin/x' }, { script: '/bin/x' }],
  [{ name: 'c', kind: 'command', argv: ['/bin/x', 'a b'] }, { argv: ['/bin/x', 'a b'] }],
  [
    { ...WEBHOOK, rate: { every: '1m', perHour: 5 }, timeout: '30s', severity: 'high' },
    { everySec: 60, perHour: 5, timeoutSec: 30 },
  ],
  [{ ...WEBHOOK, url: 'http://127.0.0.1:8080/x' }, { url: { url: 'http://127.0.0.1:8080/x' } }],
  [{ ...WEBHOOK, url: 'http://10.0.0.1/x', insecure: true }, { url: { url: 'http://10.0.0.1/x' } }],
])('%j', (written, expected) => {
  expect(hookSchema.parse(written)).toMatchObject(expected);
});

describe('refused', () => {
  test.each([
    [{ ...WEBHOOK, url: 'http://noc.example/' }, 'url', 'expected https'],
    [{ ...WEBHOOK, url: 'https://u:secret@noc.example/' }, 'url', 'without user and password'],
    [{ ...WEBHOOK, url: 'ftp://noc.example/' }, 'url', 'expected https, got ftp:'],
    [{ ...WEBHOOK, url: undefined }, 'url', 'url, urlEnv or urlFile'],
    [{ ...WEBHOOK, urlEnv: 'U' }, 'url', 'one of'],
    [{ ...WEBHOOK, signatureEnv: 'A', signatureFile: '/b' }, 'signatureFile', 'one of'],
    [{ ...WEBHOOK, title: 'Attack on {taget}' }, 'title', 'unknown placeholder "{taget}"'],
    [{ ...WEBHOOK, name: '../x' }, 'name', 'expected a name'],
    [{ ...WEBHOOK, events: ['begun'] }, 'events.0', 'Invalid option'],
    [{ ...WEBHOOK, timeout: '1h' }, 'timeout', 'expected 1s to 5m'],
    [{ ...WEBHOOK, secret: 'plain' }, '', 'secret'],
    [{ name: 'p', kind: 'pagerduty' }, 'kind', 'routingKeyEnv or routingKeyFile'],
    [{ name: 's', kind: 'slack', tokenEnv: 'T' }, 'channel', 'the channel'],
    [{ name: 's', kind: 'slack', tokenEnv: 'T', urlEnv: 'U' }, 'kind', 'either'],
    [{ ...JIRA, project: 'OPS" OR project = "HR' }, 'project', 'key of a project'],
    [{ ...NOW, tokenEnv: 'T', table: 'incident/../sys_user' }, 'table', 'name of a table'],
    [{ name: 'x', kind: 'carrier-pigeon' }, 'kind', 'Invalid'],
  ])('%j', (written, path, message) => {
    const { error } = hookSchema.safeParse(written);
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
    expect(error?.issues[0]?.message).toContain(message);
    expect(JSON.stringify(error?.issues)).not.toContain('secret@');
  });

  test('two of one name', () => {
    expect(hooksSchema.safeParse([WEBHOOK, WEBHOOK]).error?.issues[0]?.path).toEqual([1, 'name']);
  });
});
