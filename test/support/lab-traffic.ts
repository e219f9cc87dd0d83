/** Steady senders and a receiver with a clock in a lab: who gets through, how many, and when the last one came. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Lab, Role } from './lab.js';

export interface Stream {
  readonly from: Role;
  readonly source: string;
  readonly target: string;
  /** Packets a second. */
  readonly rate: number;
  /** It ends by itself after so many. */
  readonly packets: number;
}

/** What came from one address. */
export interface Arrivals {
  readonly packets: number;
  /** Epoch ms; 0 = never. */
  readonly lastMs: number;
}

/** UDP to port 9 in steps of 5 ms; says when the first packet goes out. */
const SENDER = `
import socket, sys, time
source, target, rate, packets = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
s = socket.socket(socket.AF_INET6 if ':' in target else socket.AF_INET, socket.SOCK_DGRAM)
s.bind((source, 0))
begin, sent = time.time(), 0
print(int(begin * 1000), flush=True)
while sent < packets:
    due = min(packets, int((time.time() - begin) * rate) + 1)
    while sent < due:
        s.sendto(b'x' * 120, (target, 9))
        sent += 1
    time.sleep(0.005)
`;

/** Counts datagrams to port 9 by source; answers every line on stdin with what it has, as JSON. */
const RECEIVER = `
import json, select, socket, sys, time
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
s.bind(('::', 9))
s.setblocking(False)
seen = {}
print('ready', flush=True)
while True:
    ready = select.select([s, sys.stdin], [], [])[0]
    if s in ready:
        try:
            for _ in range(1000):
                source = s.recvfrom(2048)[1][0].replace('::ffff:', '')
                seen[source] = [seen.get(source, [0])[0] + 1, int(time.time() * 1000)]
        except BlockingIOError:
            pass
    if sys.stdin in ready:
        if not sys.stdin.readline():
            break
        print(json.dumps(seen), flush=True)
`;

/** Resolves when the first packet is about to go out, with that time (epoch ms). The sender ends with the lab at the latest. */
export async function startStream(
  lab: Lab,
  { from, source, target, rate, packets }: Stream,
): Promise<{ readonly beginMs: number; stop(): void }> {
  const child = lab.start(from, ['python3', '-c', SENDER, source, target, `${rate}`, `${packets}`]);
  const beginMs = Number(await new Lines(child).next());
  return { beginMs, stop: () => void child.kill('SIGKILL') };
}

export class Receiver {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Lines;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#lines = new Lines(child);
  }

  static async open(lab: Lab, role: Role = 'victim'): Promise<Receiver> {
    const child = lab.start(role, ['python3', '-u', '-c', RECEIVER]);
    const receiver = new Receiver(child);
    await receiver.#lines.next();
    return receiver;
  }

  async from(source: string): Promise<Arrivals> {
    this.#child.stdin.write('\n');
    const all = JSON.parse(await this.#lines.next()) as Record<string, [number, number] | undefined>;
    const [packets, lastMs] = all[source] ?? [0, 0];
    return { packets, lastMs };
  }

  close(): void {
    this.#child.stdin.end();
  }
}

/** The next line of a program that prints no more than asked; rejects with its stderr when it ends before. */
class Lines {
  readonly #child: ChildProcessWithoutNullStreams;
  #text = '';
  #complaint = '';
  #wanted: { resolve: (line: string) => void; reject: (error: Error) => void } | null = null;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      this.#text += part;
      this.#hand();
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      this.#complaint += part;
    });
    child.on('close', () => this.#wanted?.reject(new Error(`lab: the program ended: ${this.#complaint}`)));
  }

  next(): Promise<string> {
    if (this.#child.exitCode !== null) return Promise.reject(new Error(`lab: the program ended: ${this.#complaint}`));
    return new Promise((resolve, reject) => {
      this.#wanted = { resolve, reject };
      this.#hand();
    });
  }

  #hand(): void {
    const end = this.#text.indexOf('\n');
    if (end < 0 || this.#wanted === null) return;
    this.#wanted.resolve(this.#text.slice(0, end));
    this.#wanted = null;
    this.#text = this.#text.slice(end + 1);
  }
}
