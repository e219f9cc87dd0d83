import { describe, expect, test } from 'vitest';
import { concat, hex } from '../../test/support/capture-bytes.js';
import { decodeFrame } from '../../test/support/decode-frame.js';
import { TCP4, TCP6, V4, V6 } from '../../test/support/expected-headers.js';
import { ethernet, extension, ipv4, ipv6, tcp, udp } from '../../test/support/packet-bytes.js';

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
