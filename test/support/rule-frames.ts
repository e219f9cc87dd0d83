/** Ethernet frames with every header field that a rule can be about, for IPv4 and IPv6; lengths and the IPv4 header checksum are right. */

export interface FrameSpec {
  readonly family: 4 | 6;
  readonly src?: string;
  readonly ttl?: number;
  readonly tos?: number;
  /** IPv4. */
  readonly id?: number;
  readonly df?: boolean;
  /** Bytes, a multiple of 4: no-operation options. */
  readonly ipOptions?: number;
  /** More fragments, and the offset in units of 8 bytes. IPv6: in a fragment header. */
  readonly fragment?: { readonly more: boolean; readonly offset: number };
  /** IPv6: a hop-by-hop header in front. */
  readonly hopByHop?: boolean;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'sctp' | number;
  readonly srcPort?: number;
  readonly dstPort?: number;
  readonly flags?: number;
  readonly window?: number;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly urgent?: number;
  /** Hexadecimal, a multiple of 4 bytes. */
  readonly tcpOptions?: string;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  /** Of UDP's header; default right. */
  readonly udpLength?: number;
  /** Hexadecimal. */
  readonly payload?: string;
}

const TARGETS = { 4: 'c000020a', 6: '20010db8000f00000000000000000010' } as const;
const SOURCES = { 4: '198.51.100.10', 6: '2001:db8:a::10' } as const;
const ETHERNET = 'ffffffffffff020000000001';
const NUMBERS = { tcp: 6, udp: 17, sctp: 132 } as const;

/** Hexadecimal, from the Ethernet header on. */
export function frameHex(spec: FrameSpec): string {
  const transport = transportBytes(spec);
  return spec.family === 4 ? `${ETHERNET}0800${ipv4(spec, transport)}` : `${ETHERNET}86dd${ipv6(spec, transport)}`;
}

const number = (value: number, bytes: number) => value.toString(16).padStart(bytes * 2, '0');

function protocolNumber({ protocol, family }: FrameSpec): number {
  if (typeof protocol === 'number') return protocol;
  return protocol === 'icmp' ? (family === 4 ? 1 : 58) : NUMBERS[protocol];
}

function transportBytes(spec: FrameSpec): string {
  const { srcPort = 40_000, dstPort = 9, payload = '' } = spec;
  const ports = number(srcPort, 2) + number(dstPort, 2);
  const isLater = (spec.fragment?.offset ?? 0) > 0;
  if (isLater) return payload;
  switch (spec.protocol) {
    case 'tcp': {
      const { flags = 2, window = 1024, sequence = 7, acknowledgment = 0, urgent = 0, tcpOptions = '' } = spec;
      const offset = number((5 + tcpOptions.length / 8) << 4, 1);
      const fixed = number(sequence, 4) + number(acknowledgment, 4) + offset + number(flags, 1) + number(window, 2);
      return `${ports}${fixed}0000${number(urgent, 2)}${tcpOptions}${payload}`;
    }
    case 'udp':
      return `${ports}${number(spec.udpLength ?? 8 + payload.length / 2, 2)}0000${payload}`;
    case 'icmp':
      return `${number(spec.icmpType ?? 8, 1)}${number(spec.icmpCode ?? 0, 1)}000000010001${payload}`;
    case 'sctp':
      return `${ports}0000000000000000${payload}`;
    default:
      return payload;
  }
}

function ipv4(spec: FrameSpec, transport: string): string {
  const { ttl = 60, tos = 0, id = 1, df = false, ipOptions = 0, fragment, src = SOURCES[4] } = spec;
  const headerBytes = 20 + ipOptions;
  const word = (df ? 0x4000 : 0) | (fragment?.more ? 0x2000 : 0) | (fragment?.offset ?? 0);
  const head = (checksum: string) =>
    number(0x40 | (headerBytes / 4), 1) +
    number(tos, 1) +
    number(headerBytes + transport.length / 2, 2) +
    number(id, 2) +
    number(word, 2) +
    number(ttl, 1) +
    number(protocolNumber(spec), 1) +
    checksum +
    src
      .split('.')
      .map((part) => number(Number(part), 1))
      .join('') +
    TARGETS[4] +
    '01'.repeat(ipOptions);
  return head(number(checksumOf(head('0000')), 2)) + transport;
}

/** RFC 1071. */
function checksumOf(hex: string): number {
  let sum = 0;
  for (let at = 0; at < hex.length; at += 4) sum += Number.parseInt(hex.slice(at, at + 4), 16);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function ipv6(spec: FrameSpec, transport: string): string {
  const { ttl = 60, tos = 0, fragment, hopByHop = false, src = SOURCES[6] } = spec;
  let next = protocolNumber(spec);
  let rest = transport;
  if (fragment !== undefined) {
    rest = `${number(next, 1)}00${number((fragment.offset << 3) | (fragment.more ? 1 : 0), 2)}00000001${rest}`;
    next = 44;
  }
  if (hopByHop) {
    rest = `${number(next, 1)}00010400000000${rest}`;
    next = 0;
  }
  const fixed = number(0x60000000 + tos * 2 ** 20, 4) + number(rest.length / 2, 2) + number(next, 1) + number(ttl, 1);
  return fixed + address6(src) + TARGETS[6] + rest;
}

function address6(text: string): string {
  const [head, tail = ''] = text.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const missing = 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...new Array(missing).fill('0'), ...groups(tail)]
    .map((group) => group.padStart(4, '0'))
    .join('');
}
