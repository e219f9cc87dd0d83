/**
 * A capture in which everything that can be named is hostile, in a file with a hostile name: no byte of it acts on the terminal, on any
 * screen, in any report, in any message. Looked at is what the program sent, byte by byte, not what a terminal made of it.
 */
import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TEXT_ORDER, TEXT_WORDS } from '../../components/panels/text-roles.js';
import type { TextRole } from '../../src/snapshot/snapshot.js';
import { hostileCapture } from '../support/hostile-capture.js';
import { HIDDEN, HOSTILE } from '../support/hostile-strings.js';
import { PROGRAM, runProgram, TestFolder } from '../support/program.js';
import { describeWith } from '../support/system.js';
import { TerminalSession } from '../support/terminal-session.js';
import { parseTerminalStream } from '../support/terminal-stream.js';

/** A path may hold anything but NUL and a slash. */
const NAME = 'e\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\u200b\r\nx';
/** Written out: of a name, a path, a text. */
const WRITTEN_OUT = /\\x1b|\\x9b|\\u\{202e\}|\\x07|\\n|\\033|\\u009[0-9A-F]/;

/** In the status line. */
const READ_TO_ITS_END = /ended +drop/;

const folder = new TestFolder();
const sessions: TerminalSession[] = [];
let file = '';

beforeAll(() => {
  file = folder.write(`${NAME}.pcapng`, hostileCapture());
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});
afterAll(() => folder.close());

function open(args: readonly string[], columns: number, rows: number): TerminalSession {
  const session = new TerminalSession([process.execPath, PROGRAM, ...args], { columns, rows });
  sessions.push(session);
  return session;
}

/** Nothing but our own sequences, and none that was copied from the traffic. */
async function expectTame(session: TerminalSession): Promise<readonly string[]> {
  session.keys('\x03');
  expect(await session.exited).toBe(0);
  const { faults, clipboard } = parseTerminalStream(Buffer.from(session.output, 'latin1'));
  expect(faults).toEqual([]);
  for (const [name, text] of Object.entries(HOSTILE)) {
    if (name === 'surrogate') continue; // has no bytes of its own
    expect(session.output, name).not.toContain(Buffer.from(text, 'utf8').toString('latin1'));
  }
  for (const text of clipboard) expect(text.replaceAll('\n', '')).not.toMatch(HIDDEN);
  return clipboard;
}

/** Fingerprints are digits, whatever they are of; the method of a request is a token. */
const SHOWS_WHAT_WAS_SENT = (role: TextRole): boolean =>
  !['httpHeaderOrders', 'httpMethods', 'tlsJa3', 'tlsJa4'].includes(role);
const ROLES = TEXT_ORDER.filter((role) => role !== 'tcpSynSignatures' && role !== 'dnsResponses');

describeWith(['python3'], 'on the screen', () => {
  test('every table of screen 4, its details, and what is copied of it', async () => {
    const session = open(['-r', file, '--read-only'], 80, 24);
    await session.waitFor(READ_TO_ITS_END);
    session.keys('4');
    for (const [i, role] of ROLES.entries()) {
      const text = await session.waitFor(`${TEXT_WORDS[role].label} ${i + 1}/${ROLES.length}`);
      if (SHOWS_WHAT_WAS_SENT(role)) expect(text, role).toMatch(WRITTEN_OUT);
      session.keys(' jj y');
      await session.waitFor('Copied:');
      session.keys('Gu\t');
    }
    await session.waitFor(`HTTP targets 1/${ROLES.length}`);
    const clipboard = await expectTame(session);
    expect(clipboard).toHaveLength(ROLES.length);
    expect(clipboard.join('\n')).toMatch(WRITTEN_OUT);
  });

  test('all tables at once, in a terminal of plain characters', async () => {
    const session = open(['-r', file, '--read-only', '--ascii'], 200, 60);
    await session.waitFor(READ_TO_ITS_END);
    session.keys('4');
    await session.waitFor('TLS server names');
    session.keys('jjj.,sS');
    await session.waitFor(WRITTEN_OUT);
    await expectTame(session);
    expect(session.output).toMatch(/^[\x00-\x7e]*$/);
  });

  test('every other screen and panel, evidence and its path, the log', async () => {
    const record = folder.at(`rec${NAME}`);
    mkdirSync(record);
    const session = open(['-r', file, '--read-only', '--record', record], 120, 40);
    expect(await session.waitFor(READ_TO_ITS_END)).toMatch(WRITTEN_OUT);
    session.keys('w');
    await session.waitFor(/Evidence of [\d ]+ packets/);
    session.keys('y');
    await session.waitFor('Copied:');
    session.keys('m');
    await session.waitFor('Mitigation preview');
    session.keys('\x1b');
    await session.waitFor((text) => !text.includes('Mitigation preview'));
    session.keys('2\t\t\t\t');
    await session.waitFor('tcp 198.51.100');
    session.keys('t?');
    await session.waitFor('talkers: one table');
    session.keys('\x06\x06');
    await session.waitFor('Ctrl-Z');
    session.keys('\x1b6');
    await session.waitFor('no incident is chosen');
    session.keys('7');
    await session.waitFor('Actions');
    session.keys('8');
    expect(await session.waitFor('evidence:')).toMatch(WRITTEN_OUT);
    session.keys('p1T');
    await session.waitFor('theme:');
    await expectTame(session);
  });

  test.each([
    ['no capture', () => folder.write(`none${NAME}`, `${NAME} is no capture, whatever it says`), /CAPTURE_FORMAT: /],
    ['not there', () => `/nowhere/${NAME}`, WRITTEN_OUT],
  ])('a file that is %s, on the way out', async (_, path, words) => {
    const session = open(['-r', path()], 80, 24);
    expect(await session.exited).toBe(1);
    const { faults, text } = parseTerminalStream(Buffer.from(session.output, 'latin1'));
    expect(faults).toEqual([]);
    expect(text).toMatch(words);
  });
});

describe('off the screen', () => {
  /** Lines are ended by line feeds; everything else must show. */
  const expectVisible = (text: string) => expect(text.replaceAll('\n', '')).not.toMatch(HIDDEN);

  test.each([
    ['text', []],
    ['text, exact', ['--exact', '--top', '500']],
    ['text, ASCII', ['--ascii', '--ja4-compat']],
  ])('report in %s', async (_, flags) => {
    const { code, stdout, stderr } = await runProgram(['report', file, ...flags]);
    expect([code, stderr]).toEqual([0, '']);
    expectVisible(stdout);
    for (const title of ['DNS names asked for', 'mDNS', 'HTTP hosts', 'User agents', 'Cookies', 'TLS server names'])
      expect(stdout).toContain(title);
    expect(stdout.match(new RegExp(WRITTEN_OUT, 'g'))?.length).toBeGreaterThan(50);
  });

  test('report in JSON: no hidden byte, and yet the name of the file as it is', async () => {
    const { code, stdout, stderr } = await runProgram(['report', file, '--format', 'json', '--top', '500']);
    expect([code, stderr]).toEqual([0, '']);
    expectVisible(stdout);
    const facts = JSON.parse(stdout) as {
      source: { name: string };
      http: { userAgents: { byPackets: { key: string }[] } };
      dns: { queries: { byPackets: { key: string }[] } };
    };
    expect(facts.source.name).toBe(file);
    const keys = [...facts.http.userAgents.byPackets, ...facts.dns.queries.byPackets].map(({ key }) => key);
    expect(keys.length).toBeGreaterThan(40);
    for (const key of keys) expectVisible(key);
    // Types stay numbers where programs read.
    expect(facts.dns.queries.byPackets.every(({ key }) => / \d+$/.test(key))).toBe(true);
  });

  test('a capture that is cut: what was read, and a message', async () => {
    const cut = folder.write(`cut${NAME}.pcapng`, hostileCapture().subarray(0, 60_001));
    for (const format of ['text', 'json']) {
      const { code, stdout, stderr } = await runProgram(['report', cut, '--format', format]);
      expect(code).toBe(3);
      expectVisible(stdout);
      expectVisible(stderr);
      expect(stderr).toMatch(/^[A-Z_]+: /);
    }
  });

  test.each<[string, readonly string[]]>([
    ['a file that is not there', ['report', `/nowhere/${NAME}`]],
    ['an output that cannot be written', ['report', '-o', `/nowhere/${NAME}`]],
    ['a format that is none', ['report', '--format', NAME]],
    ['an option that is none', [`--${NAME}`]],
    ['a number that is none', ['report', '--top', NAME]],
    ['a prefix that is none', ['mitigate', 'plan', '--block', NAME]],
    ['an interface that is not there', ['report', '-i', NAME]],
    ['a recording that cannot be', ['report', '--record', `/proc/${NAME}`]],
  ])('%s', async (_, args) => {
    const { code, stdout, stderr } = await runProgram(
      args.includes('-o') || args.includes('--record') ? [...args, file] : args,
    );
    expect(code).not.toBe(0);
    expectVisible(stdout);
    expectVisible(stderr);
    expect(stderr).toMatch(/^[A-Z_]+: /);
  });
});
