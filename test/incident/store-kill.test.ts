/** What a store promised outlives its process: killed at random points, while files are merged, and in the middle of a line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IncidentStore } from '../../src/incident/store/incident-store.js';
import { lineOf } from '../../src/incident/store/journal-line.js';
import { bundleHarness } from '../support/bundle-harness.js';
import { makeIncident } from '../support/incident-fixture.js';
import { IS_WHOLE } from '../support/whole.js';

const KILLS = IS_WHOLE ? 200 : 12;
const root = mkdtempSync(join(tmpdir(), 'ddostop-journal-'));
let child = '';
beforeAll(async () => {
  child = await bundleHarness('test/incident/journal-child.ts');
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
  rmSync(dirname(child), { recursive: true, force: true });
});

function start(folder: string, segmentBytes: number, name: string, count: number): ChildProcess {
  const args = [child, folder, String(segmentBytes), name, String(count)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Ids that were promised, until the process is killed `afterIds` of them plus `ms` later, or ends. */
function promised(process: ChildProcess, afterIds: number, ms: number): Promise<string[]> {
  let text = '';
  let isKilled = false;
  return new Promise((resolve) => {
    process.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (isKilled || text.split('\n').length <= afterIds) return;
      isKilled = true;
      setTimeout(() => process.kill('SIGKILL'), ms);
    });
    process.on('close', () => resolve(text.split('\n').filter((id) => id !== '')));
  });
}

const open = (folder: string) => IncidentStore.open(folder, { by: 'test', segmentBytes: 1 << 20 });

describe('a store whose writer is killed', () => {
  test.each([
    ['a large file', 8 << 20],
    ['files that are merged all the time', 16 << 10],
  ])(`keeps what it promised: %s, ${KILLS / 2} kills`, async (_, segmentBytes) => {
    const folder = join(root, String(segmentBytes));
    const all: string[] = [];
    for (let i = 0; i < KILLS / 2; i += 1) {
      const name = `k${i}`;
      const ids = await promised(start(folder, segmentBytes, name, 100_000), (i * 7) % 40, Math.random() * 8);
      all.push(...ids);
      const store = await open(folder);
      const rows = store.list();
      const own = rows.filter(({ id }) => id.startsWith(`${name}-`)).map(({ id }) => id);
      expect(ids.filter((id) => !own.includes(id))).toEqual([]);
      // One may have been on its way.
      expect(own.length - ids.length).toBeLessThanOrEqual(1);
      expect(store.damage()).toMatchObject({ damaged: 0, words: [] });
      await store.close();
    }
    const store = await open(folder);
    await store.compact();
    await store.refresh();
    const known = new Set(store.list().map(({ id }) => id));
    expect(all.filter((id) => !known.has(id))).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.retired'))).toEqual([]);
    await store.close();
  });

  test('in the middle of a line: it was cut at every byte', async () => {
    const folder = join(root, 'cut');
    const writer = await open(folder);
    await writer.append({ kind: 'observed', incidentId: 'a', incident: makeIncident({ id: 'a' }), sensor: 's' });
    const event = { at: 1, by: 'b', kind: 'noted', incidentId: 'a', text: 'ü never whole' };
    const line = lineOf('other.1', event);
    const [file = ''] = readdirSync(folder);
    // What a writer leaves that dies after that many bytes; others go on behind it.
    for (let bytes = 1; bytes < line.length - 1; bytes += 1) {
      appendFileSync(join(folder, file), line.subarray(0, bytes));
      await writer.append({ kind: 'noted', incidentId: 'a', text: `after ${bytes}` });
    }
    await writer.close();
    const store = await open(folder);
    const { notes } = await store.get('a');
    expect(notes.map(({ text }) => text)).toEqual(Array.from({ length: line.length - 2 }, (_, i) => `after ${i + 1}`));
    expect(store.damage()).toMatchObject({ damaged: 0 });
    await store.close();
  });

  test('two processes write, a third one merges and reads: all is there, each once', async () => {
    const folder = join(root, 'two');
    const writers = ['one', 'two'].map((name) => start(folder, 32 << 10, name, 120));
    let isDone = false;
    const ids = Promise.all(writers.map((writer) => promised(writer, Number.POSITIVE_INFINITY, 0)));
    void ids.then(() => {
      isDone = true;
    });
    const store = await open(folder);
    let seen = 0;
    while (!isDone) {
      await store.refresh();
      const now = store.list().length;
      expect(now).toBeGreaterThanOrEqual(seen); // what was there is there
      seen = now;
      await store.compact();
    }
    await store.refresh();
    expect(
      store
        .list()
        .map(({ id }) => id)
        .sort(),
    ).toEqual((await ids).flat().sort());
    expect((await ids).flat()).toHaveLength(240);
    await store.close();
  });
});
