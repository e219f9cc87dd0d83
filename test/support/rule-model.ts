/** Attributes of a frame from its description, and whether a rule takes it: what the compiled rules are compared with. */
import type { AttributeValue, Predicate, RuleMatch } from '../../src/signature/rule.js';
import type { FrameSpec } from './rule-frames.js';

export type Attributes = ReadonlyMap<string, number>;

const TCP_DEFAULTS = { flags: 2, window: 1024, sequence: 7, acknowledgment: 0, urgent: 0, tcpOptions: '' };
const NUMBERS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132 };

/** Sources are left out; frames without extension headers. */
export function attributesOf(spec: FrameSpec): Attributes {
  const { family, protocol, fragment, ipOptions = 0, payload = '' } = spec;
  const found = new Map<string, number>([
    ['ip.version', family],
    ['ip.proto', typeof protocol === 'number' ? protocol : (NUMBERS[protocol] ?? (family === 4 ? 1 : 58))],
    ['ip.ttl', spec.ttl ?? 60],
    ['ip.tos', spec.tos ?? 0],
    ['ip.fragment', fragment === undefined ? 0 : fragment.offset > 0 ? 2 : fragment.more ? 1 : 0],
  ]);
  if (family === 4) {
    found.set('ip.id', spec.id ?? 1);
    found.set('ip.df', spec.df === true ? 1 : 0);
    found.set('ip.headerLength', 20 + ipOptions);
  }
  const behind = (fragment?.offset ?? 0) > 0 ? 0 : headerBytes(spec);
  found.set('ip.length', (family === 4 ? 20 + ipOptions : 40) + behind + payload.length / 2);
  if ((fragment?.offset ?? 0) === 0) addTransport(spec, found);
  return found;
}

function headerBytes({ protocol, tcpOptions = '' }: FrameSpec): number {
  if (protocol === 'tcp') return 20 + tcpOptions.length / 2;
  return protocol === 'sctp' ? 12 : typeof protocol === 'number' ? 0 : 8;
}

function addTransport(spec: FrameSpec, found: Map<string, number>): void {
  const { protocol, payload = '' } = spec;
  if (typeof protocol === 'number') return;
  if (protocol === 'icmp') {
    found.set('icmp.type', spec.icmpType ?? 8);
    found.set('icmp.code', spec.icmpCode ?? 0);
    return;
  }
  found.set('port.src', spec.srcPort ?? 40_000);
  found.set('port.dst', spec.dstPort ?? 9);
  if (protocol === 'sctp') return;
  if (protocol === 'tcp') addTcp({ ...TCP_DEFAULTS, ...spec }, found);
  else found.set('udp.length', spec.udpLength ?? 8 + payload.length / 2);
  if (payload.length >= 8) found.set('payload.first4', Number.parseInt(payload.slice(0, 8), 16));
  if (payload.length >= 16) found.set('payload.next4', Number.parseInt(payload.slice(8, 16), 16));
  if (protocol === 'udp' && payload.length >= 24)
    found.set('dns.response', Number.parseInt(payload.slice(4, 6), 16) >> 7);
}

function addTcp(spec: FrameSpec & typeof TCP_DEFAULTS, found: Map<string, number>): void {
  found.set('tcp.flags', spec.flags);
  found.set('tcp.window', spec.window);
  found.set('tcp.headerLength', 20 + spec.tcpOptions.length / 2);
  found.set('tcp.strayAck', (spec.flags & 0x10) === 0 && spec.acknowledgment !== 0 ? 1 : 0);
  found.set('tcp.zeroSequence', spec.sequence === 0 ? 1 : 0);
  found.set('tcp.urgentPointer', spec.urgent);
}

export function takes(rule: RuleMatch, attributes: Attributes): boolean {
  return rule.clauses.some(({ predicates }) => predicates.every((predicate) => holds(predicate, attributes)));
}

function holds({ attribute, operator, value }: Predicate, attributes: Attributes): boolean {
  const own = attributes.get(attribute);
  if (own === undefined) return false;
  if (operator === 'range') return value[0] <= own && own <= value[1];
  return ([value].flat() as AttributeValue[]).includes(own);
}
