/** `ddostop incidents` and `ddostop notify` as processes, on stores that the test fills. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command, CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../src/app/exit-code.js';
import { addIncidentsCommand } from '../../src/app/incidents/incidents-options.js';
import { runNotify } from '../../src/app/incidents/notify-command.js';
import { addNotifyCommand } from '../../src/app/incidents/notify-options.js';
import { ExitCode, UserError } from '../../src/errors.js';
import { IncidentStore, type NewEvent, observedEvent } from '../../src/incident/store/incident-store.js';
import { bundleHarness } from '../support/bundle-harness.js';
import { makeIncident } from '../support/incident-fixture.js';
import type { Output } from '../support/lab.js';
import { type ProgramOptions, runCommand, TestFolder } from '../support/program.js';
import { ATTACK_DETAILS, BAN_DETAILS } from './fastnetmon-details.js';

const folder = new TestFolder();
let program = '';
beforeAll(async () => {
  program = await bundleHarness('test/incident/commands-child.ts');
});
afterAll(() => {
  folder.close();
  rmSync(dirname(program), { recursive: true, force: true });
});

const ddostop = (args: readonly string[], options: ProgramOptions = {}): Promise<Output> =>
  runCommand([process.execPath, program, ...args], options);

/** A command line that is wrong, without a process: what is thrown, and its exit code. */
async function refusal(args: readonly string[]): Promise<{ readonly code: number; readonly message: string }> {
  const command = new Command('ddostop').enablePositionalOptions().exitOverride();
  command.configureOutput({ writeErr: () => {} });
  addIncidentsCommand(command);
  addNotifyCommand(command);
  // Not inherited by commands: each is told to throw.
  for (const one of [command, ...command.commands.flatMap((each) => [each, ...each.commands])])
    one.exitOverride().configureOutput({ writeErr: () => {} });
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof UserError) return { code: exitCodeOf(error), message: error.message };
    if (error instanceof CommanderError) return { code: ExitCode.usage, message: error.message };
    throw error;
  }
  return { code: 0, message: '' };
}

async function fill(name: string, events: readonly NewEvent[]): Promise<string> {
  const place = folder.at(name);
  const store = await IncidentStore.open(place, { by: 'ddostop@edge1' });
  for (const event of events) await store.append(event);
  await store.close();
  return place;
}

const nowSec = Math.floor(Date.now() / 1000);
const HOSTILE = '\u001b[2J\u202eevil';
const incidents = [
  observedEvent(
    makeIncident({ id: 'aa-1', state: 'ended', endedAt: nowSec, openedAt: nowSec - 60, detectedAt: nowSec - 59 }),
    'pcap eth0',
  ),
  observedEvent(makeIncident({ id: 'ab-2', urgency: 90, target: HOSTILE, openedAt: nowSec - 30 }), HOSTILE),
  observedEvent(makeIncident({ id: 'ac-3', urgency: 20, openedAt: nowSec - 20 }), 'pcap eth0'),
];

describe('ddostop incidents', () => {
  test('lists by urgency what is open, shows one, and what people say joins it', async () => {
    const store = ['--store', await fill('people', incidents)];
    const list = await ddostop(['incidents', ...store]);
    expect(list.code).toBe(0);
    expect(
      list.stdout
        .split('\n')
        .slice(1, 4)
        .map((line) => line.slice(0, 12).trim()),
    ).toEqual(['ab-2  attack', 'ac-3  attack', 'aa-1  ended']);
    expect(list.stdout).toContain('\\x1b[2J\\u{202e}evil');
    expect(list.stdout).not.toMatch(/[\u001b\u202e]/);

    const evidence = folder.write('flood.pcap', 'not looked into');
    const acts = [
      ['ack', 'aa', 'ac', '--note', 'on it'],
      ['mark', 'aa', 'duplicate', '--of', 'ac-3', '--reason', 'same wave'],
      ['attach', 'aa', evidence, '--words', 'first minute'],
      ['mark', 'ab', 'false-positive'],
      ['unmark', 'ab'],
    ];
    for (const act of acts)
      expect(await ddostop(['incidents', ...act, ...store])).toMatchObject({ code: 0, stderr: '' });
    const piped = await ddostop(['incidents', 'note', 'aa', '-', ...store], { stdin: Buffer.from('from\na pipe\n') });
    expect(piped).toMatchObject({ code: 0, stdout: 'aa-1: noted\n' });

    const json = await ddostop(['incidents', 'show', 'aa', '--format', 'json', ...store]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: 'ddostop.incident/1',
      incident: { id: 'aa-1', acknowledgedAt: expect.any(Number) },
      mark: { mark: 'duplicate', of: 'ac-3', reason: 'same wave', by: expect.stringContaining('@') },
      notes: [{ text: 'on it' }, { text: 'from\na pipe' }],
      files: [{ path: evidence, bytes: 15, sha256: createHash('sha256').update('not looked into').digest('hex') }],
      related: ['ac-3'],
    });
    const text = await ddostop(['incidents', 'show', 'aa', ...store]);
    for (const words of ['aa-1', 'same wave', 'a pipe', evidence]) expect(text.stdout).toContain(words);
    const markdown = await ddostop(['incidents', 'show', 'aa', '--format', 'markdown', '--ascii', ...store]);
    expect(markdown.stdout).toMatch(/^# [\n -~]*$/);
    const open = await ddostop([
      'incidents',
      'list',
      '--unacknowledged',
      '--since',
      '1h',
      '--state',
      'open',
      '--format',
      'json',
      ...store,
    ]);
    expect(JSON.parse(open.stdout)).toMatchObject({
      schema: 'ddostop.incidents/1',
      more: 0,
      incidents: [{ id: 'ab-2', mark: null }],
    });
    const out = folder.at('out.json');
    expect(await ddostop(['incidents', 'stats', '--format', 'json', '-o', out, ...store])).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({
      schema: 'ddostop.incident-stats/1',
      all: { incidents: 2, acknowledge: { n: 1 } },
    });
    expect((await ddostop(['incidents', 'stats', '--by', 'vector', ...store])).stdout).toMatch(
      /^VECTOR +INCIDENTS[\s\S]*tcp-syn +2/,
    );
    expect((await ddostop(['incidents', 'compact', ...store])).stdout).toMatch(
      /became one with .*: 3 incidents, 0 forgotten/,
    );
    expect((await ddostop(['incidents', 'list', '--limit', '1', ...store])).stdout).toMatch(/2 more: --limit 3/);
  });

  test.each([
    [['show', 'aq-1'], 1, /INCIDENT_ID: no incident has the id "aq-1".*Close to it: aa-1/],
    [['ack', 'a'], 1, /beginning of 3 incidents/],
    [['ack', 'aa', 'nobody'], 1, /INCIDENT_ID/],
    [['mark', 'aa', 'duplicate'], 2, /USAGE: a duplicate needs the other one/],
    [['mark', 'aa', 'duplicate', '--of', 'aa-1'], 2, /duplicate of itself/],
    [['mark', 'aa', 'test', '--of', 'ab'], 2, /--of is for duplicates/],
    [['mark', 'aa', 'wrong'], 2, /expected true-positive/],
    [['note', 'aa', 'x'.repeat(20_000)], 2, /at most 16384 characters/],
    [['attach', 'aa', '/nowhere/at/all'], 1, /EVIDENCE_FILE: cannot read/],
    [['attach', 'aa', '/dev/zero'], 1, /no regular file/],
    [['list', '--since', 'yesterday'], 2, /BAD_DURATION/],
    [['list', '--limit', '0'], 2, /--limit: expected 1/],
    [['nothing'], 2, /too many arguments|unknown/],
  ])('%j is an error, and nothing is written', async (args, code, message) => {
    const place = existsSync(folder.at('errors')) ? folder.at('errors') : await fill('errors', incidents);
    const before = readFileSync(`${place}/00000001-0.journal`);
    expect(await refusal(['incidents', ...args, '--store', place])).toEqual({
      code,
      message: expect.stringMatching(message),
    });
    expect(readFileSync(`${place}/00000001-0.journal`)).toEqual(before);
  });

  test('a damaged store: what can be read is listed, and the exit code says so; none is no error', async () => {
    const place = await fill('damaged', incidents);
    appendFileSync(`${place}/00000001-0.journal`, '\nno line of ours\n');
    const { code, stdout, stderr } = await ddostop(['incidents', '--store', place]);
    expect(code).toBe(3);
    expect(stdout.split('\n')).toHaveLength(5);
    expect(stderr).toMatch(/INCIDENT_STORE_DAMAGED: .*1 lines cannot be read/);
    expect(await ddostop(['incidents', '--store', folder.at('none')])).toMatchObject({
      code: 0,
      stdout: 'no incident\n',
    });
    expect(existsSync(folder.at('none'))).toBe(false);
  });
});

describe('ddostop notify', () => {
  const list = async (place: string) =>
    JSON.parse((await ddostop(['incidents', '--format', 'json', '--store', place])).stdout).incidents;

  test("FastNetMon's calls: one incident from ban to unban, beside what ddostop saw itself", async () => {
    const place = await fill('notify', [
      observedEvent(makeIncident({ id: 'own', target: '198.51.100.7', openedAt: nowSec - 5 }), 's'),
    ]);
    const call = (action: string, stdin: string, direction = 'incoming') =>
      ddostop(['notify', '--store', place, '198.51.100.7', direction, '4011', action], { stdin: Buffer.from(stdin) });
    expect(await call('ban', BAN_DETAILS)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await call('attack_details', ATTACK_DETAILS)).toMatchObject({ code: 0 });
    expect(await call('ban', BAN_DETAILS, 'outgoing')).toMatchObject({ code: 0 });
    const rows = await list(place);
    expect(rows).toHaveLength(3);
    const [told] = rows.filter(
      ({ direction, origin }: { direction: string; origin: string }) =>
        origin === 'fastnetmon' && direction === 'incoming',
    );
    expect(told).toMatchObject({
      target: '198.51.100.7',
      state: 'attack',
      peakPps: 4011,
      vectors: [{ id: 'udp-rand' }],
      related: expect.arrayContaining(['own']),
    });
    expect(await call('unban', '')).toMatchObject({ code: 0 });
    expect(await call('unban', '')).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to end') });
    expect((await list(place)).filter(({ state }: { state: string }) => state === 'ended')).toMatchObject([
      { id: told.id },
    ]);
  });

  test('a stdin that is closed, silent, or without end, holds nobody up', async () => {
    const place = folder.at('stdin');
    const words = [program, 'notify', '--store', place, '2001:DB8::7', 'other', '1'];
    const open = spawn(process.execPath, [...words, 'ban'], { stdio: ['pipe', 'ignore', 'inherit'] });
    const endless = spawn(process.execPath, [...words, 'attack_details'], { stdio: ['pipe', 'ignore', 'inherit'] });
    endless.stdin.on('error', () => {}); // it stops reading one day
    const more = () => {
      while (endless.stdin.writable && endless.stdin.write(`${'x'.repeat(65_535)}\n`));
    };
    endless.stdin.on('drain', more);
    more();
    const codes = [open, endless].map((child) => new Promise((resolve) => child.on('close', resolve)));
    expect(await Promise.all(codes)).toEqual([0, 0]);
    expect(await runCommand(['sh', '-c', `exec "$@" <&-`, 'sh', process.execPath, ...words, 'unban'])).toMatchObject({
      code: 0,
    });
    expect(await list(place)).toMatchObject([{ target: '2001:db8::7', direction: 'unknown', state: 'ended' }]);
  });

  test.each([
    [['203.0.113.7;id', 'incoming', '1', 'ban'], /IP: expected an address/],
    [['203.0.113.0/24', 'incoming', '1', 'ban'], /IP/],
    [['-x', 'incoming', '1', 'ban'], /IP/],
    [['203.0.113.7', 'incoming', '1e9', 'ban'], /PPS/],
    [['203.0.113.7', 'incoming', '1', HOSTILE], /ACTION: expected ban, attack_details or unban, got/],
  ])('%j is refused after its details were read', async ([ip = '', direction = '', pps = '', action = ''], message) => {
    const store = folder.at('refused');
    let isRead = false;
    const read = async () => {
      isRead = true;
      return 'Attack type: x';
    };
    const refused = await runNotify({ ip, direction, pps, action }, { store }, undefined, read).catch((error) => error);
    expect(refused).toMatchObject({ code: 'USAGE', message: expect.stringMatching(message) });
    expect(isRead).toBe(true);
    expect(existsSync(store)).toBe(false);
  });

  test('what it refuses is written out', async () => {
    const args = ['notify', '203.0.113.7', 'incoming', '1', HOSTILE];
    const { code, stderr } = await ddostop(args, { stdin: Buffer.from('') });
    expect(code).toBe(2);
    expect(stderr).toContain('\\u202eevil');
    expect(stderr).not.toMatch(/[\u001b\u202e]/);
    expect(await ddostop(['notify', '203.0.113.7'])).toMatchObject({ code: 2 });
  });
});
