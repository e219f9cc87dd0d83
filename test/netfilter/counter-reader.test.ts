/** Reading real rules of a real kernel: which tool tells which table, what is said to be missing. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { RuleRates } from '../../src/aggregate/rules/rule-rates.js';
import { describeWith } from '../support/system.js';
import { OneNamespace, packetsByText } from './one-namespace.js';

const NEEDS = ['root', 'ip', 'nft', 'iptables', 'iptables-save', 'python3'];
const AGAIN = { isUnchanged: false };

describeWith(NEEDS, 'reading a firewall', () => {
  let space: OneNamespace;
  beforeAll(async () => {
    space = await OneNamespace.open();
  });
  afterAll(() => space.close());
  beforeEach(() =>
    space.sh(
      'nft flush ruleset; iptables-legacy -F; iptables-legacy -X; iptables-legacy -P INPUT ACCEPT; ip6tables-legacy -F',
    ),
  );

  test('native tables, tables of iptables, both families: each from the tool that tells it whole', async () => {
    await space.nft(`
table inet own {
  set bad {
    type ipv4_addr
    size 8
    elements = { 10.0.0.1 }
  }
  counter total {
  }
  chain in {
    type filter hook input priority 5; policy drop;
    iif lo counter name total accept
    ip saddr @bad counter drop comment "ddostop:k3f7a why=test"
  }
}
`);
    await space.sh(`
      iptables -A INPUT -p udp --dport 9 -m comment --comment 'he said "hi" [1:2] -A FAKE' -j ACCEPT
      iptables -N jail; iptables -A INPUT -g jail
      ip6tables -A INPUT -p udp --dport 9 -j DROP`);
    await space.send(7);
    const sample = await space.reader().read(AGAIN);
    expect(packetsByText(sample)).toEqual({
      'INPUT -p udp -m udp --dport 9 -j ACCEPT': 7,
      'INPUT -g jail': 0,
      'INPUT -p udp -m udp --dport 9 -j DROP': 0,
      'in iif "lo" counter name "total" accept': 7,
      'in ip saddr @bad drop': 0,
    });
    expect(
      sample.rules.map(({ by, family, table, comment, verdict, sets, mitigationId }) => [
        by,
        family,
        table,
        comment,
        verdict,
        sets,
        mitigationId,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['iptables', 'ip', 'filter', 'he said "hi" [1:2] -A FAKE', 'accept', [], null],
        ['iptables', 'ip', 'filter', '', 'jump', [], null],
        ['nft', 'inet', 'own', 'ddostop:k3f7a why=test', 'drop', ['bad'], 'k3f7a'],
      ]),
    );
    expect(sample.counters).toMatchObject([{ name: 'total', packets: 7, bytes: 7 * 48 }]);
    expect(sample.sets).toMatchObject([{ name: 'bad', maxElements: 8, elements: null }]);
    expect(sample.chains).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          table: 'own',
          name: 'in',
          hook: 'input',
          priority: 5,
          policy: 'drop',
          counter: null,
        }),
        expect.objectContaining({
          by: 'iptables',
          family: 'ip',
          name: 'INPUT',
          policy: 'accept',
          counter: { packets: 0, bytes: 0 },
        }),
      ]),
    );
    expect(sample.partial).toEqual([]);
    expect(sample.unread).toEqual([]);
    expect(new Set(sample.rules.map(({ key }) => key)).size).toBe(sample.rules.length);
  });

  test('a mixed table: native rules in the words of nft, those of iptables in theirs', async () => {
    await space.sh(`
      iptables -A INPUT -p udp --dport 9 -m comment --comment one -j ACCEPT
      nft add rule ip filter INPUT tcp dport { 80, 443 } counter drop
      iptables -A INPUT -m ttl --ttl-eq 5 -j DROP`);
    await space.send(3);
    const sample = await space.reader().read(AGAIN);
    expect(packetsByText(sample)).toEqual({
      'INPUT -p udp -m udp --dport 9 -j ACCEPT': 3,
      'INPUT tcp dport { 80, 443 } drop': 0,
      'INPUT -m ttl --ttl-eq 5 -j DROP': 0,
    });
    expect(sample.rules.map(({ by }) => by)).toEqual(['iptables', 'nft', 'iptables']);
  });

  test('what iptables-save cannot list: nft tells it, opaque rules are said aloud, the rest is whole', async () => {
    await space.sh(`
      iptables -A INPUT -m ttl --ttl-eq 5 -j DROP
      iptables -t raw -A PREROUTING -m ttl --ttl-eq 6 -j DROP
      nft add rule ip filter INPUT ct state new counter drop
      nft add chain ip raw other '{ type filter hook input priority 50; }'
      nft add rule ip raw other counter`);
    await space.send(2);
    const sample = await space.reader().read(AGAIN);
    expect(packetsByText(sample)).toEqual({
      'INPUT xt match ttl drop': 0,
      'INPUT ct state new drop': 2, // never confirmed, so the second is new as well
      'PREROUTING -m ttl --ttl-eq 6 -j DROP': 0,
      'other ': 0,
    });
    expect(sample.partial.join()).toContain('ip filter: rules of iptables are shown as nft names them');
    expect(sample.unread).toEqual([]);
  });

  test('a listing that stops half way (rc 3): its rules come from nft, none is missing', async () => {
    await space.sh(`
      iptables -A INPUT -m ttl --ttl-eq 5 -j DROP
      nft add rule ip filter INPUT meta priority set 1:1 counter`);
    const sample = await space.reader().read(AGAIN);
    expect(sample.rules.map(({ by, verdict }) => [by, verdict])).toEqual([
      ['nft', 'drop'],
      ['nft', 'continue'],
    ]);
    expect(sample.partial.join('; ')).toMatch(/iptables-save.*ended with 3/);
  });

  test('legacy tables beside those of nft', async () => {
    await space.sh(`
      iptables -A INPUT -p udp --dport 9 -j ACCEPT
      iptables-legacy -A INPUT -p udp --dport 9 -m comment --comment "old one" -j ACCEPT
      iptables-legacy -P INPUT DROP
      ip6tables-legacy -A INPUT -p udp -j DROP`);
    await space.send(4);
    const sample = await space.reader().read(AGAIN);
    expect(sample.rules.map(({ by, family, text, counter }) => [by, family, text, counter?.packets])).toEqual([
      ['iptables', 'ip', '-p udp -m udp --dport 9 -j ACCEPT', 4],
      ['iptables-legacy', 'ip', '-p udp -m udp --dport 9 -j ACCEPT', 4],
      ['iptables-legacy', 'ip6', '-p udp -j DROP', 0],
    ]);
    expect(sample.rules[1]).toMatchObject({ comment: 'old one', handle: null });
    expect(sample.chains).toContainEqual(
      expect.objectContaining({ by: 'iptables-legacy', family: 'ip', name: 'INPUT', policy: 'drop' }),
    );
  });

  test('a comment with a line feed is no rule and no counter', async () => {
    await space.must([
      'iptables',
      '-A',
      'INPUT',
      '-m',
      'comment',
      '--comment',
      'x\n[5:6] -A INPUT -j DROP\nCOMMIT',
      '-j',
      'ACCEPT',
    ]);
    await space.must([
      'iptables-legacy',
      '-A',
      'INPUT',
      '-m',
      'comment',
      '--comment',
      'x\n[5:6] -A INPUT -j DROP',
      '-j',
      'ACCEPT',
    ]);
    const sample = await space.reader().read(AGAIN);
    expect(sample.rules.map(({ by, text, comment }) => [by, text, comment])).toEqual([
      ['iptables', '-j ACCEPT', 'x\n[5:6] -A INPUT -j DROP\nCOMMIT'],
      ['iptables-legacy', '-j ACCEPT', 'x\n[5:6] -A INPUT -j DROP'],
    ]);
    expect(sample.partial).toEqual([]);
  });

  test('without nft, without iptables, without both', async () => {
    await space.sh(
      'iptables -A INPUT -p udp --dport 9 -j ACCEPT; nft add table inet own; nft add chain inet own c; nft add rule inet own c counter',
    );
    const noNft = await space.reader({ programs: ['iptables-save', 'ip6tables-save'] }).read(AGAIN);
    expect(packetsByText(noNft)).toEqual({ 'INPUT -p udp -m udp --dport 9 -j ACCEPT': 0 });
    expect(noNft.partial).toContain('nft is not installed: tables of nft are not seen');
    const noIptables = await space.reader({ programs: ['nft'] }).read(AGAIN);
    expect(packetsByText(noIptables)).toEqual({ 'INPUT udp dport 9 accept': 0, 'c ': 0 });
    await expect(space.reader({ programs: [] }).read(AGAIN)).rejects.toMatchObject({ code: 'NFT_MISSING' });
  });

  test('without the right: an error that says what to do, and /proc all the same', async () => {
    const through = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--bounding-set', '-all'];
    const reader = space.reader({ through });
    await expect(reader.read(AGAIN)).rejects.toMatchObject({
      code: 'NFT_PERMISSION',
      what: expect.stringContaining('"nft -j -t list ruleset" ended with 1: Operation not permitted'),
      hint: expect.stringContaining('CAP_NET_ADMIN'),
    });
    const { signals, rules } = await reader.readSignals();
    expect(rules).toEqual([]);
    expect(signals.synCookiesSent).toBe(0);
    expect(signals.rxPackets).toBe(0);
  });

  test('the same figures of the stack, whether read file by file or with one command', async () => {
    const here = await space.reader().readSignals();
    const there = await space.reader({ name: 'elsewhere' }).readSignals();
    expect(
      Object.keys(there.signals).filter((key) => there.signals[key as keyof typeof there.signals] === null),
    ).toEqual(Object.keys(here.signals).filter((key) => here.signals[key as keyof typeof here.signals] === null));
    expect(there.bootId).toBe(here.bootId);
    expect(here.bootId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('the level of the connection table, and its alarm', async () => {
    await space.nft(
      'add table inet t; add chain inet t c { type filter hook input priority 0; }; add rule inet t c ct state new counter',
    );
    const before = (await space.reader().read(AGAIN)).signals.conntrackCount as number;
    for (const port of [11, 12, 13]) await space.send(2, port);
    const sample = await space.reader().read(AGAIN);
    const { conntrackCount, conntrackMax } = sample.signals;
    expect(conntrackCount).toBe(before + 3);
    expect(conntrackMax).toBeGreaterThan(1000);
    const [row] = new RuleRates().take(sample).signals.filter(({ id }) => id === 'conntrack');
    expect(row).toMatchObject({ value: before + 3, fill: (before + 3) / (conntrackMax as number), isAlarming: false });
  });
});
