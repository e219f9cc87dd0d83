/** `--record` under the screen: files on the way, an end by kill -9, a folder that vanishes, a disk that is full. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { PROGRAM, TestFolder } from '../support/program.js';
import { type ReadFrame, readFrames } from '../support/read-frames.js';
import { writeSynFlood } from '../support/sample-capture.js';
import { describeWith } from '../support/system.js';
import { TerminalSession } from '../support/terminal-session.js';
import { TmuxSession } from '../support/tmux-session.js';

const DDOSTOP = `${process.execPath} ${PROGRAM}`;
/** Longer than the 5 s until a recording is tried again. */
const AGAIN_MS = 30_000;
vi.setConfig({ testTimeout: 120_000 });

const folder = new TestFolder();
const sessions: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});
afterAll(() => folder.close());

const names = (path: string) => readdirSync(path).sort();
const readFile = (file: string) => readFrames(new Uint8Array(readFileSync(file)));

const timeOf = ({ sec, nsec }: ReadFrame) => `${sec}.${String(nsec).padStart(9, '0')}`;

function timesByTshark(file: string): string[] {
  const text = execFileSync('tshark', ['-n', '-r', file, '-T', 'fields', '-e', 'frame.time_epoch'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
  });
  return text.trimEnd().split('\n');
}

function openTerminal(args: readonly string[]): TerminalSession {
  const session = new TerminalSession([process.execPath, PROGRAM, ...args], { columns: 160, rows: 40 });
  sessions.push(session);
  return session;
}

async function openTmux(inside: readonly string[] = []): Promise<TmuxSession> {
  const session = await TmuxSession.open({ columns: 160, rows: 40, inside });
  sessions.push(session);
  return session;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > giveUpAt) throw new Error(`waited 20 s until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The beginning of the flood, without the megabytes a comparison of arrays would print. */
function expectBeginning(got: readonly ReadFrame[], flood: string): void {
  const expected = readFile(flood).frames;
  expect(got.length).toBeGreaterThan(0);
  expect(got.every((frame, i) => JSON.stringify(frame) === JSON.stringify(expected[i]))).toBe(true);
}

describeWith(['python3', 'tshark'], 'a recording under the screen', () => {
  test('says so, and is complete when the screen is left', async () => {
    const flood = folder.at('left.pcap');
    writeSynFlood(flood, 20_000);
    const path = folder.at('left');
    const session = openTerminal(['-r', flood, '--record', path]);
    await session.waitFor(/ REC .*ended/);
    session.keys('q');
    expect(await session.exited).toBe(0);
    expect(names(path)).toEqual(['ddostop-20260203T134705Z-001.pcapng']);
    const { frames } = readFile(join(path, names(path)[0]!));
    expect(frames.length).toBe(20_000);
    expectBeginning(frames, flood);
  });

  test('kill -9: complete files, and one that can be read up to the cut', async () => {
    const flood = folder.at('killed.pcap');
    writeSynFlood(flood, 400_000); // eight seconds
    const path = folder.at('killed');
    const session = openTerminal(['-r', flood, '--speed', '1', '--record', path, '--record-seconds', '1']);
    const parts = () => names(path).filter((name) => name.endsWith('.part'));
    await session.waitFor('REC');
    await until('two files are complete and a third one has bytes', () => {
      if (names(path).length < 3 || parts().length !== 1) return false;
      return (statSync(join(path, parts()[0]!), { throwIfNoEntry: false })?.size ?? 0) > 0;
    });
    session.signal('KILL');
    await session.exited;
    const files = names(path).map((name) => join(path, name));
    expect(parts().length).toBe(1);
    expect(
      names(path)
        .slice(0, -1)
        .every((name) => /-00\d\.pcapng$/.test(name)),
    ).toBe(true);
    const read = files.map(readFile);
    expect(read.slice(0, -1).map(({ end }) => end)).toEqual(read.slice(0, -1).map(() => ({ kind: 'end' })));
    expectBeginning(
      read.flatMap(({ frames }) => frames),
      flood,
    );
    expect(read[0]!.frames.length).toBe(50_000);
    expect(read.at(-1)!.frames.length).toBeGreaterThan(0);
    expect(timesByTshark(files.at(-1)!)).toEqual(read.at(-1)!.frames.map(timeOf));
  });
});

describeWith(['tmux', 'bash', 'stty', 'ps'], 'a folder that vanishes', () => {
  test('is said, the monitor goes on, and records again', async () => {
    const path = folder.at('vanishing');
    const session = await openTmux();
    await session.type(`${DDOSTOP} demo --record ${path}`);
    await session.waitFor(/ REC +demo/);
    rmSync(path, { recursive: true });
    await session.waitFor('REC ERROR');
    await session.press('8');
    await session.waitFor(/RECORD_FAILED: .*the folder is not there \(ENOENT\)/);
    const [before] = /\d\d:\d\d:\d\dZ/.exec(await session.text()) ?? [];
    await session.waitFor((text) => !text.includes(before!)); // the clock goes on
    await session.waitFor(/recording into .* again; [\d.k]+ frames were not recorded/, AGAIN_MS);
    await session.waitFor(/ REC -[\d.k]+ +demo/);
    await session.press('q', 'q');
    expect(await session.ask('echo $?')).toBe('0');
    expect(names(path).length).toBe(1);
    expect(readFile(join(path, names(path)[0]!)).end).toEqual({ kind: 'end' });
  });
});

describeWith(['root', 'unshare', 'mount', 'tmux', 'bash', 'stty', 'ps'], 'a disk that is full', () => {
  test('is said, evidence says so too, the monitor goes on, and records again', async () => {
    const path = folder.at('full');
    mkdirSync(path);
    const session = await openTmux(['unshare', '-m']);
    expect(await session.ask(`mount -t tmpfs -o size=4m none ${path}; echo $?`)).toBe('0');
    await session.ask(`head -c 2500000 /dev/zero >${path}/filler`);
    // Takes the rest when it is told to, and gives all of it back, from inside the same mount namespace.
    const when = (name: string) => `until [ -e ${folder.at(name)} ]; do sleep 0.1; done`;
    const fill = `cat /dev/zero >${path}/rest 2>/dev/null; touch ${folder.at('filled')}`;
    await session.type(`(${when('fill')}; ${fill}; ${when('go')}; rm ${path}/filler ${path}/rest) &`);
    await session.type(`clear; ${DDOSTOP} demo --speed 4 --record ${path}`);
    await session.waitFor('REC ERROR');
    await session.press('8');
    await session.waitFor(/RECORD_FAILED: .*no space is left on the device \(ENOSPC\)\. [\d.k]+ frames were not/);
    folder.write('fill', '');
    await until('nothing is left', () => existsSync(folder.at('filled')));
    // A whole /8, so that some of it was recorded in the first seconds.
    await session.press('1', 'a', 'a', 'a');
    await session.waitFor(/SOURCE \/8.*\n.*\/8 /);
    await session.press('w');
    await session.press('8');
    await session.waitFor(/EVIDENCE_WRITE: .*no space is left on the device \(ENOSPC\)/);
    const [before] = /\d\d:\d\d:\d\dZ/.exec(await session.text()) ?? [];
    await session.waitFor((text) => !text.includes(before!));
    folder.write('go', '');
    await session.waitFor(/recording into .* again; [\d.k]+ frames were not recorded/, AGAIN_MS);
    await session.press('q', 'q');
    expect(await session.ask('echo $?')).toBe('0');
    const joined = folder.at('full-joined');
    await session.ask(`cat ${path}/ddostop-2*.pcapng >${joined}; ls ${path} | grep -c part`);
    expect(await session.ask(`ls ${path} | grep -c -e part -e evidence`)).toBe('0');
    const { frames, end } = readFile(joined);
    expect(end).toEqual({ kind: 'end' });
    expect(frames.length).toBeGreaterThan(0);
  });
});
