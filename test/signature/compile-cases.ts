/** For each kind of predicate frames that match and frames that nearly do. */
import type { Predicate } from '../../src/signature/rule.js';
import type { FrameSpec } from '../support/rule-frames.js';
import { eq, oneOf, range } from '../support/rule-parts.js';

export interface Case {
  readonly predicates: readonly Predicate[];
  readonly families: readonly (4 | 6)[];
  /** Without family; the frame's number makes no two frames alike. */
  match(i: number): Omit<FrameSpec, 'family'>;
  miss(i: number): Omit<FrameSpec, 'family'>;
  /** Who cannot say it. */
  readonly without?: 'bpf';
}

const BOTH = [4, 6] as const;
const tcp = (spec: Partial<FrameSpec> = {}) => ({ protocol: 'tcp', ...spec }) as const;
export const udp = (spec: Partial<FrameSpec> = {}) => ({ protocol: 'udp', ...spec }) as const;
const dns = (flags: string, i: number) =>
  udp({ payload: `${(i + 256).toString(16).padStart(4, '0')}${flags}0001000000000000` });
/** Two bytes that tell frames apart, in front of the rest. */
const nth = (i: number) => (0x4000 + i).toString(16);
const LATER = { more: false, offset: 185 };
const FIRST = { more: true, offset: 0 };

export const CASES: Readonly<Record<string, Case>> = {
  'ip.version': {
    predicates: [eq('ip.version', 4), eq('port.dst', 9)],
    families: [4],
    match: (i) => udp({ srcPort: 1000 + i }),
    miss: (i) => udp({ srcPort: 1000 + i, dstPort: 10 }),
  },
  'ip.proto': {
    predicates: [oneOf('ip.proto', 47, 50)],
    families: BOTH,
    match: (i) => ({ protocol: i % 2 ? 47 : 50, payload: nth(i) }),
    miss: (i) => ({ protocol: i % 2 ? 46 : 51, payload: `3b00${nth(i)}00000000` }),
  },
  'ip.proto one': {
    predicates: [eq('ip.proto', 17)],
    families: BOTH,
    match: (i) => udp({ srcPort: 1000 + i }),
    miss: (i) => tcp({ srcPort: 1000 + i }),
  },
  'ip.length': {
    predicates: [range('ip.length', 100, 139)],
    families: BOTH,
    match: (i) => ({ protocol: 253, payload: '00'.repeat(80 + (i % 20)) }),
    miss: (i) => ({ protocol: 253, payload: '00'.repeat(i % 2 ? 59 - (i % 5) : 120 + (i % 5)) }),
  },
  'ip.length set, 4': {
    predicates: [oneOf('ip.length', 90, 110)],
    families: [4],
    match: (i) => ({ protocol: 253, payload: '00'.repeat(i % 2 ? 70 : 90) }),
    miss: (i) => ({ protocol: 253, payload: '00'.repeat(i % 2 ? 50 : 89) }),
  },
  'ip.length set, 6': {
    predicates: [oneOf('ip.length', 90, 110)],
    families: [6],
    match: (i) => ({ protocol: 253, payload: '00'.repeat(i % 2 ? 50 : 70) }),
    miss: (i) => ({ protocol: 253, payload: '00'.repeat(i % 2 ? 90 : 51) }),
  },
  'ip.ttl': {
    predicates: [range('ip.ttl', 242, 244)],
    families: BOTH,
    match: (i) => udp({ ttl: 242 + (i % 3) }),
    miss: (i) => udp({ ttl: i % 2 ? 241 : 245 }),
  },
  'ip.id': {
    predicates: [oneOf('ip.id', 0, 54321)],
    families: [4],
    match: (i) => udp({ id: i % 2 ? 0 : 54321 }),
    miss: (i) => udp({ id: i % 2 ? 1 : 54320 }),
  },
  'ip.tos': {
    predicates: [oneOf('ip.tos', 0x28, 0xb9)],
    families: BOTH,
    match: (i) => udp({ tos: i % 2 ? 0x28 : 0xb9 }),
    miss: (i) => udp({ tos: i % 2 ? 0x29 : 0xb8 }),
  },
  'ip.df': { predicates: [eq('ip.df', 1)], families: [4], match: () => udp({ df: true }), miss: () => udp() },
  'ip.headerLength': {
    predicates: [range('ip.headerLength', 24, 60)],
    families: [4],
    match: (i) => udp({ ipOptions: 4 + 4 * (i % 10) }),
    miss: () => udp(),
  },
  'ip.fragment whole': {
    predicates: [eq('ip.fragment', 0)],
    families: BOTH,
    match: (i) => udp(i % 2 ? {} : { fragment: { more: false, offset: 0 } }),
    miss: (i) => udp({ fragment: i % 2 ? FIRST : LATER, payload: '00000000' }),
  },
  'ip.fragment first': {
    predicates: [eq('ip.fragment', 1)],
    families: BOTH,
    match: () => udp({ fragment: FIRST, payload: '0000000000000000' }),
    miss: (i) => udp({ fragment: i % 2 ? LATER : { more: true, offset: 1 }, payload: '0000000000000000' }),
  },
  'ip.fragment later': {
    predicates: [eq('ip.fragment', 2)],
    families: BOTH,
    match: (i) => udp({ fragment: i % 2 ? LATER : { more: true, offset: 8191 }, payload: '0000000000000000' }),
    miss: (i) => udp(i % 2 ? { fragment: FIRST, payload: '0000000000000000' } : {}),
  },
  'port.src': {
    predicates: [oneOf('port.src', 53, 123, 389)],
    families: BOTH,
    match: (i) => ({ protocol: (['udp', 'tcp', 'sctp'] as const)[i % 3], srcPort: [53, 123, 389][i % 3] }),
    miss: (i) =>
      i % 2 ? udp({ srcPort: 54, dstPort: 53 }) : udp({ srcPort: 53, fragment: LATER, payload: '0035003500080000' }),
  },
  'port.dst': {
    predicates: [range('port.dst', 27015, 27050), eq('ip.proto', 17)],
    families: BOTH,
    match: (i) => udp({ dstPort: 27015 + (i % 36) }),
    miss: (i) => (i % 2 ? udp({ dstPort: i % 4 === 1 ? 27014 : 27051 }) : tcp({ dstPort: 27020 })),
  },
  'port.src, many': {
    predicates: [oneOf('port.src', ...Array.from({ length: 40 }, (_, i) => 1000 + 3 * i))],
    families: BOTH,
    match: (i) => udp({ srcPort: 1000 + 3 * i }),
    miss: (i) => udp({ srcPort: 1001 + 3 * i }),
  },
  'tcp.flags': {
    predicates: [oneOf('tcp.flags', 0x02, 0xc2)],
    families: BOTH,
    match: (i) => tcp({ flags: i % 2 ? 2 : 0xc2 }),
    miss: (i) => tcp({ flags: [0x12, 0x42, 0x82, 0x00][i % 4] }),
  },
  'tcp.flags one': {
    predicates: [eq('tcp.flags', 0x18)],
    families: BOTH,
    match: (i) => tcp({ flags: 0x18, window: i }),
    miss: (i) => tcp({ flags: [0x10, 0x08, 0x38, 0x58][i % 4] }),
  },
  'tcp.flags range': {
    predicates: [range('tcp.flags', 2, 0x11)],
    families: BOTH,
    match: (i) => tcp({ flags: 2 + (i % 16) }),
    miss: (i) => tcp({ flags: i % 2 ? 1 : 0x12 + i }),
  },
  'tcp.flags behind options': {
    predicates: [eq('tcp.flags', 0x18)],
    families: [4],
    match: (i) => tcp({ flags: 0x18, ipOptions: 4 * (i % 11) }),
    miss: (i) => tcp({ flags: 0x10, ipOptions: 4 * (i % 11), payload: '1818181818181818' }),
  },
  'tcp.window': {
    predicates: [range('tcp.window', 0, 512)],
    families: BOTH,
    match: (i) => tcp({ window: i % 2 ? 0 : 512 }),
    miss: (i) => tcp({ window: 513 + i }),
  },
  'tcp.headerLength': {
    predicates: [range('tcp.headerLength', 24, 40)],
    families: BOTH,
    match: (i) => tcp({ tcpOptions: '01010101'.repeat(1 + (i % 5)) }),
    miss: (i) => tcp({ tcpOptions: i % 2 ? '' : '01010101'.repeat(6) }),
  },
  'tcp.mss': {
    predicates: [range('tcp.mss', 536, 1400)],
    families: BOTH,
    match: (i) => tcp({ tcpOptions: i % 2 ? '02040218' : '01010101020405780101080a' }),
    miss: (i) => tcp({ tcpOptions: ['', '020405b4', '02040217', '01010101'][i % 4] }),
    without: 'bpf',
  },
  'tcp.strayAck 1': {
    predicates: [eq('tcp.strayAck', 1)],
    families: BOTH,
    match: (i) => tcp({ acknowledgment: 2 ** 31 + i }),
    miss: (i) => tcp(i % 2 ? { acknowledgment: 5, flags: 0x10 } : { acknowledgment: 0 }),
  },
  'tcp.strayAck 0': {
    predicates: [eq('tcp.strayAck', 0)],
    families: BOTH,
    match: (i) => tcp(i % 2 ? { acknowledgment: 5, flags: 0x10 } : { acknowledgment: 0 }),
    miss: (i) => (i % 2 ? tcp({ acknowledgment: 1 + i }) : udp()),
  },
  'tcp.zeroSequence': {
    predicates: [eq('tcp.zeroSequence', 1)],
    families: BOTH,
    match: (i) => tcp({ sequence: 0, srcPort: 1000 + i }),
    miss: (i) => tcp({ sequence: i % 2 ? 1 : 2 ** 24 }),
  },
  'tcp.urgentPointer': {
    predicates: [range('tcp.urgentPointer', 1, 65_535)],
    families: BOTH,
    match: (i) => tcp({ urgent: i % 2 ? 1 : 65_535 }),
    miss: () => tcp({ urgent: 0 }),
  },
  'udp.length': {
    predicates: [range('udp.length', 8, 9)],
    families: BOTH,
    match: (i) => udp({ payload: i % 2 ? '' : '00' }),
    miss: (i) => (i % 2 ? udp({ payload: '0000' }) : tcp()),
  },
  'payload.first4 of UDP': {
    predicates: [eq('ip.proto', 17), oneOf('payload.first4', 0xdeadbeef, 0xffffffff)],
    families: BOTH,
    match: (i) => udp({ payload: `${i % 2 ? 'deadbeef' : 'ffffffff'}${i % 3 ? nth(i) : ''}` }),
    miss: (i) => udp({ payload: ['deadbe', 'deadbeee', `00deadbeef${nth(i)}`, ''][i % 4] }),
  },
  'payload.first4 of TCP': {
    predicates: [eq('payload.first4', 0x47455420), eq('tcp.flags', 0x18)],
    families: BOTH,
    match: (i) => tcp({ flags: 0x18, tcpOptions: '01010101'.repeat(i % 11), payload: `47455420${nth(i)}` }),
    miss: (i) => tcp({ flags: 0x18, tcpOptions: i % 2 ? '' : '47455420', payload: ['474554', '', '504f5354'][i % 3] }),
  },
  'payload.first4 of either': {
    predicates: [eq('payload.first4', 0x01020304)],
    families: BOTH,
    match: (i) => ({ protocol: i % 2 ? 'tcp' : 'udp', payload: '01020304' }),
    miss: (i) => ({ protocol: i % 2 ? 'tcp' : 'sctp', payload: i % 2 ? '01020305' : '01020304' }),
  },
  'payload.next4': {
    predicates: [eq('payload.next4', 0x2112a442)],
    families: BOTH,
    match: (i) => ({ protocol: i % 2 ? 'tcp' : 'udp', payload: `0001${nth(i)}2112a442` }),
    miss: (i) => ({ protocol: i % 2 ? 'tcp' : 'udp', payload: i % 4 < 2 ? '2112a442' : '000000002112a4' }),
  },
  'icmp.type': {
    predicates: [oneOf('icmp.type', 3, 8)],
    families: BOTH,
    match: (i) => ({ protocol: 'icmp', icmpType: i % 2 ? 3 : 8, icmpCode: i }),
    miss: (i) => (i % 2 ? { protocol: 'icmp', icmpType: 0, icmpCode: 8 } : udp({ srcPort: 0x0308 })),
  },
  'icmp.code': {
    predicates: [eq('icmp.code', 4)],
    families: BOTH,
    match: (i) => ({ protocol: 'icmp', icmpType: 3 + (i % 2), icmpCode: 4 }),
    miss: () => ({ protocol: 'icmp', icmpType: 4, icmpCode: 3 }),
  },
  'dns.response': {
    predicates: [eq('dns.response', 1)],
    families: BOTH,
    match: (i) => dns('8180', i),
    miss: (i) => (i % 2 ? dns('0100', i) : udp({ payload: '000080' })),
  },
};
