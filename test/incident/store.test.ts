/** The store on real files: what is written is read, by others too, whatever was done to the files. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { PeakPicture } from '../../src/incident/journal-event.js';
import { IncidentStore, observedEvent, type StoreOptions } from '../../src/incident/store/incident-store.js';
import { lineOf } from '../../src/incident/store/journal-line.js';
import { makeSegment, openLive } from '../../src/incident/store/journal-writer.js';
import type { StoreTrouble } from '../../src/incident/store/write-queue.js';
import { makeIncident, OPENED_AT } from '../support/incident-fixture.js';
import { IS_WHOLE } from '../support/whole.js';

// In memory: these tests sync some thousand times, and what a disk does is another test's.
const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'ddostop-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder = '';
let count = 0;
beforeEach(() => {
  count += 1;
  folder = join(root, `store${count}`);
});

const DAY_SEC = 86_400;
const clock = { sec: OPENED_AT + 10, nowMs: () => clock.sec * 1000 };
const open = (options: Partial<StoreOptions> = {}, place = folder) =>
  IncidentStore.open(place, { by: 'ada@jump1', clock, every: () => () => {}, ...options });
const observed = (id: string, part = {}) => observedEvent(makeIncident({ id, ...part }), 'pcap eth0');
const files = () => readdirSync(folder).sort();
const only = () => join(folder, files()[0] as string);

async function written(...texts: string[]): Promise<IncidentStore> {
  const store = await open();
  await store.append(observed('a'));
  for (const text of texts) await store.append({ kind: 'noted', incidentId: 'a', text });
  return store;
}

const notesOf = async (store: IncidentStore) => (await store.get('a')).notes.map(({ text }) => text);

describe('writing and reading', () => {
  test('acts of two open stores add up, and files are private', async () => {
    const [one, two] = [await written(), await open({ by: 'bob@jump2' })];
    await two.append({ kind: 'acknowledged', incidentId: 'a' });
    await one.append({ kind: 'noted', incidentId: 'a', text: 'ü\n"x"' });
    await two.append({ kind: 'marked', incidentId: 'a', mark: 'true-positive', of: null, reason: 'seen' });
    expect(one.list()).toEqual([]);
    await one.refresh();
    expect(one.list()).toMatchObject([{ id: 'a', acknowledgedAt: clock.sec, mark: { mark: 'true-positive' } }]);
    expect(await two.get('a')).toMatchObject({
      incident: makeIncident({ id: 'a', acknowledgedAt: clock.sec }),
      origin: 'ddostop',
      sensor: 'pcap eth0',
      mark: { mark: 'true-positive', by: 'bob@jump2', reason: 'seen' },
      notes: [{ text: 'ü\n"x"', by: 'ada@jump1', at: clock.sec }],
    });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(only()).mode & 0o777).toBe(0o600);
    await Promise.all([one.close(), two.close()]);
  });

  test('of what is soon written the newest counts, at its pace; suspicions and nonsense are not', async () => {
    const troubles: StoreTrouble[] = [];
    const store = await open({ onTrouble: (trouble) => troubles.push(trouble) });
    store.appendSoon(observed('s', { state: 'suspect' }));
    store.appendSoon(observed('n', { peakPps: Number.NaN }));
    for (let sec = 0; sec < 120; sec += 0.25) {
      clock.sec += 0.25;
      store.appendSoon(observed('a', { peakPps: 1000 + sec }));
      if (Number.isInteger(sec)) await store.flush();
    }
    await store.flush();
    const lines = () => readFileSync(only(), 'utf8').match(/"observed"/g)?.length;
    expect(troubles).toMatchObject([{ state: 'lost', lost: 1, error: { code: 'INCIDENT_STORE_WRITE' } }]);
    // Every second of the first minute, every five of the next.
    expect(lines()).toBeGreaterThanOrEqual(70);
    expect(lines()).toBeLessThanOrEqual(75);
    store.appendSoon(observed('a', { peakPps: 2000, state: 'ended', endedAt: OPENED_AT + 130 }));
    store.appendSoon({ kind: 'noted', incidentId: 'a', text: 'last' });
    await store.flush();
    await store.refresh();
    expect(store.list()).toMatchObject([{ id: 'a', peakPps: 2000, state: 'ended' }]);
    await store.close();
  });

  test('an id may be shortened; one that is none names those that are close', async () => {
    const store = await open();
    for (const id of ['k3f-aaaa', 'k3f-bbbb', 'x9z-cccc']) await store.append(observed(id));
    await store.refresh();
    expect(store.idOf('x')).toBe('x9z-cccc');
    expect(store.idOf('k3f-a')).toBe('k3f-aaaa');
    expect(() => store.idOf('k3f')).toThrow(/beginning of 2 incidents.*k3f-aaaa, k3f-bbbb/);
    expect(() => store.idOf('k3f-aaba')).toThrow(/Close to it: k3f-aaaa/);
    await expect(store.get('')).rejects.toMatchObject({ code: 'INCIDENT_ID' });
    await store.close();
  });
});

describe('files that something happened to', () => {
  test('cut at every byte of the last records: what was whole is there, and the next record too', async () => {
    await (await written('one', 'two ü')).close();
    const bytes = readFileSync(only());
    const name = files()[0] as string;
    const ends = ['one', 'two ü'].map((text) => bytes.indexOf('\n', bytes.indexOf(`"text":"${text}"`)));
    const place = join(folder, 'cut');
    const least = bytes.indexOf('"text":"one"') - 100;
    for (let length = 0; length < bytes.length; length += length < least && !IS_WHOLE ? 67 : 1) {
      rmSync(place, { recursive: true, force: true });
      mkdirSync(place);
      writeFileSync(join(place, name), bytes.subarray(0, length));
      const store = await open({}, place);
      await store.append(observed('b'));
      await store.append({ kind: 'noted', incidentId: 'b', text: 'after' });
      await store.refresh();
      const whole = ['one', 'two ü'].filter((_, i) => length >= (ends[i] as number));
      expect(store.row('a') === null ? [] : await notesOf(store)).toEqual(whole);
      expect((await store.get('b')).notes).toHaveLength(1);
      expect(store.damage().damaged).toBe(0);
      await store.close();
    }
  });

  test('any byte changed: it is told, and all other records are read', async () => {
    await (await written('one', 'two', 'three')).close();
    const bytes = readFileSync(only());
    const [begin, end] = [bytes.indexOf('"text":"one"') - 90, bytes.indexOf('"text":"two"') + 13];
    for (let at = begin; at < end; at += 1) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] as number) ^ (1 + (at % 255));
      writeFileSync(only(), copy);
      const store = await open({ isReadOnly: true });
      const { damaged, torn } = store.damage();
      const notes = await notesOf(store);
      expect(notes).toContain('three');
      expect(notes.length + damaged + torn, `byte ${at}`).toBeGreaterThanOrEqual(3);
      if (notes.length < 3) expect(damaged + torn, `byte ${at}`).toBeGreaterThan(0);
      for (const note of notes) expect(['one', 'two', 'three']).toContain(note);
      await store.close();
    }
  });

  test('what others left in the folder is told, harms nothing, and hangs nobody', async () => {
    await (await written('kept')).close();
    const secret = join(root, `secret${count}`);
    writeFileSync(secret, 'nobody follows this');
    symlinkSync(secret, join(folder, '00000002-0.journal'));
    execFileSync('mkfifo', [join(folder, '00000003-0.journal')]);
    mkdirSync(join(folder, '00000004-0.journal'));
    const noise = Buffer.alloc(3 << 20, 'x'); // one line, longer than any
    const strange = [
      lineOf('u.1', { at: 1, by: 'b', incidentId: 'a', kind: 'observed', incident: { vectors: 7 }, sensor: 's' }),
      lineOf('u.2', { at: 1, by: 'b', incidentId: 'a', kind: 'of a later version', more: [1] }),
      lineOf('u.3', { at: 1, by: 'b', incidentId: '__proto__', kind: 'noted', text: 'x' }),
      lineOf('u.4', ['no', 'event']),
      Buffer.from('\n\0\0\0\0\nno line of ours\n'),
    ];
    writeFileSync(join(folder, '00000005-0.journal'), Buffer.concat([noise, ...strange, noise]));
    const store = await open();
    expect(await notesOf(store)).toEqual(['kept']);
    expect(store.damage()).toMatchObject({ damaged: 5, torn: 1 });
    expect(store.damage().words.join()).toMatch(/2-0.journal: ELOOP.*3-0.journal: EINVAL.*4-0.*5-0.journal: 5 lines/s);
    await store.append({ kind: 'noted', incidentId: 'a', text: 'new' });
    expect(await notesOf(store)).toEqual(['kept', 'new']);
    expect(readFileSync(secret, 'utf8')).toBe('nobody follows this');
    await store.close();
  });

  test("a later version's files are refused, in any of its places", async () => {
    const store = await written();
    writeFileSync(join(folder, '00000009-0.journal'), lineOf('0', { schema: 'ddostop.journal/2', replaces: [] }));
    await expect(store.refresh()).rejects.toMatchObject({ code: 'JOURNAL_VERSION' });
    await expect(open()).rejects.toThrow(/expected ddostop.journal\/1, got ddostop.journal\/2/);
    await store.close();
  });
});

describe('merging', () => {
  const picture: PeakPicture = { startSec: 1, pps: [1], attackPps: [1], bps: [8], tops: [], source: 's', losses: [] };

  test('an incident is afterwards what it was before, in a fraction of the bytes', async () => {
    const store = await open({ segmentBytes: 64 << 10 });
    for (let i = 0; i < 200; i += 1) {
      clock.sec += 1;
      const change = { 40: { severity: 'critical' }, 90: { pulses: 2 }, 150: { peakPps: 7e6 } }[i] ?? {};
      await store.append(
        observed('a', { peakPps: 5000 + i, peakBps: i, packets: i, ...change, ...(i > 150 ? { peakPps: 7e6 } : {}) }),
      );
      if (i % 50 === 7) await store.append({ kind: 'noted', incidentId: 'a', text: `note ${i}` });
      if (i % 50 === 9) await store.append({ kind: 'pictured', incidentId: 'a', picture: { ...picture, startSec: i } });
    }
    const before = await store.get('a');
    const merged = await store.compact();
    expect(merged).toMatchObject({ incidents: 1, forgotten: 0, damaged: 0 });
    expect(merged?.bytesAfter).toBeLessThan((merged?.bytesBefore ?? 0) / 10);
    expect(await store.get('a')).toEqual(before);
    expect(before.timeline.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['severity', 'pulse', 'peak', 'noted']),
    );
    expect(files()).toHaveLength(2);
    await store.append({ kind: 'noted', incidentId: 'a', text: 'goes on' });
    expect((await store.get('a')).notes.at(-1)?.text).toBe('goes on');
    await store.close();
  });

  test('a file that was made late, under a number that was merged meanwhile, is not written into', async () => {
    const store = await written('kept');
    const [first = ''] = files();
    await store.compact();
    // Another process looked for the next number before the first file was there, and comes to making it only now.
    await makeSegment(folder, join(folder, first));
    expect(await openLive(folder, join(folder, first))).toBeNull();
    const live = await openLive(folder, join(folder, files().at(-1) as string));
    expect(live).not.toBeNull();
    await live?.file.close();
    await store.append({ kind: 'noted', incidentId: 'a', text: 'goes on' });
    expect(await notesOf(store)).toEqual(['kept', 'goes on']);
    await store.compact();
    expect(files()).not.toContain(first);
    await store.close();
  });

  test('what is old, or beyond the number, is forgotten; what nobody has looked at is not', async () => {
    const store = await open({ retention: { maxAgeDays: 400, maxIncidents: 3 } });
    const over = (id: string, ageDays: number) => ({
      ...observed(id, {
        state: 'ended',
        openedAt: clock.sec - ageDays * DAY_SEC,
        endedAt: clock.sec - ageDays * DAY_SEC,
      }),
      at: clock.sec - ageDays * DAY_SEC,
    });
    for (const [id, age] of [
      ['ancient', 401],
      ['old', 200],
      ['seen1', 20],
      ['seen2', 19],
      ['new1', 10],
      ['new2', 5],
    ] as const) {
      await store.append(over(id, age));
      const at = clock.sec - age * DAY_SEC;
      if (id.startsWith('seen')) await store.append({ kind: 'acknowledged', incidentId: id, at });
    }
    await store.compact();
    await store.refresh();
    expect(
      store
        .list()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['new1', 'new2', 'seen2']);
    await store.close();
  });

  test('a file with lines that cannot be read is kept aside', async () => {
    await (await written('one')).close();
    appendFileSync(only(), '\nno line of ours\n');
    const store = await open();
    expect(await store.compact()).toMatchObject({ damaged: 1 });
    expect(files()).toEqual(['00000001-0.damaged', '00000001-1.journal', '00000002-0.journal']);
    await store.refresh();
    expect(store.damage().damaged).toBe(0);
    expect(await notesOf(store)).toEqual(['one']);
    await store.close();
  });

  test('killed at any step: the old files count, or the new one, never both', async () => {
    await (await written('one', 'two')).close();
    const old = readFileSync(only());
    const store = await open();
    await store.compact();
    // As if it had been killed before it removed what it replaces, under either name.
    writeFileSync(join(folder, '00000001-0.retired'), old);
    await store.refresh();
    expect(await notesOf(store)).toEqual(['one', 'two']);
    expect(await store.compact()).toMatchObject({ incidents: 1 });
    expect(files().filter((name) => name.endsWith('.retired'))).toEqual([]);
    expect(await notesOf(store)).toEqual(['one', 'two']);
    await store.close();
    // And before it wrote the new one: the renamed file is read as ever.
    const place = join(folder, 'renamed');
    mkdirSync(place);
    writeFileSync(join(place, '00000001-0.retired'), old);
    copyFileSync(join(place, '00000001-0.retired'), join(place, '.00000000.new'));
    const renamed = await open({}, place);
    expect(await notesOf(renamed)).toEqual(['one', 'two']);
    await renamed.append({ kind: 'noted', incidentId: 'a', text: 'three' });
    expect(await notesOf(renamed)).toEqual(['one', 'two', 'three']);
    await renamed.close();
  });
});
