/** Rules as files of `ddostop diff`, and senders of packets with chosen header fields, for the tests of signatures in a lab. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Predicate } from '../../src/signature/rule.js';
import type { Lab, Received, Role } from '../support/lab.js';
import type { LabMitigate } from './lab-mitigate.js';

export const TARGETS = { 4: '192.0.2.10', 6: '2001:db8:f::10' } as const;
export const SOURCES = {
  attacker: { 4: '198.51.100.10', 6: '2001:db8:a::10' },
  client: { 4: '203.0.113.10', 6: '2001:db8:c::10' },
} as const;

export interface Fields {
  readonly ttl?: number;
  readonly tos?: number;
  readonly sourcePort?: number;
  /** Hexadecimal. */
  readonly payload?: string;
}

export interface TcpFields {
  readonly ttl?: number;
  readonly sourcePort?: number;
  readonly targetPort?: number;
  readonly flags?: number;
  readonly window?: number;
  /** Hexadecimal, a multiple of 4 bytes. */
  readonly options?: string;
}

/** UDP to port 9, which the lab counts. */
const UDP_SENDER = `
import json, socket, sys
source, target, count, fields = json.loads(sys.argv[1])
family = socket.AF_INET6 if ':' in target else socket.AF_INET
s = socket.socket(family, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((source, fields.get('sourcePort', 0)))
if family == socket.AF_INET:
    s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, fields.get('ttl', 64))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, fields.get('tos', 0))
else:
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, fields.get('ttl', 64))
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, fields.get('tos', 0))
for i in range(count):
    s.sendto(bytes.fromhex(fields.get('payload', '78' * 20)), (target, 9))
`;

/** The IP header is the kernel's; nobody looks at the checksum before the prerouting hook. */
const TCP_SENDER = `
import json, socket, struct, sys
source, target, count, fields = json.loads(sys.argv[1])
family = socket.AF_INET6 if ':' in target else socket.AF_INET
s = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_TCP)
s.bind((source, 0))
if family == socket.AF_INET: s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, fields.get('ttl', 64))
else: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, fields.get('ttl', 64))
options = bytes.fromhex(fields.get('options', ''))
head = struct.pack('!HHIIBBHHH', fields.get('sourcePort', 40000), fields.get('targetPort', 80), 7, 0,
    (5 + len(options) // 4) << 4, fields.get('flags', 2), fields.get('window', 29200), 0, 0)
for i in range(count):
    s.sendto(head + options, (target, 0))
`;

export function sendUdp(lab: Lab, from: 'attacker' | 'client', fields: Fields, count = 20): Promise<void> {
  return send(lab, from, UDP_SENDER, fields, count);
}

export function sendTcp(lab: Lab, from: 'attacker' | 'client', fields: TcpFields, count = 20): Promise<void> {
  return send(lab, from, TCP_SENDER, fields, count);
}

async function send(lab: Lab, from: 'attacker' | 'client', program: string, fields: object, count: number) {
  for (const family of [4, 6] as const) {
    const item = JSON.stringify([SOURCES[from][family], TARGETS[family], count, fields]);
    await lab.must(from as Role, ['python3', '-c', program, item]);
  }
}

/** A file as `ddostop diff --format json` writes it, with what `mitigate` reads of it. */
export function diffFile(
  mitigate: LabMitigate,
  clauses: readonly (readonly Predicate[])[],
  target: string | null = null,
): string {
  const share = (estimate: number) => ({ estimate, low: estimate, high: estimate });
  const rule = {
    text: '',
    of: 'packet',
    clauses: clauses.map((predicates) => ({ predicates, recall: 1, collateral: 0 })),
    recall: share(1),
    collateral: share(0),
    goodHits: [],
  };
  const path = join(mitigate.folder, 'diff.json');
  writeFileSync(path, JSON.stringify({ schema: 'ddostop.diff/1', target, rule, refused: null }));
  return path;
}

/** What reached the victim's late table meanwhile. */
export async function receivedWhile(lab: Lab, work: () => Promise<void>): Promise<Received> {
  const before = await countsOf(lab);
  await work();
  let last = await countsOf(lab);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 20)); // packets may wait in a soft interrupt
    const next = await countsOf(lab);
    if (JSON.stringify(next) === JSON.stringify(last)) break;
    last = next;
  }
  const of = (name: keyof Received) => last[name] - before[name];
  return { attacker4: of('attacker4'), attacker6: of('attacker6'), client4: of('client4'), client6: of('client6') };
}

async function countsOf(lab: Lab): Promise<Received> {
  const text = await lab.must('victim', ['nft', '-j', 'list', 'counters', 'table', 'inet', 'late']);
  const { nftables } = JSON.parse(text) as { nftables: { counter?: { name: keyof Received; packets: number } }[] };
  const counts = { attacker4: 0, attacker6: 0, client4: 0, client6: 0 };
  for (const { counter } of nftables) if (counter !== undefined) counts[counter.name] = counter.packets;
  return counts;
}
