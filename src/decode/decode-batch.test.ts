import { describe, expect, test } from 'vitest';
import { concat, hex, words } from '../../test/support/capture-bytes.js';
import { type DecodedFrame, decodeFrame } from '../../test/support/decode-frame.js';
import { ethernet, extension, ipv4, ipv6, tcp, udp } from '../../test/support/packet-bytes.js';

// Expected fields are those tshark 4.0.17 prints for the same frames (-o ip.defragment:FALSE -o ipv6.defragment:FALSE).
const V4 = { version: 4, src: '10.0.0.1', dst: '10.0.0.2', ttl: 64 };
const V6 = { version: 6, src: '2001:db8::1', dst: '2001:db8::2', ttl: 63 };
const SYN = { transport: 6, ports: [1234, 80], tcpFlags: 2, tcpWindow: 8192 };
const TCP4 = { ...V4, protocol: 6, ...SYN };
const TCP6 = { ...V6, protocol: 6, ...SYN };
const be16 = (value: number) => words(false, [value, 2]);

describe('network and transport behind Ethernet', () => {
  test.each<[string, Uint8Array, object]>([
    ['IPv4 TCP', ethernet(0x0800, ipv4(tcp(0x02, hex('aabb')))), { status: 'ok', outer: TCP4, payload: 'aabb' }],
    [
      'IPv4 TCP, nine flag bits',
      ethernet(0x0800, ipv4(tcp(0x1ff))),
      { status: 'ok', outer: { ...TCP4, tcpFlags: 0x1ff }, payload: '' },
    ],
    [
      'IPv4 TCP with options',
      ethernet(0x0800, ipv4(tcp(0x02, hex('cc'), 8))),
      { status: 'ok', outer: TCP4, payload: 'cc' },
    ],
    [
      'IPv4 with options',
      ethernet(0x0800, ipv4(tcp(), { headerBytes: 24 })),
      { status: 'ok', outer: TCP4, payload: '' },
    ],
    [
      'Ethernet padding is not payload',
      ethernet(0x0800, concat(ipv4(tcp()), new Uint8Array(6))),
      { status: 'ok', outer: TCP4, payload: '' },
    ],
    [
      'total length 0 (segmentation offload)',
      ethernet(0x0800, ipv4(tcp(2, hex('dd')), { totalLength: 0 })),
      { status: 'ok', outer: TCP4, payload: 'dd' },
    ],
    [
      'IPv4 UDP',
      ethernet(0x0800, ipv4(udp(53, 4000, hex('0102')), { protocol: 17 })),
      { status: 'ok', outer: { ...V4, protocol: 17, transport: 17, ports: [53, 4000] }, payload: '0102' },
    ],
    [
      'UDP length shorter than IP',
      ethernet(0x0800, ipv4(udp(53, 4000, hex('0102'), 9), { protocol: 17 })),
      { status: 'ok', outer: { ...V4, protocol: 17, transport: 17, ports: [53, 4000] }, payload: '01' },
    ],
    [
      'UDP length 0',
      ethernet(0x0800, ipv4(udp(53, 4000, hex('01'), 0), { protocol: 17 })),
      { status: 'malformed', outer: { ...V4, protocol: 17, transport: 17, ports: [53, 4000] } },
    ],
    [
      'SCTP',
      ethernet(0x0800, ipv4(hex('0005 0006 00000007 00000008 aa'), { protocol: 132 })),
      { status: 'ok', outer: { ...V4, protocol: 132, transport: 132, ports: [5, 6] }, payload: 'aa' },
    ],
    [
      'ICMP echo',
      ethernet(0x0800, ipv4(hex('0800 0000 0001 0002 ff'), { protocol: 1 })),
      { status: 'ok', outer: { ...V4, protocol: 1, transport: 1, icmp: [8, 0] }, payload: 'ff' },
    ],
    [
      'ICMP error: the quoted packet is payload',
      ethernet(0x0800, ipv4(concat(hex('0301 0000 00000000'), ipv4(tcp())), { protocol: 1 })),
      {
        status: 'ok',
        outer: { ...V4, protocol: 1, transport: 1, icmp: [3, 1] },
        payload: Buffer.from(ipv4(tcp())).toString('hex'),
      },
    ],
    [
      'unknown protocol',
      ethernet(0x0800, ipv4(hex('00'), { protocol: 253 })),
      { status: 'ok', outer: { ...V4, protocol: 253, transport: 253 } },
    ],
    [
      'UDP-Lite shows no ports',
      ethernet(0x0800, ipv4(udp(1, 2), { protocol: 136 })),
      { status: 'ok', outer: { ...V4, protocol: 136, transport: 136 } },
    ],
    [
      'first fragment',
      ethernet(0x0800, ipv4(tcp(), { fragment: 0x2000 })),
      { status: 'ok', outer: { ...TCP4, fragment: 'first' }, payload: '' },
    ],
    [
      'later fragment',
      ethernet(0x0800, ipv4(tcp(), { fragment: 5 })),
      { status: 'ok', outer: { ...V4, protocol: 6, fragment: 'later' } },
    ],
    ['IPv6 TCP', ethernet(0x86dd, ipv6(tcp())), { status: 'ok', outer: TCP6, payload: '' }],
    [
      'IPv6 hop-by-hop, destination options',
      ethernet(0x86dd, ipv6(concat(extension(60), extension(6), tcp()), 0)),
      { status: 'ok', outer: { ...TCP6, protocol: 0 }, payload: '' },
    ],
    [
      'IPv6 routing',
      ethernet(0x86dd, ipv6(concat(extension(6), tcp()), 43)),
      { status: 'ok', outer: { ...TCP6, protocol: 43 }, payload: '' },
    ],
    [
      'IPv6 first fragment',
      ethernet(0x86dd, ipv6(concat(extension(6, 1), tcp()), 44)),
      { status: 'ok', outer: { ...TCP6, protocol: 44, fragment: 'first' }, payload: '' },
    ],
    [
      'IPv6 later fragment',
      ethernet(0x86dd, ipv6(concat(extension(6, 8), tcp()), 44)),
      { status: 'ok', outer: { ...V6, protocol: 44, fragment: 'later' } },
    ],
    [
      'IPv6 atomic fragment',
      ethernet(0x86dd, ipv6(concat(extension(6, 0), tcp()), 44)),
      { status: 'ok', outer: { ...TCP6, protocol: 44, fragment: 'atomic' }, payload: '' },
    ],
    [
      'authentication header',
      ethernet(0x86dd, ipv6(concat(hex('0604'), new Uint8Array(22), tcp()), 51)),
      { status: 'ok', outer: { ...TCP6, protocol: 51 }, payload: '' },
    ],
    [
      'authentication header behind IPv4',
      ethernet(0x0800, ipv4(concat(hex('0604'), new Uint8Array(22), tcp()), { protocol: 51 })),
      { status: 'ok', outer: { ...TCP4, protocol: 51 }, payload: '' },
    ],
    ['no next header', ethernet(0x86dd, ipv6(hex('00'), 59)), { status: 'ok', outer: { ...V6, protocol: 59 } }],
    [
      'mobility header ends the chain',
      ethernet(0x86dd, ipv6(extension(6), 135)),
      { status: 'ok', outer: { ...V6, protocol: 135, transport: 135 } },
    ],
    [
      'ICMPv6',
      ethernet(0x86dd, ipv6(hex('8000 0000 0001 0002'), 58)),
      { status: 'ok', outer: { ...V6, protocol: 58, transport: 58, icmp: [128, 0] }, payload: '' },
    ],
    [
      'type IPv4 with an IPv6 header is IPv6',
      ethernet(0x0800, ipv6(tcp())),
      { status: 'ok', outer: TCP6, payload: '' },
    ],
    ['type IPv6 with an IPv4 header is not IP', ethernet(0x86dd, ipv4(tcp())), { status: 'malformed', nonIp: 'other' }],
    ['version 5', ethernet(0x0800, ipv4(tcp(), { version: 5 })), { status: 'malformed', nonIp: 'other' }],
    ['header length 16', ethernet(0x0800, ipv4(tcp(), { headerBytes: 16 })), { status: 'malformed', nonIp: 'other' }],
    [
      'total length below the header',
      ethernet(0x0800, ipv4(tcp(), { totalLength: 19 })),
      { status: 'malformed', nonIp: 'other' },
    ],
    [
      'data offset 4',
      ethernet(0x0800, ipv4(tcp(2, new Uint8Array(0), 4))),
      { status: 'malformed', outer: { ...V4, protocol: 6, transport: 6, ports: [1234, 80] } },
    ],
    [
      'data offset beyond the packet',
      ethernet(0x0800, ipv4(tcp(2).with(12, 0xf0))),
      { status: 'malformed', outer: TCP4 },
    ],
    ['ARP', ethernet(0x0806, hex('0001080006040001')), { status: 'ok', nonIp: 'arp' }],
    ['LLDP', ethernet(0x88cc, hex('00')), { status: 'ok', nonIp: 'other' }],
  ])('%s', (_name, bytes, expected) => {
    expect(decodeFrame(bytes)).toEqual(expected);
  });
});

describe('headers cut by the snap length, at each byte', () => {
  const whole = ethernet(0x0800, ipv4(tcp()));
  test.each<[number, object]>([
    [13, { status: 'truncated', nonIp: 'other' }],
    [14, { status: 'truncated', nonIp: 'other' }],
    [33, { status: 'truncated', nonIp: 'other' }],
    [34, { status: 'truncated', outer: { ...V4, protocol: 6, transport: 6 } }],
    [37, { status: 'truncated', outer: { ...V4, protocol: 6, transport: 6 } }],
    [38, { status: 'truncated', outer: { ...V4, protocol: 6, transport: 6, ports: [1234, 80] } }],
    [49, { status: 'truncated', outer: { ...V4, protocol: 6, transport: 6, ports: [1234, 80] } }],
    [50, { status: 'truncated', outer: TCP4 }],
    [53, { status: 'truncated', outer: TCP4 }],
    [54, { status: 'ok', outer: TCP4, payload: '' }],
  ])('after %d bytes', (cut, expected) => {
    expect(decodeFrame(whole.subarray(0, cut), 1, whole.length)).toEqual(expected);
  });

  test('the same frames are malformed when nothing was cut', () => {
    expect(decodeFrame(whole.subarray(0, 37)).status).toBe('malformed');
    expect(decodeFrame(ethernet(0x0800, ipv4(tcp(), { totalLength: 30 }))).status).toBe('malformed');
  });
});

const LLC_SNAP = hex('aaaa03 000000 0800');
const IP_AND_TCP = ipv4(tcp());
const OK4: DecodedFrame = { status: 'ok', outer: TCP4 as unknown as NonNullable<DecodedFrame['outer']>, payload: '' };
const OK6: DecodedFrame = { status: 'ok', outer: TCP6 as unknown as NonNullable<DecodedFrame['outer']>, payload: '' };

describe('link types and tags', () => {
  const nflogItem = (payload: Uint8Array, little: boolean) =>
    concat(words(little, [payload.length + 4, 2], [9, 2]), payload);
  test.each<[string, number, Uint8Array, DecodedFrame]>([
    ['802.3 with LLC and SNAP', 1, ethernet(LLC_SNAP.length + IP_AND_TCP.length, concat(LLC_SNAP, IP_AND_TCP)), OK4],
    ['802.3 with LLC SAP 6', 1, ethernet(3 + IP_AND_TCP.length, concat(hex('060603'), IP_AND_TCP)), OK4],
    ['802.1Q', 1, ethernet(0x8100, concat(hex('0064 0800'), IP_AND_TCP)), OK4],
    ['QinQ 802.1ad', 1, ethernet(0x88a8, concat(hex('0064 8100 0065 0800'), IP_AND_TCP)), OK4],
    [
      'QinQ 0x9100, 0x9200, 0x9300',
      1,
      ethernet(0x9100, concat(hex('0001 9200 0002 9300 0003 86dd'), ipv6(tcp()))),
      OK6,
    ],
    ['802.1ah', 1, ethernet(0x88e7, concat(new Uint8Array(4), ethernet(0x0800, IP_AND_TCP))), OK4],
    ['MPLS, two labels', 1, ethernet(0x8847, concat(hex('00010040 00011140'), IP_AND_TCP)), OK4],
    ['MPLS with IPv6', 1, ethernet(0x8847, concat(hex('00011140'), ipv6(tcp()))), OK6],
    [
      'PPPoE session',
      1,
      ethernet(0x8864, concat(hex('1100 0001'), be16(IP_AND_TCP.length + 2), hex('0021'), IP_AND_TCP)),
      OK4,
    ],
    ['FabricPath', 1, ethernet(0x8903, concat(hex('0000'), ethernet(0x0800, IP_AND_TCP))), OK4],
    ['Linux cooked', 113, concat(hex('0000 0001 0006 0000000000000000 0800'), IP_AND_TCP), OK4],
    ['Linux cooked 2', 276, concat(hex('86dd 0000 00000002 0001 00 06 0000000000000000'), ipv6(tcp())), OK6],
    ['NULL, little-endian', 0, concat(hex('02000000'), IP_AND_TCP), OK4],
    ['NULL, big-endian', 0, concat(hex('00000002'), IP_AND_TCP), OK4],
    ...[24, 28, 30].map((family): [string, number, Uint8Array, DecodedFrame] => [
      `LOOP, family ${family}`,
      108,
      concat(words(false, [family, 4]), ipv6(tcp())),
      OK6,
    ]),
    ...[12, 14, 101].map((type): [string, number, Uint8Array, DecodedFrame] => [
      `RAW ${type}, IPv4`,
      type,
      IP_AND_TCP,
      OK4,
    ]),
    ['RAW, IPv6', 101, ipv6(tcp()), OK6],
    ['RAW, neither', 101, hex('20'), { status: 'malformed', nonIp: 'other' }],
    ['IPv4', 228, IP_AND_TCP, OK4],
    ['IPv6', 229, ipv6(tcp()), OK6],
    ['PPP', 9, concat(hex('ff03 0021'), IP_AND_TCP), OK4],
    ['PPP, compressed fields', 9, concat(hex('21'), IP_AND_TCP), OK4],
    ['PPP in HDLC framing, IPv6', 50, concat(hex('ff03 0057'), ipv6(tcp())), OK6],
    ['Cisco HDLC', 104, concat(hex('0f00 0800'), IP_AND_TCP), OK4],
    ['Frame Relay, Cisco', 107, concat(hex('48e1 0800'), IP_AND_TCP), OK4],
    ['Frame Relay, RFC 2427', 107, concat(hex('48e1 03cc'), IP_AND_TCP), OK4],
    ['FDDI', 10, concat(hex('50 020000000001 020000000002'), LLC_SNAP, IP_AND_TCP), OK4],
    ['802.11 data', 105, concat(hex('0801 0000'), new Uint8Array(20), LLC_SNAP, IP_AND_TCP), OK4],
    [
      '802.11 encrypted',
      105,
      concat(hex('0841 0000'), new Uint8Array(20), IP_AND_TCP),
      { status: 'ok', nonIp: 'other' },
    ],
    ['radiotap', 127, concat(hex('0000 0800 00000000 8801 0000'), new Uint8Array(22), LLC_SNAP, IP_AND_TCP), OK4],
    ['NFLOG, little-endian', 239, concat(hex('02 00 0000'), nflogItem(IP_AND_TCP, true)), OK4],
    ['NFLOG, big-endian', 239, concat(hex('0a 00 0000'), nflogItem(ipv6(tcp()), false)), OK6],
    ['PPI', 192, concat(hex('0000 0800 01000000'), ethernet(0x0800, IP_AND_TCP)), OK4],
    ['PKTAP', 258, concat(hex('0c000000 01000000 01000000'), ethernet(0x0800, IP_AND_TCP)), OK4],
    ['IPNET', 226, concat(hex('0102'), new Uint8Array(22), IP_AND_TCP), OK4],
    ['ARCNET of Linux, RFC 1051', 129, concat(hex('be00 ed08 f0'), IP_AND_TCP), OK4],
    ['ARCNET of BSD, RFC 1201', 7, concat(hex('be00 d4 00 0001'), IP_AND_TCP), OK4],
    ['Broadcom tag', 281, concat(new Uint8Array(12), hex('20000001'), be16(0x0800), IP_AND_TCP), OK4],
    ['Broadcom tag in front', 282, concat(hex('20000001'), ethernet(0x0800, IP_AND_TCP)), OK4],
    ['EDSA tag', 285, concat(new Uint8Array(12), hex('dada0000c0000000'), be16(0x0800), IP_AND_TCP), OK4],
    ['a link type nobody taught us', 147, IP_AND_TCP, { status: 'unsupported', nonIp: 'other' }],
  ])('%s', (_name, linkType, bytes, expected) => {
    expect(decodeFrame(bytes, linkType)).toEqual(expected);
  });

  test('a frame of nothing but tags ends quickly', () => {
    const tags = concat(...Array.from({ length: 60_000 }, () => hex('00018100')));
    expect(decodeFrame(ethernet(0x8100, tags))).toEqual({ status: 'unsupported', nonIp: 'other' });
  });
});

describe('tunnels', () => {
  const outer = (protocol: number) => ({ ...V4, protocol, transport: protocol });
  const overUdp = (port: number, payload: Uint8Array) => ipv4(udp(5555, port, payload), { protocol: 17 });
  const udpOuter = (port: number) => ({ ...V4, protocol: 17, transport: 17, ports: [5555, port] });
  const inside = ethernet(0x86dd, ipv6(tcp()));
  test.each<[string, Uint8Array, object, object]>([
    ['IP in IP', ipv4(IP_AND_TCP, { protocol: 4 }), outer(4), TCP4],
    ['6in4', ipv4(ipv6(tcp()), { protocol: 41 }), outer(41), TCP6],
    ['GRE', ipv4(concat(hex('0000 0800'), IP_AND_TCP), { protocol: 47 }), outer(47), TCP4],
    [
      'GRE with checksum, key, sequence',
      ipv4(concat(hex('b000 86dd'), new Uint8Array(12), ipv6(tcp())), { protocol: 47 }),
      outer(47),
      TCP6,
    ],
    [
      'GRE version 1 with PPP',
      ipv4(concat(hex('3081 880b 0000 0000 00000001 00000002 ff03 0021'), IP_AND_TCP), { protocol: 47 }),
      outer(47),
      TCP4,
    ],
    ['GRE with Ethernet', ipv4(concat(hex('0000 6558'), inside), { protocol: 47 }), outer(47), TCP6],
    ['GRE with MPLS', ipv4(concat(hex('0000 8847 00011140'), IP_AND_TCP), { protocol: 47 }), outer(47), TCP4],
    ['ERSPAN type I', ipv4(concat(hex('0000 88be'), inside), { protocol: 47 }), outer(47), TCP6],
    [
      'ERSPAN type II',
      ipv4(concat(hex('1000 88be 00000001'), new Uint8Array(8), inside), { protocol: 47 }),
      outer(47),
      TCP6,
    ],
    [
      'ERSPAN type III',
      ipv4(concat(hex('1000 22eb 00000001'), new Uint8Array(12), inside), { protocol: 47 }),
      outer(47),
      TCP6,
    ],
    ['EtherIP', ipv4(concat(hex('3000'), inside), { protocol: 97 }), outer(97), TCP6],
    ['MPLS in IP', ipv4(concat(hex('00011140'), IP_AND_TCP), { protocol: 137 }), outer(137), TCP4],
    ['GTP-U', overUdp(2152, concat(hex('30ff'), be16(40), hex('00000001'), IP_AND_TCP)), udpOuter(2152), TCP4],
    [
      'GTP-U with extension',
      overUdp(2152, concat(hex('34ff'), be16(48), hex('00000001 0000 00 85 01000000'), IP_AND_TCP)),
      udpOuter(2152),
      TCP4,
    ],
    ['VXLAN', overUdp(4789, concat(hex('0800000000000100'), inside)), udpOuter(4789), TCP6],
    [
      'VXLAN-GPE with NSH',
      overUdp(4790, concat(hex('0c00000400000100 0006 01 01 00000000'), new Uint8Array(16), IP_AND_TCP).with(9, 6)),
      udpOuter(4790),
      TCP4,
    ],
    ['Geneve with options', overUdp(6081, concat(hex('0100 6558 00000100 00000000'), inside)), udpOuter(6081), TCP6],
    [
      'AYIYA',
      overUdp(5072, concat(hex('44 52 11 29 00000000'), new Uint8Array(16 + 20), ipv6(tcp()))),
      udpOuter(5072),
      TCP6,
    ],
    [
      'three deep: the last one is inner',
      ipv4(ipv4(ipv6(tcp()), { protocol: 41, ttl: 9 }), { protocol: 4 }),
      outer(4),
      TCP6,
    ],
  ])('%s', (_name, packet, outerHeader, inner) => {
    expect(decodeFrame(ethernet(0x0800, packet))).toEqual({ status: 'ok', outer: outerHeader, inner, payload: '' });
  });

  test.each<[string, Uint8Array, object]>([
    [
      'a broken header inside leaves the packet as it was',
      ipv4(ipv4(tcp(), { version: 5 }), { protocol: 4 }),
      { status: 'malformed', outer: outer(4) },
    ],
    [
      'a later fragment is not opened',
      ipv4(IP_AND_TCP, { protocol: 4, fragment: 9 }),
      { status: 'ok', outer: { ...V4, protocol: 4, fragment: 'later' } },
    ],
    ['GRE without IP', ipv4(hex('0000 2000 0102'), { protocol: 47 }), { status: 'ok', outer: outer(47) }],
  ])('%s', (_name, packet, expected) => {
    expect(decodeFrame(ethernet(0x0800, packet))).toEqual(expected);
  });

  test('a broken third header leaves the second as inner', () => {
    const broken = ipv4(ipv4(ipv4(tcp(), { version: 7 }), { protocol: 4, ttl: 9 }), { protocol: 4 });
    expect(decodeFrame(ethernet(0x0800, broken))).toEqual({
      status: 'malformed',
      outer: outer(4),
      inner: { ...outer(4), ttl: 9 },
    });
  });
});
