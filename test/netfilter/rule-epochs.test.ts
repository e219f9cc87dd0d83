/** Rates over real resets, reloads and replaced rules: exact where they are known, unknown for one tick where they are not, never negative or absurd. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CounterReader } from '../../collectors/netfilter/counter-reader.js';
import { RuleRates, type RulesPart } from '../../src/aggregate/rules/rule-rates.js';
import type { CounterSample } from '../../src/records/counter-sample.js';
import { describeWith } from '../support/system.js';
import { OneNamespace } from './one-namespace.js';

const NEEDS = ['root', 'ip', 'nft', 'iptables', 'iptables-restore', 'python3'];
const FAMILIES = ['iptables', 'iptables-legacy'] as const;
/** Far above what a test sends in a second; an absolute counter taken for a difference is above it too. */
const BEFORE = 3e12;
const ABSURD_PPS = 1_000_000;

describeWith(NEEDS, 'epochs of real counters', () => {
  let space: OneNamespace;
  let reader: CounterReader;
  let rates: RuleRates;
  let samples: CounterSample[];
  const parts: RulesPart[] = [];
  beforeAll(async () => {
    space = await OneNamespace.open();
  });
  afterAll(() => space.close());
  beforeEach(async () => {
    await space.sh('nft flush ruleset; iptables-legacy -F; iptables-legacy -X');
    reader = space.reader();
    rates = new RuleRates();
    samples = [];
    parts.length = 0;
  });
  afterEach(() => {
    for (const { rows } of parts)
      for (const { pps, bps, text } of rows) {
        if (pps === null || bps === null) continue;
        expect(pps, text).toBeGreaterThanOrEqual(0);
        expect(pps, text).toBeLessThan(ABSURD_PPS);
        expect(bps, text).toBeGreaterThanOrEqual(0);
      }
  });

  async function poll(): Promise<RulesPart> {
    const sample = await reader.read({ isUnchanged: false });
    samples.push(sample);
    const part = rates.take(sample);
    parts.push(part);
    return part;
  }

  /** Packets of each rule since the poll before, from its rate; null: the rate is not known. */
  function deltas({ rows }: RulesPart): Record<string, number | null> {
    const [before, now] = samples.slice(-2) as [CounterSample, CounterSample];
    const elapsedSec = (now.steadyMs - before.steadyMs) / 1000;
    const rules = rows.filter(({ kind }) => kind === 'rule');
    return Object.fromEntries(
      rules.map(({ text, comment, pps }) => [
        comment || text,
        pps === null ? null : Math.round(pps * elapsedSec * 1000) / 1000,
      ]),
    );
  }

  test.each(['nft', ...FAMILIES])('%s: a rate times its time is what was sent, to the packet', async (tool) => {
    if (tool === 'nft')
      await space.nft(
        'add table ip t; add chain ip t c { type filter hook input priority 0; }; add rule ip t c udp dport 9 counter; add rule ip t c udp dport 10 counter',
      );
    else await space.sh(`for port in 9 10; do ${tool} -A INPUT -p udp --dport $port -j ACCEPT; done`);
    await space.send(5);
    expect(Object.values(deltas(await firstTwo()))).toEqual([0, 0]);
    for (const count of [1, 1234, 0, 77]) {
      if (count > 0) await space.send(count);
      const part = await poll();
      expect(Object.values(deltas(part)).sort()).toEqual([0, count].sort());
      const busy = part.rows.find(({ pps }) => (pps ?? 0) > 0);
      if (count > 0) expect(busy?.bps).toBeCloseTo((busy?.pps as number) * 48 * 8, 3);
    }
  });

  async function firstTwo(): Promise<RulesPart> {
    expect((await poll()).rows.every(({ pps }) => pps === null)).toBe(true);
    return poll();
  }

  test.each(FAMILIES)('%s -Z: one tick without a rate, said in a note, then rates again', async (tool) => {
    await space.sh(`${tool} -A INPUT -p udp --dport 9 -j ACCEPT; ${tool} -A INPUT -p udp --dport 10 -j ACCEPT`);
    await space.send(50);
    await firstTwo();
    await space.sh(`${tool} -Z`);
    await space.send(3);
    const part = await poll();
    expect(new Set(Object.values(deltas(part)))).toEqual(new Set([null]));
    expect(part.notes.join()).toMatch(/counters of chain .*ip filter INPUT were reset/);
    await space.send(9);
    expect(Object.values(deltas(await poll()))).toContain(9);
  });

  test.each(FAMILIES)(
    '%s-restore: rules are found again with their history, whatever the counters begin with',
    async (tool) => {
      const rules = (counter: string) =>
        `*filter\n${[9, 10, 11].map((port) => `${counter} -A INPUT -p udp --dport ${port} -m comment --comment p${port} -j ACCEPT`).join('\n')}\nCOMMIT\n`;
      await space.must([`${tool}-restore`, '-c'], rules('[0:0]'));
      await space.send(50);
      const before = await firstTwo();
      await space.must([`${tool}-restore`, '-c'], rules(`[${BEFORE}:${BEFORE * 48}]`));
      const after = await poll();
      // Without handles a restored counter that is higher looks like traffic; its rate is beyond any link and is not told.
      expect(deltas(after)).toEqual({ p9: null, p10: null, p11: null });
      expect(after.rows.map(({ key }) => key).sort()).toEqual(before.rows.map(({ key }) => key).sort());
      expect(after.rows[0]?.trend.length).toBe(3);
      await space.send(8);
      expect(deltas(await poll())).toEqual({ p9: 8, p10: 0, p11: 0 });
    },
  );

  test.each(FAMILIES)('%s: insertion, replacement and deletion between equal rules', async (tool) => {
    const add = (port: number, how: string) => space.sh(`${tool} ${how} -p udp --dport ${port} -j ACCEPT`);
    await add(9, '-A INPUT');
    await add(10, '-A INPUT');
    await space.send(20);
    await firstTwo();
    await add(7, '-I INPUT');
    await space.send(4);
    expect(deltas(await poll())).toMatchObject({
      '-p udp -m udp --dport 9 -j ACCEPT': 4,
      '-p udp -m udp --dport 7 -j ACCEPT': null,
    });
    await add(8, '-R INPUT 2'); // keeps the handle of port 9
    expect(deltas(await poll())).toMatchObject({ '-p udp -m udp --dport 8 -j ACCEPT': null });
    await add(9, '-I INPUT');
    await add(9, '-A INPUT');
    await space.send(6);
    await poll();
    await space.sh(`${tool} -D INPUT 1`); // of two equal rules, the one that counted
    await space.send(2);
    const part = await poll();
    const left = part.rows.filter(({ text }) => text.includes('--dport 9'));
    expect(left.map(({ pps }) => pps)).toEqual(tool === 'iptables' ? [expect.any(Number)] : [null]);
    expect(left.map(({ packets }) => packets)).toEqual([2]);
  });

  test('nft: a table made anew has the same handles and words, and begins again', async () => {
    const table =
      'add table ip t; add chain ip t c { type filter hook input priority 0; }; add rule ip t c udp dport 9 counter comment "x"';
    await space.nft(table);
    await space.send(5);
    const before = await firstTwo();
    await space.nft(`delete table ip t; ${table}`);
    await space.send(40);
    const after = await poll();
    expect(deltas(after)).toEqual({ x: null });
    const keyOf = ({ rows }: RulesPart) => rows.find(({ table }) => table === 't')?.key;
    expect(keyOf(after)).toBe(keyOf(before));
    expect(samples.at(-1)?.rules[0]?.key).not.toBe(samples.at(-2)?.rules[0]?.key);
    expect(after.notes).toEqual(['rules of ip t were reloaded: 1 matched again']);
    await space.send(3);
    expect(deltas(await poll())).toEqual({ x: 3 });
    await space.nft('flush ruleset');
    expect((await poll()).rows.filter(({ kind }) => kind === 'rule')).toEqual([]);
  });

  test('nft: named counters, and a reset of them by somebody else', async () => {
    await space.nft(
      'add table ip t; add counter ip t every; add chain ip t c { type filter hook input priority 0; }; add rule ip t c udp dport 9 counter name every',
    );
    await space.send(5);
    await firstTwo();
    await space.send(11);
    expect((await poll()).rows.filter(({ kind }) => kind === 'counter')).toMatchObject([
      { text: 'counter every', packets: 16 },
    ]);
    await space.sh('nft reset counters > /dev/null');
    await space.send(1);
    expect((await poll()).rows.filter(({ table }) => table === 't').map(({ pps }) => pps)).toEqual([null, null]);
    expect(parts.at(-1)?.notes).toEqual(['named counters of ip t were reset', 'counters of chain ip t c were reset']);
  });

  test('a table that nft can list only for a while: kept without a rate, then over its real time', async () => {
    await space.sh('iptables -A INPUT -p udp --dport 9 -m comment --comment x -j ACCEPT');
    const programs = ['nft', 'iptables-save', 'ip6tables-save'];
    reader = space.reader({ programs });
    await space.send(5);
    await firstTwo();
    programs.length = 0;
    await space.send(5);
    await expect(poll()).rejects.toMatchObject({ code: 'NFT_MISSING' });
    const missed = rates.miss(null) as RulesPart;
    expect(missed.rows.find(({ kind }) => kind === 'rule')?.trend).toEqual([null, 0, null]);
    programs.push('nft', 'iptables-save', 'ip6tables-save');
    reader = space.reader();
    await space.send(5);
    expect(deltas(await poll())).toEqual({ x: 10 });
  });

  test('iptables-save stops half way for the first time: no rate, no zero, no other words', async () => {
    await space.sh('iptables -A INPUT -p udp --dport 9 -m ttl --ttl-gt 3 -m comment --comment x -j ACCEPT');
    await space.send(5);
    await firstTwo();
    await space.sh('nft add rule ip filter INPUT meta priority set 1:1 counter');
    await space.send(5);
    const cut = await poll();
    expect(deltas(cut)).toEqual({ x: null });
    expect(cut.rows.find(({ comment }) => comment === 'x')?.packets).toBe(5); // of the poll before
    expect(samples.at(-1)?.unread).toEqual(['ip filter']);
    expect(cut.notes[0]).toMatch(/iptables-save.*ended with 3/);
    await space.sh(
      'nft delete rule ip filter INPUT handle $(nft -a list chain ip filter INPUT | sed -n "s/.*meta priority.*handle //p")',
    );
    await space.send(5);
    samples.splice(-1, 1); // the rate is over all of the time since the rule was last read
    expect(deltas(await poll())).toEqual({ x: 10 });
  });
});
