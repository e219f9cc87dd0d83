/** A disk that is full, and one that may only be read: the program goes on, what it has to write waits, and everybody is told. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { IncidentStore, observedEvent, type StoreOptions } from '../../src/incident/store/incident-store.js';
import type { StoreTrouble } from '../../src/incident/store/write-queue.js';
import { makeIncident } from '../support/incident-fixture.js';
import { describeWith } from '../support/system.js';

describeWith(['root', 'mount'], 'a store on a file system of 64 KiB', () => {
  let place = '';
  let filler = '';
  let troubles: StoreTrouble[] = [];
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'ddostop-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place]);
    filler = join(place, 'filler');
    troubles = [];
  });
  afterEach(() => {
    execFileSync('umount', [place]);
    rmSync(place, { recursive: true });
  });

  const open = (options: Partial<StoreOptions> = {}) =>
    IncidentStore.open(join(place, 'incidents'), {
      by: 'monitor',
      every: () => () => {},
      onTrouble: (trouble) => troubles.push(trouble),
      ...options,
    });
  const observed = (id: string, peakPps = 1) => observedEvent(makeIncident({ id, peakPps }), 's');
  const fill = () => {
    try {
      writeFileSync(filler, Buffer.alloc(1 << 20));
    } catch {
      // as far as it goes
    }
  };

  test('full: acts fail, what the monitor keeps is written in order once there is room', async () => {
    const store = await open();
    await store.append(observed('before'));
    fill();
    const note = (text: string) => ({ kind: 'noted', incidentId: 'before', text }) as const;
    // Larger than what is left of the page that the file ends in.
    const long = 'x'.repeat(5000);
    await expect(store.append(note(long))).rejects.toMatchObject({
      code: 'INCIDENT_STORE_WRITE',
      message: expect.stringMatching(/ENOSPC.*Free space there/),
    });
    for (let i = 0; i < 20; i += 1) {
      store.appendSoon(note(`${i} ${long.slice(0, 500)}`));
      store.appendSoon(observed('during', i));
      await store.flush();
    }
    expect(troubles.map(({ state }) => state)).toEqual(['failing']);
    rmSync(filler);
    await store.flush();
    await store.flush();
    expect(troubles.map(({ state, lost }) => [state, lost])).toEqual([
      ['failing', 0],
      ['back', 0],
    ]);
    const { notes } = await store.get('before');
    expect(notes.map(({ text }) => Number.parseInt(text, 10))).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect((await store.get('during')).incident.peakPps).toBe(19);
    expect(store.damage()).toMatchObject({ damaged: 0 });
    await store.close();
  });

  test('full for good: what waits is bounded, the oldest are dropped and counted; what failed is kept where that is asked', async () => {
    const store = await open({ keepsFailed: true });
    await store.append(observed('before'));
    fill();
    await expect(store.append({ kind: 'noted', incidentId: 'before', text: 'x'.repeat(9000) })).rejects.toThrow();
    expect(troubles).toMatchObject([{ state: 'failing', kept: 1 }]);
    const text = 'y'.repeat(500_000);
    for (let i = 0; i < 50; i += 1) store.appendSoon({ kind: 'noted', incidentId: 'before', text });
    await store.flush();
    const { kept, lost } = troubles.at(-1) as StoreTrouble;
    expect(kept).toBeGreaterThan(10);
    expect(lost).toBeGreaterThan(10);
    await store.close();
    expect(troubles.at(-1)).toMatchObject({ state: 'lost', kept: 0, lost: 51 });
    const again = await open();
    expect(again.list()).toMatchObject([{ id: 'before' }]);
    await again.close();
  });

  test('read-only: what is there is read, acts fail, the monitor is told', async () => {
    const writer = await open();
    await writer.append(observed('a'));
    await writer.close();
    execFileSync('mount', ['-o', 'remount,ro', place]);
    const store = await open();
    expect(store.list()).toMatchObject([{ id: 'a' }]);
    await expect(store.append({ kind: 'acknowledged', incidentId: 'a' })).rejects.toMatchObject({
      code: 'INCIDENT_STORE_WRITE',
      what: expect.stringContaining('EROFS'),
    });
    store.appendSoon(observed('b'));
    await store.flush();
    await expect(store.compact()).rejects.toMatchObject({ code: 'INCIDENT_STORE_WRITE' });
    expect(troubles).toMatchObject([{ state: 'failing' }]);
    await store.close();
    // A folder that cannot even be made.
    const nowhere = await IncidentStore.open(join(place, 'none', 'at', 'all'), { by: 'x', every: () => () => {} });
    await expect(nowhere.append(observed('c'))).rejects.toMatchObject({ code: 'INCIDENT_STORE_WRITE' });
    await nowhere.close();
  });
});
