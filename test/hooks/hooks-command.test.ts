/** `ddostop hooks` as its users run it, against servers of this machine. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hookEvent } from '../support/hooks/hook-fixture.js';
import { HookLab, webhook } from '../support/hooks/hook-lab.js';
import { BROKEN, type HookServer, plain } from '../support/hooks/hook-server.js';
import { runProgram } from '../support/program.js';

const SECRETS = { NOC_KEY: 'noc-signature-key', PD_KEY: 'p'.repeat(32) };

let lab: HookLab;
let spool: string;
let config: string;
beforeEach(async () => {
  lab = await HookLab.open();
  spool = join(lab.folder, 'ddostop', 'hooks');
  config = join(lab.folder, 'config.yaml');
});
afterEach(() => lab.close());

function run(...args: string[]) {
  return runProgram(['hooks', ...args], { env: { ...SECRETS, XDG_STATE_HOME: lab.folder } });
}

function write(server: HookServer): void {
  mkdirSync(lab.folder, { recursive: true });
  const lines = [
    'sensor: edge1',
    'hooks:',
    `  - { name: noc, kind: webhook, url: "${server.url}/noc", signatureEnv: NOC_KEY }`,
    `  - { name: page, kind: pagerduty, url: "${server.url}/page", routingKeyEnv: PD_KEY }`,
  ];
  writeFileSync(config, lines.join('\n'));
}

test('test sends what is marked as a test, and says what came back; --dry-run shows it and sends nothing', async () => {
  const server = await lab.server(({ path, body }) =>
    path === '/noc' ? plain(403, `\x1b[2J${SECRETS.NOC_KEY} ${body.slice(0, 20)}`) : plain(202, '{"status":"success"}'),
  );
  write(server);
  const dry = await run('test', '--dry-run', '--config', config);
  expect(server.received).toEqual([]);
  const listed = await run('list', '--config', config);
  const real = await run('test', '--config', config);
  const json = await run('test', 'page', '--format', 'json', '--config', config);

  expect([dry.code, listed.code, real.code, json.code]).toEqual([0, 0, 1, 0]);
  expect(dry.stdout).toContain('"routing_key":"***"');
  expect(dry.stdout).toContain('x-ddostop-signature: ***');
  expect(real.stdout).toContain('noc (webhook), opened: FAILED: HTTP 403: \\x1b[2J***');
  expect(real.stdout).toMatch(/page \(pagerduty\), opened: sent, .*\npage \(pagerduty\), ended: sent/);
  expect(JSON.parse(json.stdout).hooks[0].steps.map((step: { event: string }) => step.event)).toEqual([
    'opened',
    'ended',
  ]);
  const pages = server.received.filter(({ path }) => path === '/page').map(({ body }) => JSON.parse(body));
  expect(pages.map((page) => page.event_action)).toEqual(['trigger', 'resolve', 'trigger', 'resolve']);
  expect(pages[0].payload).toMatchObject({ severity: 'info', summary: expect.stringContaining('TEST, no attack') });
  const all = [dry, listed, real, json].map(({ stdout, stderr }) => stdout + stderr).join();
  expect(all).not.toMatch(new RegExp(`${SECRETS.NOC_KEY}|${SECRETS.PD_KEY}|\x1b`));
});

test('spool shows what waits, retry sends it unless somebody else does', async () => {
  const server = await lab.server((_, count) => (count === 1 ? BROKEN.hang : plain(200)));
  write(server);
  const hooks = await lab.dispatcher([webhook(`${server.url}/noc`)], { spoolFolder: spool });
  await hooks.tell(hookEvent('opened', 1, { target: 'shop\x1b[2J.example' }));
  const busy = await run('retry', '--config', config);
  await hooks.stop();
  const shown = await run('spool');
  const sent = await run('retry', '--config', config);
  const empty = await run('spool', '--format', 'json');

  expect([busy.code, busy.stderr]).toEqual([
    1,
    expect.stringContaining(`HOOK_SPOOL_BUSY: process ${process.pid} sends`),
  ]);
  expect(shown.stdout).toContain('noc: opened of i7, shop\\x1b[2J.example, for ');
  expect([sent.code, sent.stdout]).toEqual([0, 'noc: opened of i7: sent\nNothing waits any more.\n']);
  expect(JSON.parse(empty.stdout)).toMatchObject({ schema: 'ddostop.hooks-spool/1', sender: null, waiting: [] });
  expect(new Set(server.keys).size).toBe(1);
});

test.each([
  [['test', 'nope'], 2, 'there is no such hook: expected one of noc, page, got "nope"'],
  [['test', '--event', 'begun'], 2, 'Allowed choices are'],
  [['list', '--config', '/no/such/file'], 1, 'CONFIG_READ'],
])('%j', async (args, code, words) => {
  write(await lab.server(() => plain(200)));
  const result = await run(...args, ...(args.includes('--config') ? [] : ['--config', config]));
  expect([result.code, result.stderr]).toEqual([code, expect.stringContaining(words)]);
});
