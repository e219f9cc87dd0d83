/** The door on a fake nft: properties over many states that would take minutes in the kernel. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { FirewallDoor } from '../../src/mitigation/firewall-door.js';
import type { GuardSources } from '../../src/mitigation/guard/protected-addresses.js';
import { openMitigation } from '../../src/mitigation/open-mitigation.js';
import type { MitigationRequest } from '../../src/mitigation/types.js';
import { type Host, localHost } from '../../src/platform/host.js';
import type { RunCommand } from '../../src/platform/run-command.js';
import { FakeNft } from './fake-nft.js';

const folder = mkdtempSync(join(tmpdir(), 'ddostop-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let logs = 0;

function requestOf(fields: Partial<MitigationRequest>): MitigationRequest {
  return {
    backend: 'nft',
    blockSources: [],
    blockTargets: [],
    allow: [],
    ttlSec: 600,
    confirmWindowSec: 30,
    incidentId: '',
    why: 'test',
    ...fields,
  };
}

function sourcesOf({ run }: FakeNft, env: Record<string, string> = {}): GuardSources {
  const sshConnections = async () => (env['SSH_CONNECTION'] === undefined ? [] : [env['SSH_CONNECTION']]);
  return { run, readText: async () => '', ownAddresses: async () => ['192.0.2.10'], sshConnections };
}

/** This machine, but for its nft. */
function hostOf(run: RunCommand): Host {
  return { ...localHost(), run };
}

function open(nft: FakeNft, options: { env?: Record<string, string>; readOnly?: boolean; allowList?: string[] } = {}) {
  logs += 1;
  return openMitigation({
    host: hostOf(nft.run),
    clock: nft.clock,
    sources: sourcesOf(nft, options.env),
    auditPath: join(folder, `audit-${logs}.jsonl`),
    readOnly: options.readOnly ?? false,
    allowList: options.allowList ?? [],
  });
}

async function applied(door: FirewallDoor, fields: Partial<MitigationRequest>): Promise<string> {
  return (await door.apply(await door.plan(requestOf(fields)))).id;
}

describe('mitigation door', () => {
  let nft: FakeNft;
  let door: FirewallDoor;
  beforeEach(async () => {
    nft = new FakeNft();
    door = await open(nft);
  });

  test('what the plan shows is what is sent, and what the inverse shows is what undo sends', async () => {
    const plan = await door.plan(
      requestOf({ blockSources: ['198.51.100.7', '2001:db8::/64'], allow: ['198.51.100.9'] }),
    );
    const { id } = await door.apply(plan);
    await door.confirm(id);
    await door.undo(id);
    expect(nft.applied).toEqual([plan.steps[0]?.stdin, plan.steps[1]?.stdin, plan.steps[0]?.inverse?.stdin]);
    expect(nft.table).toBeNull();
  });

  test('applying twice is one act', async () => {
    const plan = await door.plan(requestOf({ blockSources: ['198.51.100.7'] }));
    await door.apply(plan);
    nft.nowMs += 10_000;
    const again = await door.apply(plan);
    expect(again).toEqual({ id: plan.id, confirmByMs: nft.nowMs + 20_000 });
    expect(nft.applied).toHaveLength(1);
  });

  test('unconfirmed ends with the window, confirmed with the ttl, counts go on', async () => {
    const id = await applied(door, { blockSources: ['198.51.100.7'] });
    nft.hit('host4', '198.51.100.7', 9);
    await door.confirm(id);
    nft.hit('host4', '198.51.100.7', 1);
    expect(await door.list()).toMatchObject([{ id, packets: 10, bytes: 600, expiresInSec: 600, state: 'confirmed' }]);
    await door.confirm(id); // again: nothing to do
    expect(nft.applied).toHaveLength(2);
    nft.nowMs += 600_000;
    expect(await door.list()).toEqual([]);
    await expect(door.confirm(id)).rejects.toMatchObject({ code: 'MITIGATION_ENDED' });

    const trial = await applied(door, { blockSources: ['198.51.100.7'] });
    nft.nowMs += 30_000;
    await expect(door.confirm(trial)).rejects.toMatchObject({ code: 'MITIGATION_ENDED' });
  });

  test('a trial on a prefix that is held already never shortens or lengthens the other', async () => {
    const first = await applied(door, { blockSources: ['198.51.100.7'], ttlSec: 100 });
    await door.confirm(first);
    nft.nowMs += 40_000;
    const second = await applied(door, { blockSources: ['198.51.100.7'], ttlSec: 1000 });
    nft.nowMs += 30_000; // the second ends unconfirmed
    expect((await door.list()).map(({ id, expiresInSec }) => [id, expiresInSec])).toEqual([[first, 30]]);
    await expect(door.confirm(second)).rejects.toMatchObject({ code: 'MITIGATION_ENDED' });
    nft.nowMs += 30_000;
    expect(nft.elements()).toEqual([]);
  });

  test('the fourth plan on one prefix is refused', async () => {
    for (let i = 0; i < 3; i += 1) await applied(door, { blockSources: ['198.51.100.7'] });
    await expect(applied(door, { blockSources: ['198.51.100.7'] })).rejects.toMatchObject({
      code: 'MITIGATION_SHARED',
    });
    expect(Math.max(...nft.comments().map((comment) => comment.length))).toBeLessThanOrEqual(120);
  });

  test('a plan made before the state changed is not applied', async () => {
    const plan = await door.plan(requestOf({ blockSources: ['198.51.100.7'] }));
    await applied(door, { blockSources: ['198.51.100.7'] });
    await expect(door.apply(plan)).rejects.toMatchObject({ code: 'PLAN_STALE' });
    const other = await door.plan(requestOf({ blockSources: ['203.0.113.7'] }));
    await applied(door, { blockSources: ['203.0.113.0/24'] }); // another set: no reason to refuse
    await door.apply(other);
  });

  test('a session that came after the plan still stops it', async () => {
    const env: Record<string, string> = {};
    door = await open(nft, { env });
    const plan = await door.plan(requestOf({ blockSources: ['203.0.113.0/24'] }));
    env['SSH_CONNECTION'] = '203.0.113.10 50500 192.0.2.10 22';
    await expect(door.apply(plan)).rejects.toMatchObject({ code: 'PROTECTED_ADDRESS' });
    expect(nft.applied).toEqual([]);
  });

  test('read-only plans without rights and cannot act', async () => {
    nft.failWith = { code: 1, signal: null, stdout: '', stderr: 'Operation not permitted (you must be root)' };
    await expect(open(nft)).rejects.toMatchObject({ code: 'NFT_PERMISSION' });
    door = await open(nft, { readOnly: true });
    const plan = await door.plan(requestOf({ blockSources: ['198.51.100.7'] }));
    expect(plan.warnings.join()).toContain('not checked by nft');
    for (const act of [door.apply(plan), door.confirm('aaaaa'), door.undo('aaaaa'), door.panic()]) {
      await expect(act).rejects.toMatchObject({ code: 'READ_ONLY' });
    }
  });

  test('vanished: confirmed ones the kernel lost are told, undone and ended ones are not', async () => {
    const lost = await applied(door, { blockSources: ['198.51.100.7'], ttlSec: 600 });
    await door.confirm(lost);
    const undone = await applied(door, { blockSources: ['198.51.100.8'] });
    await door.confirm(undone);
    await door.undo(undone);
    expect(await door.vanished()).toEqual([]);
    nft.table = null; // somebody flushed the ruleset
    expect(await door.vanished()).toMatchObject([{ id: lost, request: { blockSources: ['198.51.100.7'] } }]);
    nft.nowMs += 600_000;
    expect(await door.vanished()).toEqual([]);
  });

  test('an element that ends between reading and writing is no error for undo', async () => {
    const id = await applied(door, { blockSources: ['198.51.100.7'] });
    await applied(door, { blockSources: ['198.51.100.8'], confirmWindowSec: 300 });
    const { run } = nft;
    let isFirst = true;
    const racing: FakeNft['run'] = (argv, options) => {
      if (isFirst && argv.includes('-f')) {
        isFirst = false;
        nft.nowMs += 31_000;
      }
      return run(argv, options);
    };
    const second = await openMitigation({
      host: hostOf(racing),
      clock: nft.clock,
      sources: sourcesOf(nft),
      auditPath: join(folder, 'race.jsonl'),
    });
    await second.undo(id);
    expect(nft.elements()).toEqual(['host4 "198.51.100.8"']);
  });

  const address = fc
    .tuple(fc.constantFrom('198.51.100.', '203.0.113.'), fc.integer({ min: 0, max: 7 }))
    .map(([net, host]) => net + host);
  const prefix = fc.oneof(
    address,
    fc.tuple(address, fc.integer({ min: 20, max: 31 })).map(([text, length]) => `${text}/${length}`),
    fc
      .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 44, max: 128 }))
      .map(([n, length]) => `2001:db8:0:${n}::1/${length}`),
  );
  const request = fc.record({
    blockSources: fc.uniqueArray(prefix, { minLength: 1, maxLength: 6 }),
    blockTargets: fc.uniqueArray(prefix, { maxLength: 2 }),
    allow: fc.uniqueArray(prefix, { maxLength: 2 }),
    confirmed: fc.boolean(),
  });

  type RequestValue = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

  test('apply then undo gives back the first state, whatever else is live', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 2 }), request, async (others, mine) => {
        const kernel = new FakeNft();
        const model = await open(kernel);
        for (const other of others) await tryApply(model, other);
        const before = kernel.elements();
        const ids = (await model.list()).map(({ id }) => id);
        const id = await tryApply(model, mine);
        if (id === null) return;
        expect((await model.list()).map((live) => live.id).sort()).toEqual([...ids, id].sort());
        await model.undo(id);
        expect(kernel.elements()).toEqual(before);
        expect((await model.list()).map((live) => live.id)).toEqual(ids);
        if (before.length === 0) expect(kernel.table).toBeNull();
        await model.panic();
        expect(kernel.table).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  async function tryApply(model: FirewallDoor, { confirmed, ...fields }: RequestValue): Promise<string | null> {
    const plan = await model.plan(requestOf(fields)).catch(() => null);
    if (plan === null || plan.refused !== null) return null; // everything allow-listed, or the own address hit
    await model.apply(plan);
    if (confirmed) await model.confirm(plan.id);
    return plan.id;
  }

  test('a narrowed plan is never refused again', async () => {
    const model = await open(new FakeNft(), { env: { SSH_CONNECTION: '198.51.100.3 50500 192.0.2.10 2222' } });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(prefix, { minLength: 1, maxLength: 5 }), async (blockSources) => {
        const plan = await model.plan(requestOf({ blockSources: [...blockSources, '192.0.2.0/25', '127.0.0.1'] }));
        expect(plan.refused).not.toBeNull();
        const narrowed = plan.refused?.narrowed;
        if (narrowed == null) return;
        expect((await model.plan(narrowed)).refused).toBeNull();
      }),
      { numRuns: 60 },
    );
  });
});
