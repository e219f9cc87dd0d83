/** A program that is killed in the middle of anything: what it had said it would tell is told, in order, and what comes twice has the same key. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { bundleHarness } from '../support/bundle-harness.js';
import { eventsOf, HookLab } from '../support/hooks/hook-lab.js';
import { BROKEN, type HookServer, plain } from '../support/hooks/hook-server.js';
import { IS_WHOLE } from '../support/whole.js';

const KILLS = IS_WHOLE ? 100 : 10;
const LAST = 3 * KILLS;

let lab: HookLab;
let program: string;
beforeAll(async () => {
  program = await bundleHarness('test/support/hooks/dispatcher-child.ts');
});
afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));
beforeEach(async () => {
  lab = await HookLab.open();
});
afterEach(() => lab.close());

interface Run {
  readonly child: ChildProcess;
  /** Lines it said, so far. */
  readonly said: string[];
  readonly ended: Promise<void>;
}

function run(server: HookServer, first: number): Run {
  const args = [program, lab.spool, server.url, String(first), String(LAST)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => said.push(line));
  return { child, said, ended: new Promise((resolve) => child.on('close', () => resolve())) };
}

test('killed again and again', async () => {
  let current: Run | null = null;
  let untilKill = 0;
  // By the number of a request: taken and killed before the answer, killed before it is taken, or failed.
  const server = await lab.server((_, count) => {
    untilKill -= 1;
    if (untilKill === 0) {
      current?.child.kill('SIGKILL');
      return count % 2 === 0 ? BROKEN['taken, then reset'] : BROKEN.reset;
    }
    return count % 5 === 0 ? plain(503) : plain(200);
  });
  let told = -1;
  for (let kill = 0; kill <= KILLS; kill += 1) {
    untilKill = kill === KILLS ? -1 : 1 + (kill % 4);
    current = run(server, told + 1);
    await current.ended;
    told = Math.max(told, ...current.said.flatMap((line) => /^told (\d+)$/.exec(line)?.[1] ?? []).map(Number));
    expect(current.said.filter((line) => line.startsWith('trouble'))).toEqual([]);
  }
  expect(current?.said.at(-1)).toBe('drained');
  expect(told).toBe(LAST);
  expect(new Set(server.keys).size).toBe(LAST + 1);
  for (let i = 0; i < LAST / 2; i += 1) {
    const events = eventsOf(server, `i${i}`);
    expect(events[0]).toBe('opened');
    expect(events.at(-1)).toBe(2 * i + 1 <= LAST ? 'ended' : 'opened');
  }
  // Each kill doubles one message at most.
  expect(server.keys.length - (LAST + 1)).toBeLessThanOrEqual(KILLS);
  expect(readdirSync(lab.spool).filter((name) => !/^(owner-\d+|references\.json)$/.test(name))).toEqual([]);
  expect(lab.elsewhere.received).toEqual([]);
});
