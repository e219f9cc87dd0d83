/** The built program at an edge: an HTTP flood comes, is compared with what was before, a rule is made of it, confirmed and taken back. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { answerData } from '../support/cloudflare/analytics-answerer.js';
import { EdgeFlood } from '../support/cloudflare/edge-flood.js';
import { LogEdge } from '../support/cloudflare/instant-logs-edge.js';
import { FLOODED, floodedAccount } from '../support/cloudflare/network-flood.js';
import { ACCOUNT_ID, StandIn, ZONE_ID } from '../support/cloudflare/stand-in.js';
import { PROGRAM, preload, runProgram, TestFolder } from '../support/program.js';
import { describeWith } from '../support/system.js';
import { TmuxSession } from '../support/tmux-session.js';
import { startWatch } from '../support/watch-lines.js';

const TOKEN = 'program-test-token-5e6f7a8b9c0d';
/** A is deaf for 600 ms after the calls have come on the screen. */
const GUARD_MS = 650;

let logs: LogEdge;
let standIn: StandIn;
const folder = new TestFolder();

beforeAll(async () => {
  logs = new LogEdge();
  await logs.start();
  standIn = await StandIn.start({
    token: TOKEN,
    zones: [{ id: ZONE_ID, name: 'shop.example' }],
    resources: [logs.resource],
    graphql: (query, variables) =>
      answerData(query, variables, floodedAccount(ACCOUNT_ID, Date.now() / 1000), [
        { id: ZONE_ID, rows: {}, settings: {} },
      ]),
    reputation: [{ ip: '198.51.0.1', risk_types: [{ id: 1, name: 'botnet' }] }],
    checksContract: false,
  });
});
afterAll(async () => {
  await standIn?.close();
  await logs?.stop();
  folder.close();
});

const environment = () => ({
  CLOUDFLARE_API_BASE_URL: standIn.baseUrl,
  CLOUDFLARE_API_TOKEN: TOKEN,
  XDG_STATE_HOME: folder.path,
});
const mitigate = (...args: string[]) => runProgram(['mitigate', ...args, ...EDGE], { env: environment() });
const EDGE = ['--backend', 'cloudflare', '--zone', 'shop.example'];

/** Whatever the program wrote under its folder. */
function written(path = folder.path): string {
  return readdirSync(path, { withFileTypes: true })
    .map((entry) =>
      entry.isDirectory() ? written(join(path, entry.name)) : readFileSync(join(path, entry.name), 'latin1'),
    )
    .join('\n');
}

function expectNoSecret(text: string): void {
  expect(text).not.toContain(TOKEN);
  for (const { session_id } of logs.jobs) expect(text).not.toContain(session_id);
  expect(text).not.toMatch(/wss?:\/\//);
}

describe('ddostop mitigate --backend cloudflare', () => {
  test('plan, apply, list, undo: the edge is as it was', async () => {
    const before = standIn.state();
    const plan = await mitigate('plan', '--under-attack');
    expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining('settings/security_level') });
    expect(standIn.state()).toBe(before);
    const applied = await mitigate('apply', '--yes', '--waf-rule', 'http.request.uri.path eq "/login"', '--ttl', '5m');
    expect(applied).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/in force until .* the edge has no timer/),
    });
    const [id] = applied.stdout.split(' ');
    const listed = await mitigate('list', '--format', 'json');
    expect(JSON.parse(listed.stdout)).toMatchObject({ mitigations: [{ id, state: 'confirmed' }] });
    expect(standIn.state()).toContain('/login');
    expect(await mitigate('undo', id as string)).toMatchObject({ code: 0 });
    expect(standIn.state()).toBe(before);
    for (const { stdout, stderr } of [plan, applied, listed]) expectNoSecret(stdout + stderr);
  });

  test('a list that Cloudflare keeps is part of an expression', async () => {
    const plan = await mitigate('plan', '--waf-rule', 'ip.src in $cf.botnetcc', '--action', 'block');
    expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining('ip.src in $cf.botnetcc') });
  });

  test('--stay takes it back when its time is over', async () => {
    const before = standIn.state();
    const stayed = await mitigate('apply', '--yes', '--stay', '--ttl', '2s', '--security-level', 'high');
    expect(stayed).toMatchObject({ code: 0, stdout: expect.stringContaining('it has been taken back') });
    expect(standIn.state()).toBe(before);
  });

  test.each<[string, string[], number, RegExp]>([
    ['what is asked twice', ['apply', '--yes', '--withdraw', `${'a'.repeat(32)}/${'b'.repeat(32)}`], 1, /^[A-Z_]+: /],
    ['two actions', ['plan', '--under-attack', '--waf-rule', 'ssl'], 2, /USAGE: .*both asked for/],
    ['a level there is none of', ['plan', '--security-level', 'extreme'], 2, /USAGE: --security-level: expected off/],
    ['no limit', ['plan', '--edge-rate-limit', 'ssl'], 2, /USAGE: --edge-rate-limit takes --requests/],
  ])('refused: %s', async (_, args, code, words) => {
    const result = await mitigate(...args);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(words);
  });

  test('no token, a wrong one, a zone there is none of', async () => {
    const nothing = { CLOUDFLARE_API_TOKEN: '', XDG_CONFIG_HOME: folder.path };
    const plan = (env: Record<string, string>, zone = 'shop.example') =>
      runProgram(['mitigate', 'plan', '--under-attack', '--backend', 'cloudflare', '--zone', zone], {
        env: { ...environment(), ...env },
      });
    expect((await plan(nothing)).stderr).toMatch(/^CLOUDFLARE_NO_TOKEN: .* Make one at .*Zone WAF/);
    const wrong = await plan({ CLOUDFLARE_API_TOKEN: 'wrong-token-0123456789abcdef' });
    expect(wrong.stderr).toMatch(/^CLOUDFLARE_[A-Z]+: /);
    expect(wrong.stderr).not.toContain('wrong-token');
    expect((await plan({}, 'other.example')).stderr).toMatch(/^CLOUDFLARE_ZONE: no zone other\.example/);
  });

  test('a crash prints no secret', async () => {
    const crash = preload('setTimeout(() => { throw new Error("crash in the middle of a call"); }, 400)');
    standIn.failOn(() => true, 'timeout');
    const result = await runProgram(['mitigate', 'plan', '--under-attack', ...EDGE], {
      env: { ...environment(), ...crash.env },
    });
    standIn.failNone();
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain('crash in the middle of a call');
    expectNoSecret(result.stdout + result.stderr);
  });
});

describe('ddostop watch --cloudflare', () => {
  test('a flood of a host is an incident, what Cloudflare tells of an attack is kept; nothing secret anywhere', async () => {
    const store = join(folder.path, 'watched');
    const flood = new EdgeFlood(logs, standIn, { floodRps: 1500, beginsAfterSec: 12 });
    const watch = startWatch(['--cloudflare', 'shop.example', '--store', store], environment());
    try {
      const opened = await watch.until(({ event }) => event === 'incident.opened');
      expect(opened.incident).toMatchObject({ target: 'www.shop.example', scope: 'site', state: 'attack' });
      expect(opened.incident?.vectors).toMatchObject([{ id: 'app-http-get', name: 'HTTP flood' }]);
      await watch.until(({ text = '' }) => text.includes(FLOODED));
      flood.stop();
      watch.child.kill('SIGTERM');
      expect(await once(watch.child, 'exit')).toEqual([0, null]);
      const list = await runProgram(['incidents', 'list', '--store', store, '--format', 'json']);
      for (const target of ['www.shop.example', FLOODED]) expect(list.stdout).toContain(target);
      expectNoSecret(list.stdout + JSON.stringify(watch.seen) + written());
    } finally {
      flood.stop();
      watch.child.kill('SIGKILL');
    }
  });

  test('no token: 1, and what to do', async () => {
    const result = await runProgram(['watch', '--cloudflare', 'shop.example', '--no-store'], {
      env: { ...environment(), CLOUDFLARE_API_TOKEN: '', XDG_CONFIG_HOME: folder.path },
    });
    expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(/^CLOUDFLARE_NO_TOKEN: /) });
  });
});

describeWith(['tmux', 'ps', 'bash'], 'the screen at an edge', () => {
  let session: TmuxSession | null = null;
  let flood: EdgeFlood | null = null;
  afterEach(async () => {
    flood?.stop();
    await session?.close();
    session = null;
  });

  test('a flood: onset, rule, applied, seen in the log, confirmed, undone; nothing secret anywhere', async () => {
    const before = standIn.state();
    flood = new EdgeFlood(logs, standIn, { floodRps: 2000, beginsAfterSec: 14 });
    session = await TmuxSession.open({ env: environment() });
    const screen = session;
    // A machine under load takes a while to search for a rule.
    const see = (what: Parameters<TmuxSession['waitFor']>[0]) => screen.waitFor(what, 60_000);
    await session.type(`${process.execPath} ${PROGRAM} --cloudflare shop.example --ttl 2m`);
    await see(/NORMAL +no onset .*edge shop\.example +live/);
    const screens = [await see(/ATTACK .*HTTP flood .*www\.shop\.example/)];
    await see((text) => text.includes('▸ /api/search'));
    await session.press('m');
    screens.push(await see(/Challenge \(managed\) requests at the edge[\s\S]*of the attack[\s\S]*of good traffic/));
    await session.press('x');
    await see(/Challenge \(JavaScript\) requests at the edge[\s\S]*"action":"js_challenge"/);
    await new Promise((resolve) => setTimeout(resolve, GUARD_MS));
    await session.press('A');
    screens.push(await see(/matched .*requests so far/));
    expect(standIn.state()).toContain('js_challenge');
    await session.press('c');
    await see('Mitigation confirmed');
    await session.press('z');
    await see('Mitigation undone');
    expect(standIn.state()).toBe(before);
    await session.press('Escape', 'd');
    screens.push(await see(/Rule, as proposed[\s\S]*http\.host eq "www\.shop\.example"/));
    await session.press('4', '4');
    screens.push(await see(new RegExp(`ongoing DNS Amplification +${FLOODED.replaceAll('.', '\\.')}`)));
    await session.press('d');
    screens.push(await see(/port\.src = 53|source port 53|port\.src[\s\S]*53/));
    await session.press('8');
    screens.push(await see('edge shop.example: live'));
    await session.press('C-c');
    await session.ask('true');
    expectNoSecret(screens.join('\n') + (await session.text()) + written());
  }, 240_000);
});
