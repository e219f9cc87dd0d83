import { describe, expect, test } from 'vitest';
import { concat, hex } from '../../../test/support/capture-bytes.js';
import { decodeFrame } from '../../../test/support/decode-frame.js';
import { TCP4, TCP6, V4 } from '../../../test/support/expected-headers.js';
import { ethernet, ipv4, ipv6, tcp, udp } from '../../../test/support/packet-bytes.js';

const IP_AND_TCP = ipv4(tcp());
const IP6_AND_TCP = ipv6(tcp());
const FRAME = ethernet(0x0800, IP_AND_TCP);
const PPP = concat(hex('ff03 0021'), IP_AND_TCP);
const WIRELESS = concat(hex('0801 0000'), new Uint8Array(20), hex('aaaa03 000000 0800'), IP_AND_TCP);

const decodeUdp = (source: number, target: number, payload: Uint8Array) =>
  decodeFrame(ethernet(0x0800, ipv4(udp(source, target, payload), { protocol: 17 })));
const outer = (source: number, target: number) => ({ ...V4, protocol: 17, transport: 17, ports: [source, target] });

describe('tunnels over UDP, opened as tshark 4.0.17 opens them (its frame.protocols behind udp)', () => {
  test.each<[name: string, tshark: string, port: number, payload: Uint8Array, inner: object]>([
    ['L2TP', 'l2tp:ppp:ip:tcp', 1701, concat(hex('0002 0001 0001'), PPP), TCP4],
    ['L2TP, length', 'l2tp:ppp:ip:tcp', 1701, concat(hex('4002 0034 0001 0001'), PPP), TCP4],
    ['L2TP, sequence', 'l2tp:ppp:ip:tcp', 1701, concat(hex('0802 0001 0001 0001 0002'), PPP), TCP4],
    ['L2TP, offset', 'l2tp:ppp:ip:tcp', 1701, concat(hex('0202 0001 0001 0003 aabbcc'), PPP), TCP4],
    ['L2TP, all of them', 'l2tp:ppp:ip:tcp', 1701, concat(hex('4a02 003c 0001 0001 0001 0002 0002 aabb'), PPP), TCP4],
    ['L2TP without HDLC', 'l2tp:ppp:ip:tcp', 1701, concat(hex('0002 0001 0001 0021'), IP_AND_TCP), TCP4],
    ['L2TP, short protocol', 'l2tp:ppp:ip:tcp', 1701, concat(hex('0002 0001 0001 21'), IP_AND_TCP), TCP4],
    ['L2TP, IPv6', 'l2tp:ppp:ipv6:tcp', 1701, concat(hex('0002 0001 0001 ff030057'), IP6_AND_TCP), TCP6],
    ['Teredo', 'teredo:ipv6:tcp', 3544, IP6_AND_TCP, TCP6],
    ['Teredo, origin', 'teredo:ipv6:tcp', 3544, concat(hex('0000 1234 f5fffffe'), IP6_AND_TCP), TCP6],
    [
      'Teredo, authentication',
      'teredo:ipv6:tcp',
      3544,
      concat(hex('0001 0203 aabb ccddee 0011223344556677 00'), IP6_AND_TCP),
      TCP6,
    ],
    [
      'Teredo, both',
      'teredo:ipv6:tcp',
      3544,
      concat(hex('0001 0000 0011223344556677 00 0000 1234 f5fffffe'), IP6_AND_TCP),
      TCP6,
    ],
    ['LISP', 'lisp-data:ip:tcp', 4341, concat(hex('c0000001 00000001'), IP_AND_TCP), TCP4],
    ['LISP, IPv6', 'lisp-data:ipv6:tcp', 4341, concat(hex('00000000 00000000'), IP6_AND_TCP), TCP6],
    ['LISP control', 'lisp:ip:tcp', 4342, concat(hex('80000000'), IP_AND_TCP), TCP4],
    ['GRE', 'gre:ip:tcp', 4754, concat(hex('0000 0800'), IP_AND_TCP), TCP4],
    ['MPLS', 'mpls:ip:tcp', 6635, concat(hex('00011140'), IP_AND_TCP), TCP4],
    ['LWAPP', 'lwapp:wlan:llc:ip:tcp', 12_222, concat(hex('0000 0048 0000'), WIRELESS), TCP4],
    ['TZSP, Ethernet', 'tzsp:eth:ethertype:ip:tcp', 37_008, concat(hex('0100 0001 01'), FRAME), TCP4],
    ['TZSP, tags', 'tzsp:eth:ethertype:ip:tcp', 37_008, concat(hex('0100 0001 00 0a 01 ff 01'), FRAME), TCP4],
    ['TZSP, 802.11', 'tzsp:wlan:llc:ip:tcp', 37_008, concat(hex('0100 0012 01'), WIRELESS), TCP4],
    ['AMT data', 'amt:ip:tcp', 2268, concat(hex('0600'), IP_AND_TCP), TCP4],
    ['AMT query', 'amt:ip:tcp', 2268, concat(hex('0400 001122334455 00000000'), IP_AND_TCP), TCP4],
    ['VXLAN with a group', 'vxlan:eth:ethertype:ip:tcp', 4789, concat(hex('8800000500000100'), FRAME), TCP4],
    ['VXLAN-GPE with MPLS', 'mpls:ip:tcp', 4790, concat(hex('0c00000500000100 00011140'), IP_AND_TCP), TCP4],
    [
      'VXLAN-GPE, two NSH',
      'nsh:nsh:ip:tcp',
      4790,
      concat(hex('0c00000400000100 00020204000001ff 00020201000001ff'), IP_AND_TCP),
      TCP4,
    ],
    ['Geneve with NSH', 'geneve:nsh:ip:tcp', 6081, concat(hex('0000894f00000100 00020201000001ff'), IP_AND_TCP), TCP4],
    [
      'Geneve with a tag',
      'geneve:vlan:ethertype:ip:tcp',
      6081,
      concat(hex('0000810000000100 00010800'), IP_AND_TCP),
      TCP4,
    ],
    [
      'GTP version 0',
      'gtp:ip:tcp',
      2152,
      concat(hex('1eff 0028 00000000 00ffffff 0000000000000000'), IP_AND_TCP),
      TCP4,
    ],
    ['GTP, port of version 0', 'gtpprime:ip:tcp', 3386, concat(hex('30ff 0028 00000001'), IP_AND_TCP), TCP4],
    ['GTP, control port', 'gtp:ip:tcp', 2123, concat(hex('30ff 0028 00000001'), IP_AND_TCP), TCP4],
    ['GTP with Ethernet', 'gtp:eth:ethertype:ip:tcp', 2152, concat(hex('30ff 0036 00000001'), FRAME), TCP4],
    [
      'GTP, two extensions',
      'gtp:ip:tcp',
      2152,
      concat(hex('34ff 0034 00000001 00000085 011000c0 01000000'), IP_AND_TCP),
      TCP4,
    ],
  ])('%s (%s)', (_name, _tshark, port, payload, inner) => {
    const opened = { status: 'ok', inner, payload: '' };
    expect(decodeUdp(5555, port, payload)).toEqual({ ...opened, outer: outer(5555, port) });
    // Answers come from the port, but for TZSP, which has none.
    if (port === 37_008) return;
    expect(decodeUdp(port, 59_999, payload)).toEqual({ ...opened, outer: outer(port, 59_999) });
  });

  test.each<[name: string, source: number, target: number, payload: Uint8Array]>([
    ['L2TP control', 1701, 1701, hex('c802 000c 0001 0000 0001 0002')],
    ['L2TP version 3 (l2tp:data)', 5555, 1701, concat(hex('0003 0000 00000001'), FRAME)],
    ['L2TP version 1, which is L2F (data)', 5555, 1701, concat(hex('0001 0000 00000001'), PPP)],
    ['Teredo with IPv4 (teredo:data)', 5555, 3544, IP_AND_TCP],
    ['Teredo beside its port (data)', 40_000, 3545, IP6_AND_TCP],
    ['GTP prime (gtpprime)', 5555, 3386, hex('0e01 0000 0001')],
    ['GTP-U, PPP (gtp)', 5555, 2152, concat(hex('30ff 002c 00000001'), PPP)],
    ['AMT discovery', 5555, 2268, hex('01000000 00000001')],
    ['LISP map request', 5555, 4342, hex('10000001 00000000')],
    ['Linux VXLAN of old, port 8472 (data)', 5555, 8472, concat(hex('0800000000000100'), FRAME)],
    ['DNS to the port of GTP (dns)', 53, 2152, concat(hex('30ff 0028 00000001'), IP_AND_TCP)],
    ['SSDP to the port of GTP (ssdp)', 1900, 2152, concat(hex('30ff 0028 00000001'), IP_AND_TCP)],
    [
      'QUIC from the port of GTP, which may be any client (quic)',
      2152,
      443,
      concat(hex('30ff 0028 00000001'), IP_AND_TCP),
    ],
    ['from the port of TZSP, which may be any client', 37_008, 5555, concat(hex('0100 0001 01'), FRAME)],
  ])('stays closed: %s', (_name, source, target, payload) => {
    const data = Buffer.from(payload).toString('hex');
    expect(decodeUdp(source, target, payload)).toMatchObject({ outer: outer(source, target), payload: data });
    expect(decodeUdp(source, target, payload)).not.toHaveProperty('inner');
  });
});
