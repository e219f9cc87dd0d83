/** One network namespace with its loopback up: rules in output and input see what it sends itself. Removed with all that runs in it. */
import { randomBytes } from 'node:crypto';
import { CounterReader } from '../../collectors/netfilter/counter-reader.js';
import { realClock } from '../../collectors/netfilter/reader-clock.js';
import { ToolRunner } from '../../collectors/netfilter/tool-runner.js';
import { runCommand } from '../../src/platform/run-command.js';
import type { CounterSample } from '../../src/records/counter-sample.js';
import { type NamespaceHostOptions, namespaceHost } from './namespace-host.js';

/** With a receiver of its own: nobody answers "port unreachable". */
const SEND = `
import socket, sys
target, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
family = socket.AF_INET6 if ':' in target else socket.AF_INET
sink = socket.socket(family, socket.SOCK_DGRAM)
sink.bind((target, port))
s = socket.socket(family, socket.SOCK_DGRAM)
for i in range(count):
    try: s.sendto(b'x' * 20, (target, port))
    except PermissionError: pass
`;

export class OneNamespace {
  readonly name = `dn${process.pid.toString(36)}${randomBytes(3).toString('hex')}`;

  static async open(): Promise<OneNamespace> {
    const namespace = new OneNamespace();
    await must(['ip', 'netns', 'add', namespace.name]);
    await namespace.must(['ip', 'link', 'set', 'lo', 'up']);
    return namespace;
  }

  /** Standard output; anything but success is a broken test. */
  must(argv: readonly string[], stdin = ''): Promise<string> {
    return must(['ip', 'netns', 'exec', this.name, ...argv], stdin);
  }

  nft(text: string): Promise<string> {
    return this.must(['nft', '-f', '-'], text);
  }

  /** Shell lines of a test's own, no data in them. */
  async sh(script: string): Promise<void> {
    await this.must(['sh', '-ec', script]);
  }

  /** UDP datagrams of 48 bytes over the loopback. */
  async send(count: number, port = 9, target = '127.0.0.1'): Promise<void> {
    await this.must(['python3', '-c', SEND, target, String(port), String(count)]);
  }

  reader(options: NamespaceHostOptions = {}): CounterReader {
    const host = namespaceHost(this.name, options);
    return new CounterReader(host, realClock, new ToolRunner(host, realClock.steadyMs));
  }

  async close(): Promise<void> {
    const pids = await runCommand(['ip', 'netns', 'pids', this.name]).catch(() => null);
    for (const pid of (pids?.stdout ?? '').split('\n').map(Number)) {
      if (pid > 1 && pid !== process.pid) process.kill(pid, 'SIGKILL');
    }
    await runCommand(['ip', 'netns', 'del', this.name]);
  }
}

/** "chain text" → packets, for a sample with rules that differ in their words. */
export function packetsByText(sample: CounterSample): Record<string, number | null> {
  return Object.fromEntries(sample.rules.map((rule) => [`${rule.chain} ${rule.text}`, rule.counter?.packets ?? null]));
}

async function must(argv: readonly string[], stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await runCommand(argv, { stdin });
  if (code !== 0) throw new Error(`lab: ${argv.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}
