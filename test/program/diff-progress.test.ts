/** `ddostop diff` of a capture that takes long: how far it is, on a terminal only; Ctrl-C ends the reading, and what was read is compared. */
import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { PROGRAM, runCommand, runProgram, TestFolder } from '../support/program.js';
import { writeScenarioParts } from '../support/scenario-files.js';
import { describeWith } from '../support/system.js';
import { TerminalSession } from '../support/terminal-session.js';

vi.setConfig({ testTimeout: 60_000 });

/** Five seconds for all of it. */
const PIECE_BYTES = 6000;
const PIPE_BYTES = 65_536;

const folder = new TestFolder();
const sessions: TerminalSession[] = [];
let good = '';
let attack = '';

beforeAll(() => {
  good = folder.at('good.pcap');
  attack = folder.at('attack.pcap');
  writeScenarioParts([
    { path: good, fromSec: 41, toSec: 71 },
    { path: attack, fromSec: 16, toSec: 18 },
  ]);
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});
afterAll(() => folder.close());

describeWith(['mkfifo', 'python3'], 'a capture that goes on and on', () => {
  interface Fifo {
    readonly path: string;
    /** Resolves when somebody has read a good part of it. */
    readonly isRead: Promise<void>;
    end(): void;
  }

  /** A FIFO with the attack in it, a little at a time, without an end of its own. */
  async function openFifo(name: string): Promise<Fifo> {
    const path = folder.at(name);
    await runCommand(['mkfifo', path]);
    const stream = createWriteStream(path, { flags: 'r+' });
    const bytes = readFileSync(attack);
    let at = 0;
    let tell = () => {};
    const isRead = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const timer = setInterval(() => {
      const end = Math.min(at + PIECE_BYTES, bytes.length - 1);
      // What fits into the pipe may lie there unread.
      if (end > at) stream.write(bytes.subarray(at, end), () => end > PIPE_BYTES + 8 * PIECE_BYTES && tell());
      at = end;
    }, 40);
    return {
      path,
      isRead,
      end: () => {
        clearInterval(timer);
        stream.destroy();
      },
    };
  }

  test('on a terminal: a line that goes when it is done; Ctrl-C, and the rule of what was read', async () => {
    const fifo = await openFifo('fifo');
    const args = [process.execPath, PROGRAM, 'diff', '--attack', fifo.path, '--good', good, '--backend', 'bpf'];
    const session = new TerminalSession(args, { columns: 120, rows: 120 });
    sessions.push(session);
    await session.waitFor(/reading fifo: 1?\.?\d+.*s of it, \d+ \d{3} packets; Ctrl-C ends the reading/);
    session.keys('\x03');
    const text = await session.waitFor(/^tcpdump$/m);
    expect(text).not.toContain('Ctrl-C');
    expect(text).toMatch(/attack +\d+ \d{3} packets/);
    expect(await session.exited).toBe(0);
    fifo.end();
  });

  test('elsewhere: not a word; SIGINT does the same', async () => {
    const fifo = await openFifo('fifo2');
    const args = [PROGRAM, 'diff', '--attack', fifo.path, '--good', good, '--format', 'json'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (part: Buffer) => {
      stdout += part.toString();
    });
    child.stderr.on('data', (part: Buffer) => {
      stderr += part.toString();
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    await fifo.isRead;
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'ddostop.diff/1' });
    fifo.end();
  });
});

describeWith(['python3'], 'a capture that is read at once', () => {
  test('shows nothing but the result', async () => {
    const args = [process.execPath, PROGRAM, 'diff', '--attack', attack, '--good', good, '--backend', 'bpf'];
    const session = new TerminalSession(args, { columns: 120, rows: 60 });
    sessions.push(session);
    expect(await session.exited).toBe(0);
    expect(session.output).not.toContain('\x1b');
    const { stdout } = await runProgram(args.slice(2));
    expect(session.output.replaceAll('\r', '')).toBe(stdout);
  });
});
