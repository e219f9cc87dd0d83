/** `tcpdump -w - | ddostop -r -` under a job-control shell in tmux: keys, Ctrl-Z and fg, and a sound prompt on every way out. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PROGRAM, preload, TestFolder } from '../support/program.js';
import { smallCapture } from '../support/sample-capture.js';
import { describeWith } from '../support/system.js';
import { SOUND, TmuxSession } from '../support/tmux-session.js';

const DDOSTOP = `${process.execPath} ${PROGRAM}`;
/** Bugs that no user can cause: thrown in a timer of the main thread, or in the worker by a message it cannot take. */
const THROW_ON_SIGNAL = `
  import { Worker } from 'node:worker_threads';
  process.on('SIGUSR2', () => setTimeout(() => { throw new Error('injected'); }, 1));
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (message) {
    process.on('SIGWINCH', () => postMessage.call(this, null));
    postMessage.call(this, message);
  };
`;

const folder = new TestFolder();
const sessions: TmuxSession[] = [];
let file = '';

beforeAll(() => {
  file = folder.write('small.pcap', smallCapture());
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});
afterAll(() => folder.close());

async function open(options: Parameters<typeof TmuxSession.open>[0] = {}): Promise<TmuxSession> {
  const session = await TmuxSession.open(options);
  sessions.push(session);
  return session;
}

/** The pane is as a shell leaves it, and the shell takes commands. */
async function expectSound(session: TmuxSession): Promise<void> {
  expect(await session.ask('echo $((40 + 2))')).toBe('42');
  expect(await session.state()).toEqual(SOUND);
}

describeWith(['tmux', 'tcpdump', 'bash', 'stty', 'ps', 'tail'], 'tcpdump -w - | ddostop -r -', () => {
  test('a stream that falls silent says so', async () => {
    const session = await open();
    await session.type(`(cat ${file}; sleep 60) | ${DDOSTOP} -r -`);
    await session.waitFor(/pcap stdin +live/);
    await session.waitFor(/pcap stdin +paused/);
    await session.press('8');
    await session.waitFor('no data since');
    await session.press('C-c');
  });

  test('keys work, Ctrl-Z gives the shell, fg comes back, q leaves a sound prompt', async () => {
    const session = await open();
    await session.type(`tcpdump -r ${file} -U -w - 2>/dev/null | ${DDOSTOP} -r -`);
    await session.waitFor('2001:db8:a::10');
    expect(await session.screen()).toEqual({ isAlternate: true, isCursorVisible: false });
    await session.press('?');
    await session.waitFor('talkers: one table');
    await session.press('Escape');
    await session.waitFor((text) => !text.includes('talkers: one table'));
    await session.press('s');
    await session.waitFor('BIT/S▾');
    await session.press('S');
    await session.waitFor('BIT/S▴');
    await session.press('Tab');
    await session.press('2');
    await session.waitFor('From ports');
    await session.press('1');
    await session.waitFor('Traffic, packets/s');
    await session.press('C-z');
    await session.waitFor('Stopped');
    await expectSound(session);
    await session.type('fg');
    await session.waitFor('BIT/S▴');
    await session.press('8');
    await session.waitFor('Log');
    await session.press('C-l');
    await session.press('C-c');
    expect(await session.ask('echo $?')).toBe('0');
    await expectSound(session);
  });

  test('the capture behind Ctrl-Z is a gap, not a zero', async () => {
    const session = await open();
    // Stays after the last byte, and ends when its reader has gone.
    await session.type(`tail -f -c +1 ${file} | ${DDOSTOP} -r -`);
    await session.waitFor('2001:db8:a::10');
    await session.press('C-z');
    await session.waitFor('Stopped');
    await session.type('fg');
    await session.waitFor(/feed gap \d+/);
    await session.press('q');
    await expectSound(session);
  });
});

describeWith(['tmux', 'bash', 'stty', 'ps'], 'every way out leaves a sound prompt', () => {
  test.each([
    ['q', null, 0],
    ['Ctrl-C', null, 0],
    ['TERM', 'TERM', 143],
    ['HUP', 'HUP', 129],
    ['INT', 'INT', 130],
    ['QUIT', 'QUIT', 131],
    ['a bug in the main thread', 'USR2', 1],
    ['a bug in the ingest worker', 'WINCH', 1],
  ] as const)('%s', async (way, signal, code) => {
    const session = await open({ env: preload(THROW_ON_SIGNAL).env });
    const pidFile = folder.at('pid');
    await session.type(`sh -c 'echo $$ >${pidFile}; exec ${DDOSTOP} demo --speed 20'; echo "left with $?"`);
    await session.waitFor('ATTACK');
    if (signal === null) await session.press(way === 'q' ? 'q' : 'C-c');
    else process.kill(Number(readFileSync(pidFile, 'utf8')), `SIG${signal}`);
    const text = await session.waitFor(/left with \d+/);
    expect(text).toContain(`left with ${code}`);
    if (signal === 'USR2') expect(text).toContain('Error: injected');
    if (signal === 'WINCH') expect(text).toMatch(/^INGEST_CRASHED: /m);
    await expectSound(session);
  });
});
