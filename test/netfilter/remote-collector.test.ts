/** The collector over a real sshd: the same figures, a way that breaks and comes back, a way that is slow. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NetfilterCollector } from '../../collectors/netfilter/netfilter-collector.js';
import type { Host } from '../../src/platform/host.js';
import { runCommand } from '../../src/platform/run-command.js';
import type { RulesView } from '../../src/snapshot/rules-view.js';
import { until } from '../support/lab.js';
import { SSH_NEEDS, SshLab } from '../support/ssh-lab.js';
import { describeWith } from '../support/system.js';

const PATIENCE_MS = 25_000;
const RULES = `
add table inet t
add set inet t bad { type ipv4_addr; flags timeout; counter; }
add element inet t bad { 127.0.0.9 timeout 1h }
add chain inet t c { type filter hook input priority 0; }
add rule inet t c ip saddr @bad counter drop
add rule inet t c tcp dport 2222 counter comment "it's $(id) ; ssh"
`;

describeWith([...SSH_NEEDS, 'nft', 'iptables', 'ipset'], 'netfilter collector over ssh', () => {
  let lab: SshLab;
  let stop: AbortController;
  let views: RulesView[];
  let running: Promise<void>;
  beforeEach(async () => {
    lab = await SshLab.open();
    const { code, stderr } = await inside(['nft', '-f', '-'], RULES);
    if (code !== 0) throw new Error(stderr);
    stop = new AbortController();
    views = [];
    running = Promise.resolve();
  });
  afterEach(async () => {
    stop?.abort();
    await running;
    await lab?.close();
  });

  const inside = (argv: readonly string[], stdin = '') =>
    runCommand(['ip', 'netns', 'exec', lab.serverSpace, ...argv], { stdin });
  const last = () => views.at(-1) as RulesView;
  const seen = (what: string, ask: (view: RulesView) => boolean) =>
    until(what, PATIENCE_MS, async () => views.length > 0 && ask(last()));

  function start(host: Host): NetfilterCollector {
    const collector = new NetfilterCollector(host);
    running = collector.run((view) => views.push(view), stop.signal);
    return collector;
  }

  test('rules, elements, the stack and changes, as here', async () => {
    const collector = start(lab.host());
    await seen('a rate', ({ rows }) => rows.some(({ pps }) => (pps ?? 0) > 0)); // ssh itself is what the rule counts
    expect(last()).toMatchObject({ host: 'victim', state: 'live', ruleCount: 2, through: 'nft -j' });
    expect(last().rows.map(({ comment }) => comment)).toContain("it's $(id) ; ssh");
    expect(last().signals.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['syn-cookies-sent', 'listen-drops', 'rx-dropped']),
    );
    collector.open(last().sets[0]?.key ?? null);
    await seen('the open set', ({ openSet }) => openSet?.rows[0]?.value === '127.0.0.9');
    await inside(['nft', 'add', 'rule', 'inet', 't', 'c', 'counter']);
    await seen('the new rule', ({ ruleCount }) => ruleCount === 3);
  });

  test('a server that is gone: stale, with why; back again: live, without a wrong rate', async () => {
    start(lab.host());
    await seen('two polls', () => new Set(views.map(({ atMs }) => atMs)).size >= 2);
    await lab.killServer();
    await seen('stale', ({ state }) => state === 'stale');
    expect(last().detail).toMatch(/^HOST_/);
    expect(last().rows.length).toBe(2);
    expect(last().rows[0]?.trend.at(-1)).toBeNull();
    await lab.startServer();
    await seen('live again', ({ state }) => state === 'live');
    for (const { rows } of views)
      for (const { pps } of rows) expect(pps === null || (pps >= 0 && pps < 1e5)).toBe(true);
  });

  test('a slow way', async () => {
    await lab.addSlowAlias('slow', 200);
    start(lab.host('slow'));
    await seen('polls', () => new Set(views.map(({ atMs }) => atMs)).size >= 4);
    expect(last()).toMatchObject({ host: 'slow', state: 'live', ruleCount: 2, detail: '' });
  });
});
