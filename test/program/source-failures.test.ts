/** A source that can never work gives the screen back with one clear line and exit 1; one that grows is followed. */
import { appendFileSync, chmodSync, cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PROGRAM, TestFolder } from '../support/program.js';
import { CAPTURE_START_SEC, recordOf, smallCapture } from '../support/sample-capture.js';
import { describeWith } from '../support/system.js';
import { TerminalSession } from '../support/terminal-session.js';

const folder = new TestFolder();
const sessions: TerminalSession[] = [];
let file = '';

beforeAll(() => {
  file = folder.write('small.pcap', smallCapture());
  // Where root's own folders are closed to others, so is the checkout.
  chmodSync(folder.path, 0o755);
  cpSync(dirname(PROGRAM), folder.at('dist'), { recursive: true });
  mkdirSync(folder.at('bin'));
  symlinkSync(process.execPath, folder.at('bin/node'));
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});
afterAll(() => folder.close());

/** In a shell that stays, with stderr in a file: what belongs on the screen and what does not are told apart. */
function open(command: string, env: Readonly<Record<string, string>> = {}): TerminalSession {
  const line = `${command} 2>'${folder.at('stderr')}'; echo "left with $?"; cat '${folder.at('stderr')}'; echo over; read line`;
  const session = new TerminalSession(['/bin/sh', '-c', line], { columns: 160, rows: 40, env });
  sessions.push(session);
  return session;
}

/** The screen given back, and on stderr one line: `CODE: what. hint`. */
async function expectFailure(session: TerminalSession, code: string, exitCode = 1): Promise<void> {
  await session.waitFor('over');
  const text = session.screen.lines().map((line) => line.trimEnd());
  expect(session.screen.isAlternate).toBe(false);
  expect(await session.modes()).toEqual({ echo: true, canonical: true, signals: true });
  const from = text.indexOf(`left with ${exitCode}`);
  expect(from, text.join('\n')).toBeGreaterThanOrEqual(0);
  const said = text.slice(from + 1, text.indexOf('over')).join('');
  expect(said).toMatch(new RegExp(`^${code}: [^:]+.*\\. [A-Z].*\\.$`));
  expect(said).not.toMatch(/ at .*:\d+:\d+/);
}

const DDOSTOP = `'${process.execPath}' '${PROGRAM}'`;

describeWith(['python3'], 'a source that can never work', () => {
  test('no such file', async () => {
    await expectFailure(open(`${DDOSTOP} -r /nonexistent/x.pcap`), 'CAPTURE_NOT_FOUND');
  });

  test('not a capture', async () => {
    await expectFailure(open(`${DDOSTOP} -r '${PROGRAM}'`), 'CAPTURE_FORMAT');
  });

  test('stdin is the keyboard', async () => {
    await expectFailure(open(`${DDOSTOP} -r -`), 'STDIN_IS_TERMINAL');
  });

  test('no tcpdump on PATH, no koffi beside the program: both are said', async () => {
    const session = open(`PATH='${folder.at('bin')}' '${process.execPath}' '${folder.at('dist/ddostop.cjs')}' -i lo`);
    await expectFailure(session, 'TCPDUMP_MISSING');
    expect(session.screen.text()).toContain('no packet ring: no koffi');
  });

  test('no koffi, but the ring is asked for', async () => {
    const session = open(`'${process.execPath}' '${folder.at('dist/ddostop.cjs')}' -i lo --capture ring`);
    await expectFailure(session, 'RING_UNAVAILABLE');
    expect(session.screen.text()).toContain('no koffi');
  });
});

describeWith(['python3'], 'options that make no sense', () => {
  test.each(['--ttl abc', '--ttl 0', '--confirm-window 2h', '--fps 0', '--seed x'])('demo %s', async (option) => {
    const session = open(`${DDOSTOP} demo ${option}`);
    await expectFailure(session, '(USAGE|BAD_DURATION)', 2);
    expect(session.output).not.toContain('\x1b[?1049h'); // the screen was never taken
  });

  test('demo --allow junk', async () => {
    await expectFailure(open(`${DDOSTOP} demo --allow junk`), 'BAD_PREFIX', 2);
  });
});

describeWith(['python3', 'tcpdump', 'root'], 'an interface that is not there', () => {
  test('names the interface and how to list them', async () => {
    const session = open(`${DDOSTOP} -i nope0`);
    await expectFailure(session, 'INTERFACE_UNKNOWN');
    expect(session.screen.text()).toContain('nope0');
  });

  test('a filter that is none', async () => {
    await expectFailure(open(`${DDOSTOP} -i lo bogus words`), 'FILTER_SYNTAX');
  });
});

describeWith(['python3', 'tcpdump', 'root', 'setpriv'], 'without the right to capture', () => {
  test('says how to get it', async () => {
    const asNobody = 'setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all';
    const session = open(`${asNobody} '${process.execPath}' '${folder.at('dist/ddostop.cjs')}' -i lo`);
    await expectFailure(session, 'CAPTURE_PRIVILEGE');
    expect(session.screen.text()).toContain('sudo');
  });
});

describeWith(['python3'], 'sources that go on', () => {
  test('--follow shows what is written after the start', async () => {
    const grown = folder.write('growing.pcap', smallCapture());
    const session = open(`${DDOSTOP} -r '${grown}' --follow`);
    await session.waitFor('2001:db8:a::10');
    for (let i = 0; i < 2000; i += 1) appendFileSync(grown, recordOf(CAPTURE_START_SEC + 2 + i / 1000, '192.0.2.77'));
    await session.waitFor(/▸ 192\.0\.2\.77/);
    session.keys('q');
    await session.waitFor('left with 0');
  });

  test('demo shows the attack on the status line after its onset, and plans without acting', async () => {
    const session = open(`${DDOSTOP} demo --speed 20`);
    await session.waitFor(/^ NORMAL/m);
    await session.waitFor(/^ ATTACK .*SYN flood.*203\.0\.113\.10/m);
    session.keys('m');
    await session.waitFor('nothing is applied');
    session.keys('\x03');
    await session.waitFor('left with 0');
  });

  test('--read-only, --ascii and NO_COLOR: seven bits and no colour', async () => {
    const session = open(`${DDOSTOP} -r '${file}' --speed 1 --read-only --ascii`, { NO_COLOR: '1', LC_ALL: 'C' });
    await session.waitFor('READ-ONLY');
    await session.waitFor('2001:db8:a::10');
    session.keys('q');
    await session.waitFor('left with 0');
    expect(session.output).toMatch(/^[\x00-\x7f]*$/);
    expect(session.output).not.toMatch(/\x1b\[[0-9;]*(?:3|4|9|10)[0-8](?:;[0-9;]*)?m/);
  });
});
