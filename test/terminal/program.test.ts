/** The whole terminal program in a real pty: keys, size, job control, every way out, bytes. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { bundleHarness } from '../support/bundle-harness.js';
import { describeWith } from '../support/system.js';
import { type SessionOptions, TerminalSession } from '../support/terminal-session.js';

let bundle = '';
const sessions: TerminalSession[] = [];

beforeAll(async () => {
  bundle = await bundleHarness();
});

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});

function open(options: SessionOptions = {}, argv: readonly string[] = [process.execPath, bundle]): TerminalSession {
  const session = new TerminalSession(argv, options);
  sessions.push(session);
  return session;
}

async function expectRestored(session: TerminalSession): Promise<void> {
  await session.screen.write('');
  expect(session.screen.isAlternate).toBe(false);
  const tail = session.output.slice(session.output.lastIndexOf('\x1b[?1049l'));
  expect(tail).not.toContain('\x1b[?1049h');
  expect(session.output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(session.output.lastIndexOf('\x1b[?25l'));
  expect(session.output.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(session.output.lastIndexOf('\x1b[?2004h'));
}

/** A shell that stays, so that the modes of the terminal can be looked at after the program has gone. */
function openInShell(options: SessionOptions = {}): TerminalSession {
  return open(options, ['sh', '-c', `"$0" "$1"; echo "status $?"; read line`, process.execPath, bundle]);
}

describeWith(['python3'], 'keys', () => {
  test('every screen opens and says where it is', async () => {
    const session = open({ columns: 120, rows: 40 });
    await session.waitFor('ATTACK');
    await session.waitFor('Incidents');
    for (const [key, words] of [
      ['2', 'From ports'],
      ['3', 'd compares what a target gets'],
      ['4', 'HTTP targets'],
      ['6', 'Evidence: 203.0.113.7'],
      ['7', 'nothing is being dropped'],
      ['8', 'pcap eth0: live'],
      ['1', 'Traffic, packets/s'],
    ] as const) {
      session.keys(key);
      await session.waitFor(words);
    }
    session.keys('?');
    await session.waitFor('talkers: one table');
    session.keys('\x06\x06');
    await session.waitFor('Ctrl-Z');
    session.keys('\x1b');
    await session.waitFor((text) => !text.includes('to the shell'));
  });

  test('sort, unit, group, drill, mark, freeze', async () => {
    const session = open({ columns: 120, rows: 40 });
    await session.waitFor('PPS▾');
    session.keys('s');
    await session.waitFor('BIT/S▾');
    session.keys('S');
    await session.waitFor('BIT/S▴');
    session.keys('u');
    await session.waitFor('Traffic, bit/s');
    session.keys('a');
    await session.waitFor('SOURCE /24 /64');
    session.keys('\x1b[B ');
    await session.waitFor('1 marked');
    session.keys('\r');
    await session.waitFor(/only {2}from .*\/24/);
    session.keys('\x1b');
    await session.waitFor((text) => !/only {2}from/.test(text));
    session.keys('p');
    await session.waitFor('FROZEN +1s');
  });

  test('harmless keys do nothing, and a paste never acts', async () => {
    const session = open({ columns: 120, rows: 40, env: { HARNESS_STILL: '1' } });
    // The hint line is the last row painted: with it the first picture is whole.
    const before = await session.waitFor((text) => text.includes('PPS▾') && text.includes('? help'));
    session.keys('\x04\x0b\x13\x11\x7f\x08\x1b[3~\x1b[200~mAqq\x1b[201~');
    session.keys('8');
    await session.waitFor('Log');
    session.keys('1');
    await session.waitFor((text) => text === before);
  });

  test('copy goes out by OSC 52', async () => {
    const session = open({ columns: 120, rows: 40, env: { HARNESS_STILL: '1' } });
    await session.waitFor('▸ 198.0.0.1');
    session.keys('y');
    await session.waitFor('Copied: 198.0.0.1');
    expect(session.output).toContain(`\x1b]52;c;${Buffer.from('198.0.0.1').toString('base64')}\x07`);
  });
});

describeWith(['python3'], 'mitigation', () => {
  test('preview, guard, apply, verify, confirm, undo', async () => {
    const session = open({ columns: 120, rows: 40 });
    await session.waitFor('▸');
    session.keys('mA'); // A right after m is meant for something else
    await session.waitFor('Commands, exactly as they will run');
    await session.waitFor('0 of 1 204 samples');
    expect(session.screen.text()).toContain('nothing has been done yet');
    await new Promise((resolve) => setTimeout(resolve, 700)); // the guard is a time on the wall clock: it must pass
    session.keys('A');
    await session.waitFor('applied, not confirmed');
    await session.waitFor(/dropping 1\d\.\dk pps/);
    session.keys('\x1b');
    await session.waitFor('CONFIRM');
    session.keys('q');
    await session.waitFor('Quit?');
    session.keys('c');
    await session.waitFor('Confirmed');
    session.keys('7');
    await session.waitFor('x dropping');
    session.keys('z');
    await session.waitFor('nothing is being dropped');
  });

  test('unconfirmed, it ends by itself and says so', async () => {
    const session = open({ columns: 120, rows: 40, env: { HARNESS_WINDOW: '2' } });
    await session.waitFor('▸');
    session.keys('m');
    await session.waitFor('A apply');
    await new Promise((resolve) => setTimeout(resolve, 700));
    session.keys('A');
    await session.waitFor('applied, not confirmed');
    await session.waitFor('it ended by itself');
  });

  test('read-only shows the preview, says why, and does not act', async () => {
    const session = open({ columns: 120, rows: 40, env: { HARNESS_READ_ONLY: '1' } });
    await session.waitFor('READ-ONLY');
    session.keys('m');
    await session.waitFor('Read-only: nothing can be applied');
    await session.waitFor('Commands, exactly');
    expect(session.screen.text()).not.toContain('A apply');
    await new Promise((resolve) => setTimeout(resolve, 700));
    session.keys('A');
    session.keys('\x1b7');
    session.keys('7');
    await session.waitFor('Actions');
    expect(session.screen.text()).not.toContain('confirm it');
  });
});

describeWith(['python3'], 'every way out gives the terminal back', () => {
  test.each([
    ['q', (session: TerminalSession) => session.keys('q'), 0],
    ['Ctrl-C', (session: TerminalSession) => session.keys('\x03'), 0],
    ['TERM', (session: TerminalSession) => session.signal('TERM'), 143],
    ['HUP', (session: TerminalSession) => session.signal('HUP'), 129],
    ['INT', (session: TerminalSession) => session.signal('INT'), 130],
    ['QUIT', (session: TerminalSession) => session.signal('QUIT'), 131],
  ])('%s', async (_, leave, code) => {
    const session = open();
    await session.waitFor('ATTACK');
    leave(session);
    expect(await session.exited).toBe(code);
    await expectRestored(session);
    expect(session.output).toContain(`harness over: code ${code}`);
  });

  test.each(['sync', 'async'])('a bug (%s) is shown after the terminal is restored', async (kind) => {
    const session = open({ env: { HARNESS_THROW: kind } });
    await session.waitFor('ATTACK');
    session.signal('USR2');
    expect(await session.exited).toBe(1);
    await expectRestored(session);
    expect(session.output.slice(session.output.lastIndexOf('\x1b[?1049l'))).toContain(`harness: ${kind} failure`);
  });

  test('the modes of the terminal are as before', async () => {
    const session = openInShell();
    await session.waitFor('ATTACK');
    expect(await session.modes()).toEqual({ echo: false, canonical: false, signals: false });
    session.keys('q');
    await session.waitFor('status 0');
    expect(await session.modes()).toEqual({ echo: true, canonical: true, signals: true });
  });

  test('a terminal that takes nothing does not keep us', async () => {
    const session = open();
    await session.waitFor('ATTACK');
    session.hold(true);
    await new Promise((resolve) => setTimeout(resolve, 1500)); // the pty fills up
    session.signal('TERM');
    expect(await session.exited).toBeDefined();
  });
});

describeWith(['python3', 'bash'], 'job control', () => {
  test('Ctrl-Z in a pipeline gives the shell back, fg comes back with keys and picture', async () => {
    const session = open({ columns: 100, rows: 30, env: { HARNESS_STDIN: '1' } }, [
      'bash',
      '--norc',
      '--noprofile',
      '-i',
    ]);
    await session.waitFor(/[$#] $/m);
    session.keys(`yes | '${process.execPath}' '${bundle}'\r`);
    await session.waitFor('ATTACK');
    session.keys('\x1a');
    await session.waitFor((text) => text.includes('Stopped') && !session.screen.isAlternate);
    session.keys('echo shell is $((40+2))\r');
    await session.waitFor('shell is 42');
    session.keys('fg\r');
    await session.waitFor('feed gap');
    await session.waitFor('ATTACK');
    session.keys('8');
    await session.waitFor('Log');
    session.keys('\x03');
    await session.waitFor(/harness over: code 0, stdin \d{4,} bytes/);
    expect((await session.modes()).echo).toBeDefined();
  });
});

describeWith(['python3'], 'stdin carries packets', () => {
  test('keys come from /dev/tty while stdin is a pipe', async () => {
    const session = open({ columns: 100, rows: 30, env: { HARNESS_STDIN: '1' } }, [
      'sh',
      '-c',
      `head -c 3000000 /dev/zero | "$0" "$1"`,
      process.execPath,
      bundle,
    ]);
    await session.waitFor('ATTACK');
    session.keys('2');
    await session.waitFor('From ports');
    session.resize(120, 40);
    await session.waitFor((text) => text.split('\n')[0]!.length > 110);
    session.keys('1');
    await session.waitFor('Mix by packets');
    session.keys('q');
    await session.waitFor(/stdin \d{6,} bytes/);
  });
});

describeWith(['python3'], 'size', () => {
  test('follows the terminal, down to too small and back', async () => {
    const session = open({ columns: 120, rows: 40 });
    await session.waitFor('Mix by packets');
    session.resize(80, 24);
    await session.waitFor((text) => text.includes('Sources · Targets') && !text.includes('Mix by'));
    session.resize(30, 8);
    await session.waitFor('too small');
    session.resize(200, 60);
    await session.waitFor('To ports');
  });
});

describeWith(['python3'], 'bytes', () => {
  test('nothing is sent when nothing changes', async () => {
    const session = open({ columns: 120, rows: 40, env: { HARNESS_STILL: '1' } });
    await session.waitFor('PPS▾');
    session.keys('8');
    await session.waitFor('pcap eth0: live');
    const quietFrom = Date.now() + 300;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(session.bytesSince(quietFrom)).toBe(0);
  });

  test('at most 6 kB/s at 120x40 with every number changing', async () => {
    const session = open({ columns: 120, rows: 40 });
    await session.waitFor('PPS▾');
    const from = Date.now() + 500;
    await new Promise((resolve) => setTimeout(resolve, 6500));
    const perSec = session.bytesSince(from) / ((Date.now() - from) / 1000);
    console.log(`120x40, 4 fps: ${Math.round(perSec)} bytes/s`);
    expect(perSec).toBeLessThan(6000);
    expect(session.output).not.toMatch(/\x1b\[[0-3]?J/);
  });

  test('a stalled link gets the newest picture when it goes on, not all it missed', async () => {
    const session = open({ columns: 200, rows: 60 });
    await session.waitFor('PPS▾');
    session.hold(true);
    await new Promise((resolve) => setTimeout(resolve, 6000));
    const missedFrom = Date.now();
    session.keys('8');
    session.hold(false);
    await session.waitFor((text) => text.includes('pcap eth0: live') && !text.includes('PPS▾'), 3000);
    // What the pty and one frame hold, and the new picture: not 6 s of frames.
    expect(session.bytesSince(missedFrom)).toBeLessThan(60_000);
  });

  test('the byte budget holds', async () => {
    const session = open({ columns: 120, rows: 40, env: { HARNESS_MAX_BYTES: '1000' } });
    await session.waitFor('PPS▾');
    const from = Date.now() + 12_000; // the first paint is a debt of about 11 kB
    await new Promise((resolve) => setTimeout(resolve, 17_000));
    const perSec = session.bytesSince(from) / ((Date.now() - from) / 1000);
    expect(perSec).toBeLessThan(2500);
    session.keys('2');
    await session.waitFor('From ports', 2000); // a key gets its frame at once
  });
});
