/**
 * What watching a firewall costs: the collector on rules of a real kernel, in a namespace of its own. Prints a line of JSON for each case.
 * Words: seconds a case. Needs root, ip, nft, iptables-restore.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { localHost } from '../../src/platform/host.js';
import { NetfilterCollector } from './netfilter-collector.js';
import { childrenCpuMs, threadMs } from './thread-time.js';

const CASES = ['nft 1000', 'nft 10000', 'iptables 1000', 'iptables 10000', 'legacy 10000', 'both 10000'];
/** What the first polls may take beyond their share, and code that is not compiled yet. */
const WARM_UP_MS = 12_000;
/** Rarely: what waking up costs is counted too. */
const TICK_MS = 100;
const [seconds = '20', inside = '', only = ''] = process.argv.slice(2);

if (inside === '') {
  for (const each of only === '' ? CASES : [only]) runInside(each);
} else await watch(inside);

function runInside(name: string): void {
  const namespace = `db${process.pid.toString(36)}${randomBytes(3).toString('hex')}`;
  must(['ip', 'netns', 'add', namespace]);
  try {
    const self = process.argv[1] as string;
    const { status } = spawnSync('ip', ['netns', 'exec', namespace, process.execPath, self, seconds, name], {
      stdio: 'inherit',
    });
    if (status !== 0) process.exitCode = 1;
  } finally {
    must(['ip', 'netns', 'del', namespace]);
  }
}

async function watch(name: string): Promise<void> {
  const [tool = '', count = '0'] = name.split(' ');
  must(['ip', 'link', 'set', 'lo', 'up']);
  load(tool, Number(count));
  const polls: { atMs: number; steadyMs: number; ownMs: number; threadMs: number; toolsMs: number; cost: number }[] =
    [];
  const stop = new AbortController();
  const collector = new NetfilterCollector(localHost());
  const timer = setTimeout(() => stop.abort(), Number(seconds) * 1000);
  const startMs = performance.now();
  let longestMs = 0;
  let lastTickMs = performance.now();
  const ticks = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - lastTickMs - TICK_MS);
    lastTickMs = performance.now();
  }, TICK_MS);
  await collector.run(({ atMs, cost, rows }) => {
    if (rows.length === 0 || atMs === polls.at(-1)?.atMs) return;
    polls.push({
      atMs,
      steadyMs: performance.now(),
      ownMs: ownMs(),
      threadMs: threadMs(),
      toolsMs: childrenCpuMs() ?? 0,
      cost,
    });
  }, stop.signal);
  clearTimeout(timer);
  clearInterval(ticks);
  const counted = polls.filter(({ steadyMs }) => steadyMs - startMs >= WARM_UP_MS);
  const [first, last] = [counted[0], counted.at(-1)];
  if (first === undefined || last === undefined || counted.length < 2)
    throw new Error(`${name}: ${seconds} s are too short for two polls`);
  const elapsedMs = last.steadyMs - first.steadyMs;
  const ownShare = (last.ownMs - first.ownMs) / elapsedMs;
  const share = ownShare + (last.toolsMs - first.toolsMs) / elapsedMs;
  const everyMs = elapsedMs / (counted.length - 1);
  console.log(
    JSON.stringify({
      name,
      share,
      ownShare,
      threadShare: (last.threadMs - first.threadMs) / elapsedMs,
      everyMs,
      polls: counted.length,
      told: last.cost,
      longestMs,
      rssMib: process.memoryUsage.rss() / 2 ** 20,
    }),
  );
}

/** All threads of this process: what the engine does beside ours counts too. */
function ownMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function load(tool: string, count: number): void {
  if (tool === 'both') {
    load('nft', count / 2);
    load('iptables', count / 2);
  } else if (tool === 'nft') {
    const rules = lines(
      count,
      (at) =>
        `ip saddr 10.${at >> 16}.${(at >> 8) & 255}.${at & 255} udp dport ${at % 60_000} counter drop comment "rule ${at}"`,
    );
    must(['nft', '-f', '-'], `table inet bench {\nchain c {\ntype filter hook input priority 0;\n${rules}\n}\n}\n`);
  } else {
    const rules = lines(
      count,
      (at) =>
        `-A INPUT -s 10.${at >> 16}.${(at >> 8) & 255}.${at & 255} -p udp --dport ${at % 60_000} -m comment --comment "rule ${at}" -j DROP`,
    );
    must([tool === 'legacy' ? 'iptables-legacy-restore' : 'iptables-restore'], `*filter\n${rules}\nCOMMIT\n`);
  }
}

function lines(count: number, line: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => line(at)).join('\n');
}

function must([file, ...args]: readonly string[], input = ''): void {
  const path = `${process.env['PATH']}:/usr/sbin:/sbin`;
  const { status, stderr } = spawnSync(file as string, args, {
    input,
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stderr}`);
}
