/** The whole collector on a real kernel: its pace, changes, elements, leases, failures. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { NetfilterCollector } from '../../collectors/netfilter/netfilter-collector.js';
import type { RulesView } from '../../src/snapshot/rules-view.js';
import { until } from '../support/lab.js';
import { describeWith } from '../support/system.js';
import { type NamespaceHostOptions, namespaceHost } from './namespace-host.js';
import { OneNamespace } from './one-namespace.js';

const NEEDS = ['root', 'ip', 'nft', 'iptables', 'ipset', 'python3'];
const PATIENCE_MS = 20_000;

const OURS = `
table inet ddostop {
  set lease_k3f7a {
    type nf_proto
    flags timeout
    elements = { ipv4 timeout 100s, ipv6 timeout 50s }
  }
  set host4 {
    type ipv4_addr
    flags timeout
    counter
    elements = { 127.0.0.2 timeout 10m comment "id=k3f7a:c:600:600 why=test", 127.0.0.3 timeout 10m }
  }
  set seen {
    type ipv4_addr
    size 5
    flags dynamic
  }
  chain pre {
    type filter hook prerouting priority -310; policy accept;
    ip saddr @host4 counter drop comment "ddostop v=1"
    meta nfproto @lease_k3f7a counter comment "ddostop:k3f7a why=test"
    add @seen { ip saddr } counter
  }
}
`;

/** From several addresses of the loopback. */
const SEND_FROM = `
import socket, sys
for item in sys.argv[1:]:
    source, count = item.split(',')
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((source, 0))
    for i in range(int(count)): s.sendto(b'x' * 20, ('127.0.0.1', 9))
`;

describeWith(NEEDS, 'netfilter collector', () => {
  let space: OneNamespace;
  let stop: AbortController;
  let views: RulesView[];
  let running: Promise<void>;
  beforeAll(async () => {
    space = await OneNamespace.open();
  });
  afterAll(() => space.close());
  beforeEach(async () => {
    await space.sh('nft flush ruleset; ipset destroy');
    stop = new AbortController();
    views = [];
    running = Promise.resolve();
  });
  afterEach(async () => {
    stop.abort();
    await running;
  });

  function start(options: NamespaceHostOptions = {}): NetfilterCollector {
    const collector = new NetfilterCollector(namespaceHost(space.name, options));
    running = collector.run((view) => views.push(view), stop.signal);
    return collector;
  }

  const last = () => views.at(-1) as RulesView;
  const seen = (what: string, ask: (view: RulesView) => boolean) =>
    until(what, PATIENCE_MS, async () => views.length > 0 && ask(last()));

  test('goes live, tells what it reads through, stays within its twentieth, ends when told', async () => {
    await space.nft(OURS);
    start();
    await seen('three polls', () => new Set(views.map(({ atMs }) => atMs)).size >= 3);
    const view = last();
    expect(view).toMatchObject({ host: '', state: 'live', detail: '', through: 'nft -j' });
    expect(view.cost).toBeGreaterThan(0);
    expect(view.rows.length).toBe(3);
    stop.abort();
    await running;
    const count = views.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(views.length).toBe(count);
  });

  test('a mitigation has the time its lease has, and is known by its id', async () => {
    await space.nft(OURS);
    start();
    await seen('the lease', ({ rows }) => rows.some(({ leftSec }) => leftSec !== null));
    const own = last().rows.filter(({ mitigationId }) => mitigationId === 'k3f7a');
    expect(own.length).toBe(1);
    expect(own[0]?.leftSec).toBeLessThanOrEqual(100);
    expect(own[0]?.leftSec).toBeGreaterThan(50);
    await space.nft('flush set inet ddostop lease_k3f7a');
    await seen('its end', ({ rows }) => rows.find(({ mitigationId }) => mitigationId !== null)?.leftSec === 0);
  });

  test('elements: what a set dropped most of, an open set, how full a set is that packets fill', async () => {
    await space.nft(OURS);
    const collector = start();
    await seen('the sets', ({ sets }) => sets.length === 3);
    await space.must([
      'python3',
      '-c',
      SEND_FROM,
      '127.0.0.2,30',
      '127.0.0.3,70',
      '127.0.0.4,1',
      '127.0.0.5,1',
      '127.0.0.6,1',
      '127.0.0.7,1',
    ]);
    await seen('who was dropped', ({ topDropped }) => topDropped.length === 2);
    expect(last().topDropped).toMatchObject([
      { value: '127.0.0.3', packets: 70, bytes: 70 * 48 },
      { value: '127.0.0.2', packets: 30, comment: 'id=k3f7a:c:600:600 why=test' },
    ]);
    await seen('the filled set', ({ signals }) => signals.some(({ label }) => label === 'set seen'));
    expect(last().signals.find(({ label }) => label === 'set seen')).toMatchObject({
      isAlarming: true,
      value: 5, // 127.0.0.1 answers that the port is closed
      fill: 1,
      meaning: '5 of 5: above it new sources pass',
    });
    expect(last().sets.find(({ name }) => name === 'seen')).toMatchObject({ elements: 5, maxElements: 5, fill: 1 });
    expect(last().openSet).toBeNull();
    collector.open(last().sets.find(({ name }) => name === 'host4')?.key ?? null);
    await seen('the open set', ({ openSet }) => openSet !== null);
    expect(last().openSet).toMatchObject({ total: 2, rows: [{ value: '127.0.0.3' }, { value: '127.0.0.2' }] });
    collector.open(null);
    await seen('it is closed', ({ openSet }) => openSet === null);
  });

  test('ipset: fill from its head, elements of the one that drops', async () => {
    await space.sh(`
      ipset create bad hash:ip counters comment maxelem 4
      ipset add bad 127.0.0.2 comment "one [5:6]"
      ipset add bad 127.0.0.3; ipset add bad 127.0.0.4; ipset add bad 127.0.0.5
      iptables -A INPUT -m set --match-set bad src -j DROP`);
    start();
    await seen('its fill', ({ sets }) => sets.some(({ fill }) => fill === 1));
    expect(last().through).toBe('nft -j, iptables-save -c, ipset');
    await space.must(['python3', '-c', SEND_FROM, '127.0.0.2,30']);
    await seen('who was dropped', ({ topDropped }) => topDropped.length > 0);
    expect(last().topDropped).toMatchObject([{ value: '127.0.0.2', packets: 30, comment: 'one [5:6]' }]);
    expect(last().signals.find(({ label }) => label === 'set bad')?.isAlarming).toBe(true);
  });

  test('without the right: failed with what to do, the stack is read all the same; with it again: live', async () => {
    await space.nft(OURS);
    const through = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--bounding-set', '-all'];
    start({ through });
    await seen('a failure', ({ state }) => state === 'failed');
    expect(last().detail).toMatch(/^NFT_PERMISSION: .*Operation not permitted.*CAP_NET_ADMIN/);
    expect(last()).toMatchObject({ rows: [], atMs: 0 });
    expect(last().signals.length).toBeGreaterThan(5);
    stop.abort();
    await running;
  });

  test('tools that vanish: stale, gaps in the trends, and live again', async () => {
    await space.nft(OURS);
    const programs = ['nft'];
    start({ programs });
    await seen('two polls', () => new Set(views.map(({ atMs }) => atMs)).size >= 2);
    programs.length = 0;
    await seen('a failure', ({ state }) => state === 'stale');
    const { atMs, rows, detail } = last();
    expect(detail).toMatch(/^NFT_MISSING/);
    expect(rows[0]?.trend.at(-1)).toBeNull();
    expect(rows[0]?.packets).not.toBeNull();
    expect(atMs).toBe(Math.max(...views.filter(({ state }) => state === 'live').map((view) => view.atMs)));
  });

  test('a change is seen through nft monitor: iptables alone is read while nothing changes', async () => {
    await space.sh('iptables -A INPUT -p udp --dport 9 -m comment --comment x -j ACCEPT');
    const asked: string[] = [];
    start({ onRun: (argv) => asked.push(argv.join(' ')) });
    const count = (name: string) => asked.filter((words) => words === name).length;
    await seen('polls', () => count('iptables-save -c') >= 5);
    expect(count('nft -j -t list ruleset')).toBeLessThan(count('iptables-save -c'));
    const lists = count('nft -j -t list ruleset');
    await space.sh('iptables -A INPUT -p udp --dport 10 -m comment --comment y -j ACCEPT');
    await seen('the new rule', ({ rows }) => rows.some(({ comment }) => comment === 'y'));
    expect(count('nft -j -t list ruleset')).toBeGreaterThan(lists);
    await space.send(12);
    await seen('its rate', ({ rows }) => rows.some(({ comment, packets }) => comment === 'x' && packets === 12));
    expect(asked.every((words) => /^(nft|iptables-save|ip6tables-save|ipset) [a-zA-Z0-9 _-]+$/.test(words))).toBe(true);
  });
});
