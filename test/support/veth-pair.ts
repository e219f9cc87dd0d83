/** Two network namespaces joined by a veth pair, without addresses: nothing is on the wire but what a test sends. */
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export type Side = 'near' | 'far';
/** Each side's end of the pair. */
export const NEAR = 'near0';
const FAR = 'far0';

/** "interface", then "COUNT HEX" a line. */
const SENDER = `
import socket, sys
lines = sys.stdin.read().split('\\n')
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
s.bind((lines[0], 0))
for line in lines[1:]:
    count, text = line.split()
    frame = bytes.fromhex(text)
    for i in range(int(count)):
        s.send(frame)
`;

export interface Sent {
  readonly hex: string;
  readonly count?: number;
}

export class VethPair {
  readonly #name = `dv${process.pid.toString(36)}${randomBytes(3).toString('hex')}`;
  readonly #children = new Set<ChildProcessWithoutNullStreams>();

  static async open(): Promise<VethPair> {
    const pair = new VethPair();
    try {
      for (const side of ['near', 'far'] as const) {
        await execute('ip', ['netns', 'add', pair.#space(side)]);
        // No router solicitations or listener reports between ours.
        const quiet = 'for f in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 >$f; done; ip link set lo up';
        await pair.must(side, ['sh', '-ec', quiet]);
      }
      await pair.connect();
    } catch (error) {
      await pair.close();
      throw error;
    }
    return pair;
  }

  /** Makes the pair, again after `ip link del`. */
  async connect(): Promise<void> {
    await this.must('far', [
      'ip',
      'link',
      'add',
      FAR,
      'type',
      'veth',
      'peer',
      'name',
      NEAR,
      'netns',
      this.#space('near'),
    ]);
    await this.must('near', ['ip', 'link', 'set', NEAR, 'up']);
    await this.must('far', ['ip', 'link', 'set', FAR, 'up']);
  }

  start(side: Side, argv: readonly string[]): ChildProcessWithoutNullStreams {
    const child = spawn('ip', ['netns', 'exec', this.#space(side), ...argv], {
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, LC_ALL: 'C' },
    });
    this.#children.add(child);
    child.on('close', () => this.#children.delete(child));
    return child;
  }

  /** Runs a program to its end; returns its stdout. */
  async must(side: Side, argv: readonly string[], stdin = ''): Promise<string> {
    const child = this.start(side, argv);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
    const code = await new Promise<number>((resolve) => child.on('close', (value) => resolve(value ?? -1)));
    if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  }

  /** Sends frames out of the far end (they come in at the near one), or out of another interface. Resolves when all have arrived. */
  async send(frames: readonly Sent[], side: Side = 'far', device = side === 'far' ? FAR : NEAR): Promise<void> {
    const lines = frames.map(({ hex, count = 1 }) => `${count} ${hex}`);
    const total = frames.reduce((sum, { count = 1 }) => sum + count, 0);
    const before = side === 'far' ? await this.arrived() : 0;
    await this.must(side, ['python3', '-c', SENDER], [device, ...lines].join('\n'));
    while (side === 'far' && (await this.arrived()) < before + total)
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Frames the near end has received, as the driver counts them. */
  async arrived(): Promise<number> {
    return Number(await this.must('near', ['cat', `/sys/class/net/${NEAR}/statistics/rx_packets`]));
  }

  /** Never throws for what is gone already. */
  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const side of ['near', 'far'] as const) {
      await execute('ip', ['netns', 'del', this.#space(side)]).catch(() => {});
    }
  }

  #space(side: Side): string {
    return `${this.#name}-${side}`;
  }
}
