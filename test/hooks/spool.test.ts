/** The folder of messages that wait: bounded, shared by programs, damaged, gone. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SPOOL_BOUNDS } from '../../src/hooks/message-spool.js';
import { SpoolOwner } from '../../src/hooks/spool-owner.js';
import type { Sleep } from '../../src/platform/cloudflare/steady-time.js';
import { hookEvent } from '../support/hooks/hook-fixture.js';
import { HookLab, webhook } from '../support/hooks/hook-lab.js';
import { BROKEN, plain } from '../support/hooks/hook-server.js';

let lab: HookLab;
beforeEach(async () => {
  lab = await HookLab.open();
});
afterEach(() => lab.close());

const untilAborted: Sleep = (_, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));

test('is bounded by number, and what is given up is told: updates and notes first', async () => {
  const dead = await lab.server(() => plain(500));
  const bounds = { ...SPOOL_BOUNDS, mostMessages: 3 };
  const hooks = await lab.dispatcher([webhook(dead.url, { perHour: 1, everySec: 3600 })], {
    bounds,
    sleep: untilAborted,
  });
  await hooks.tell(hookEvent('opened', 1, { id: 'first' }));
  for (const id of ['a', 'b']) await hooks.tell(hookEvent('opened', 1, { id }));
  await hooks.tell(hookEvent('note', 2, { id: 'a' }));
  await hooks.tell(hookEvent('ended', 3, { id: 'a' }));
  const given = lab.deliveries.filter(({ outcome }) => outcome === 'given-up').map(({ record }) => record.event);
  expect(given[0]).toBe('note');
  expect(lab.spooled.length).toBeLessThanOrEqual(3);
});

test('a folder that goes away: told, and sent from memory', async () => {
  const target = await lab.server(() => plain(200));
  const hooks = await lab.dispatcher([webhook(target.url)]);
  rmSync(lab.spool, { recursive: true });
  await hooks.tell(hookEvent('opened', 1));
  await hooks.drained();
  expect(target.keys.length).toBe(1);
  expect(lab.troubles[0]).toContain('memory only');
});

test('no folder can be made: HOOK_SPOOL', async () => {
  await expect(lab.dispatcher([], { spoolFolder: '/dev/null/x' })).rejects.toMatchObject({ code: 'HOOK_SPOOL' });
});

test('of two programs one sends for both; when it ends the other one does', async () => {
  const target = await lab.server(() => plain(200));
  const first = await lab.dispatcher([webhook(target.url)]);
  const second = await lab.dispatcher([webhook(target.url)]);
  await second.tell(hookEvent('opened', 1, { id: 'a' }));
  await second.tell(hookEvent('opened', 1, { id: 'a' }));
  await second.drained();
  expect([target.keys.length, await second.otherSender()]).toEqual([0, process.pid]);
  await first.scan();
  await first.drained();
  expect(target.keys.length).toBe(1);
  await second.tell(hookEvent('opened', 1, { id: 'b' }));
  await first.stop();
  await second.scan();
  await second.drained();
  expect(new Set(target.keys).size).toBe(2);
  expect(target.keys.length).toBe(2);
});

test('many at once: one becomes the sender, each time', async () => {
  const owners = Array.from({ length: 12 }, () => new SpoolOwner(lab.folder));
  for (let round = 0; round < 10; round += 1) {
    const taken = await Promise.all(owners.map((owner) => owner.take()));
    expect(taken.filter(Boolean)).toHaveLength(1);
    await Promise.all(owners.map((owner) => owner.leave()));
  }
  expect(readdirSync(lab.folder)).toHaveLength(1);
});

test('a damaged file is put aside and told, the others are sent', async () => {
  const dead = await lab.server(() => BROKEN.hang);
  const first = await lab.dispatcher([webhook(dead.url)]);
  for (const id of ['a', 'b']) await first.tell(hookEvent('opened', 1, { id }));
  await first.stop();
  const [name] = lab.spooled;
  rmSync(join(lab.spool, name as string));
  writeFileSync(join(lab.spool, name as string), '{"message":{"schema":1');
  const target = await lab.server(() => plain(200));
  const second = await lab.dispatcher([webhook(target.url)]);
  await second.drained();
  expect([target.keys.length, lab.troubles.length, lab.spooled]).toEqual([1, 1, []]);
});
