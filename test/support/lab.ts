/**
 * A packet lab of network namespaces for tests against the real kernel: attacker and client -> router -> victim, IPv4 and IPv6.
 *   attacker 198.51.100.10, .11   2001:db8:a::10, ::11       client 203.0.113.10   2001:db8:c::10
 *   victim   192.0.2.10           2001:db8:f::10             router .1 / ::1 of each net
 * Every veth end is born inside a namespace of the lab; the root namespace is not touched. Names are unique, `close` removes all.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { execute } from './execute.js';
import { findProgram } from './system.js';

export type Role = 'router' | 'victim' | 'attacker' | 'client';

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Packets of the test's senders that reached the victim's input hook. */
export interface Received {
  readonly attacker4: number;
  readonly attacker6: number;
  readonly client4: number;
  readonly client6: number;
}

export interface Burst {
  readonly from: Role;
  readonly source: string;
  readonly target: string;
  readonly packets: number;
}

const LINKS = [
  { role: 'victim', v4: '192.0.2', v6: '2001:db8:f', hosts: [10] },
  { role: 'attacker', v4: '198.51.100', v6: '2001:db8:a', hosts: [10, 11] },
  { role: 'client', v4: '203.0.113', v6: '2001:db8:c', hosts: [10] },
] as const;

const SYSCTLS = {
  'ipv4/conf/all/rp_filter': 0,
  'ipv4/conf/default/rp_filter': 0,
  'ipv6/conf/default/accept_dad': 0,
  'ipv6/conf/default/accept_ra': 0,
};
const ROUTER_SYSCTLS = { 'ipv4/ip_forward': 1, 'ipv6/conf/all/forwarding': 1 };

const ROLES: readonly Role[] = ['router', 'victim', 'attacker', 'client'];
const MAX_BURST = 5000;

/** UDP datagrams from a given source address; unconnected, so that "port unreachable" does not stop it. */
const SENDER = `
import socket, sys
for item in sys.argv[1:]:
    source, target, packets = item.split(',')
    family = socket.AF_INET6 if ':' in target else socket.AF_INET
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.bind((source, 0))
    for i in range(int(packets)):
        s.sendto(b'x' * 20, (target, 9))
`;

/** The test's own late table in the victim: counts what survived the prerouting hook. Foreign to ddostop, so it must never change. */
const COUNTERS = `
table inet late {
  counter attacker4 { }
  counter attacker6 { }
  counter client4 { }
  counter client6 { }
  chain input {
    type filter hook input priority 100; policy accept;
    udp dport 9 ip saddr 198.51.100.0/24 counter name attacker4
    udp dport 9 ip6 saddr 2001:db8:a::/64 counter name attacker6
    udp dport 9 ip saddr 203.0.113.0/24 counter name client4
    udp dport 9 ip6 saddr 2001:db8:c::/64 counter name client6
  }
}
`.replaceAll(' { }', ' {\n }');

export class Lab {
  readonly #name = `dt${process.pid.toString(36)}${randomBytes(3).toString('hex')}`;
  readonly #children = new Set<ChildProcessWithoutNullStreams>();

  static async open(): Promise<Lab> {
    const lab = new Lab();
    try {
      await lab.#build();
    } catch (error) {
      await lab.close();
      throw error;
    }
    return lab;
  }

  namespaceOf(role: Role): string {
    return `${this.#name}-${role}`;
  }

  /** Runs a program inside; a non-zero code is a result. */
  async run(
    role: Role,
    argv: readonly string[],
    options: { env?: Record<string, string>; stdin?: string } = {},
  ): Promise<Output> {
    const child = this.start(role, argv, options.env);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
    const code = await new Promise<number>((resolve) => child.on('close', (value) => resolve(value ?? -1)));
    return { code, stdout, stderr };
  }

  /** Starts a program inside and leaves it running; ended with the lab at the latest. */
  start(role: Role, argv: readonly string[], env: Record<string, string> = {}): ChildProcessWithoutNullStreams {
    const child = spawn('ip', ['netns', 'exec', this.namespaceOf(role), ...argv], {
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, LC_ALL: 'C', ...env },
    });
    this.#children.add(child);
    child.on('close', () => this.#children.delete(child));
    return child;
  }

  /** Like `run`, but anything else than success is a broken lab. */
  async must(role: Role, argv: readonly string[], stdin = ''): Promise<string> {
    const { code, stdout, stderr } = await this.run(role, argv, { stdin });
    if (code !== 0) throw new Error(`lab: ${argv.join(' ')} in ${role} ended with ${code}: ${stderr}`);
    return stdout;
  }

  async send(bursts: readonly Burst[]): Promise<void> {
    for (const from of ROLES) {
      const own = bursts.filter((burst) => burst.from === from);
      if (own.length === 0) continue;
      if (own.some((burst) => burst.packets > MAX_BURST))
        throw new Error(`lab: at most ${MAX_BURST} packets in one burst`);
      const items = own.map(({ source, target, packets }) => `${source},${target},${packets}`);
      await this.must(from, ['python3', '-c', SENDER, ...items]);
    }
  }

  /** Sends `packets` from the attacker's and the client's first address in both families; returns what the victim received. */
  async measure(packets = 20): Promise<Received> {
    return this.received([
      { from: 'attacker', source: '198.51.100.10', target: '192.0.2.10', packets },
      { from: 'attacker', source: '2001:db8:a::10', target: '2001:db8:f::10', packets },
      { from: 'client', source: '203.0.113.10', target: '192.0.2.10', packets },
      { from: 'client', source: '2001:db8:c::10', target: '2001:db8:f::10', packets },
    ]);
  }

  async received(bursts: readonly Burst[]): Promise<Received> {
    const before = await this.#counts();
    await this.send(bursts);
    const after = await this.#settled();
    return {
      attacker4: after.attacker4 - before.attacker4,
      attacker6: after.attacker6 - before.attacker6,
      client4: after.client4 - before.client4,
      client6: after.client6 - before.client6,
    };
  }

  /** Removes the namespaces and ends what runs in them. Never throws for what is gone already. */
  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const role of ROLES) {
      const pids = await execute('ip', ['netns', 'pids', this.namespaceOf(role)]).catch(() => ({ stdout: '' }));
      for (const pid of pids.stdout.split('\n').map(Number)) {
        if (pid > 1 && pid !== process.pid) endProcess(pid);
      }
      await execute('ip', ['netns', 'del', this.namespaceOf(role)]).catch(() => {});
    }
  }

  async #build(): Promise<void> {
    process.env['PATH'] = `${process.env['PATH']}:/usr/sbin:/sbin`;
    if (findProgram('ip') === null) throw new Error('lab: needs ip (iproute2)');
    for (const role of ROLES) {
      await execute('ip', ['netns', 'add', this.namespaceOf(role)]);
      await this.must(role, ['ip', 'link', 'set', 'lo', 'up']);
      await this.#set(role, SYSCTLS);
    }
    await this.#set('router', ROUTER_SYSCTLS);
    for (const link of LINKS) await this.#connect(link);
    await this.must('victim', ['nft', '-f', '-'], COUNTERS);
    // Neighbour discovery happens here (it holds first packets back), not in the first measurement.
    const whole = JSON.stringify({ attacker4: 1, attacker6: 1, client4: 1, client6: 1 });
    await until('the lab forwards', 10_000, async () => JSON.stringify(await this.measure(1)) === whole);
  }

  /** Writes sysctls of the namespace; no sysctl program needed. */
  async #set(role: Role, values: Readonly<Record<string, number>>): Promise<void> {
    const script = Object.entries(values).map(([name, value]) => `echo ${value} > /proc/sys/net/${name}`);
    await this.must(role, ['sh', '-ec', script.join('\n')]);
  }

  async #connect({ role, v4, v6, hosts }: (typeof LINKS)[number]): Promise<void> {
    const router = this.namespaceOf('router');
    const port = `to-${role}`;
    const ip = (in_: Role, ...args: string[]) => this.must(in_, ['ip', ...args]);
    await ip(role, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', port, 'netns', router);
    await ip('router', 'addr', 'add', `${v4}.1/24`, 'dev', port);
    await ip('router', '-6', 'addr', 'add', `${v6}::1/64`, 'dev', port, 'nodad');
    await ip('router', 'link', 'set', port, 'up');
    for (const host of hosts) {
      await ip(role, 'addr', 'add', `${v4}.${host}/24`, 'dev', 'eth0');
      await ip(role, '-6', 'addr', 'add', `${v6}::${host}/64`, 'dev', 'eth0', 'nodad');
    }
    await ip(role, 'link', 'set', 'eth0', 'up');
    await ip(role, 'route', 'add', 'default', 'via', `${v4}.1`);
    await ip(role, '-6', 'route', 'add', 'default', 'via', `${v6}::1`);
  }

  async #counts(): Promise<Received> {
    const text = await this.must('victim', ['nft', '-j', 'list', 'counters', 'table', 'inet', 'late']);
    const { nftables } = JSON.parse(text) as { nftables: { counter?: { name: string; packets: number } }[] };
    const packets = new Map(
      nftables.flatMap(({ counter }) => (counter ? [[counter.name, counter.packets] as const] : [])),
    );
    const of = (name: string) => packets.get(name) ?? 0;
    return { attacker4: of('attacker4'), attacker6: of('attacker6'), client4: of('client4'), client6: of('client6') };
  }

  /** Reads until two readings 20 ms apart agree: packets may wait in a soft interrupt. */
  async #settled(): Promise<Received> {
    let last = await this.#counts();
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const next = await this.#counts();
      if (JSON.stringify(next) === JSON.stringify(last)) return next;
      last = next;
    }
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself between the listing and now
  }
}

/** Asks until the answer is true; throws after `timeoutMs`. For things only the kernel's clock decides. */
export async function until(what: string, timeoutMs: number, ask: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + timeoutMs;
  while (!(await ask())) {
    if (Date.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
