import { describe, expect, test } from 'vitest';
import { concat, hex, words } from '../../../test/support/capture-bytes.js';
import { decodeFrame } from '../../../test/support/decode-frame.js';
import { TCP4, TCP6, V4 } from '../../../test/support/expected-headers.js';
import { ethernet, ipv4, ipv6, tcp, udp } from '../../../test/support/packet-bytes.js';

const be16 = (value: number) => words(false, [value, 2]);
const IP_AND_TCP = ipv4(tcp());

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
      ipv4(concat(hex('1000 88be 00000001 1000000000000000'), inside), { protocol: 47 }),
      outer(47),
      TCP6,
    ],
    [
      'ERSPAN type III',
      ipv4(concat(hex('1000 22eb 00000001 200000000000000000000000'), inside), { protocol: 47 }),
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
