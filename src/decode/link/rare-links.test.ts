import { describe, expect, test } from 'vitest';
import { concat, hex } from '../../../test/support/capture-bytes.js';
import { decodeFrame } from '../../../test/support/decode-frame.js';
import { TCP4, TCP6 } from '../../../test/support/expected-headers.js';
import { ethernet, ipv4, ipv6, tcp } from '../../../test/support/packet-bytes.js';

const zeros = (bytes: number) => new Uint8Array(bytes);
const IP4 = ipv4(tcp());
const IP6 = ipv6(tcp());
const FRAME = ethernet(0x0800, IP4);
const SNAP = hex('aaaa03 000000 0800');
const WIRELESS = concat(hex('0801 0000'), zeros(20), SNAP, IP4);
const QOS = hex('8801 0000');
const ADDRESSES = hex('020000000001 020000000002');

describe('link types (what tshark 4.0.17 prints as frame.protocols)', () => {
  test.each<[tshark: string, name: string, linkType: number, frame: Uint8Array, header?: object]>([
    ['tr:llc:ip:tcp', 'Token Ring', 6, concat(hex('1040'), ADDRESSES, SNAP, IP4)],
    [
      'tr:llc:ip:tcp',
      'Token Ring with a route',
      6,
      concat(hex('1040 020000000001 820000000002 0630 0011 0020'), SNAP, IP4),
    ],
    ['fddi:llc:ip:tcp', 'FDDI, SAP 6', 10, concat(hex('50'), ADDRESSES, hex('060603'), IP4)],
    ['llc:ip:tcp', 'ATM', 11, concat(SNAP, IP4)],
    ['llc:osi:ip:tcp', 'ATM, NLPID', 100, concat(hex('fefe03cc'), IP4)],
    ['llc:osi:ppp:ip:tcp', 'ATM, NLPID of PPP', 100, concat(hex('fefe03cf 0021'), IP4)],
    ['llc:eth:ethertype:ip:tcp', 'ATM, bridged', 100, concat(hex('aaaa03 0080c2 0007 0000'), FRAME)],
    ['clip:ip:tcp', 'ATM, classical IP', 106, IP4],
    ['atm:llc:ip:tcp', 'SunATM', 123, concat(hex('82000021'), SNAP, IP4)],
    ['atm:ip:tcp', 'SunATM without LLC', 123, concat(hex('00000021'), IP4)],
    ['atm:lane:eth:ethertype:ip:tcp', 'SunATM, LAN emulation', 123, concat(hex('01000021 0001'), FRAME)],
    ['enc:ip:tcp', 'IPsec interface', 109, concat(hex('00000002'), zeros(8), IP4)],
    ['enc:ipv6:tcp', 'IPsec interface, little-endian', 13, concat(hex('18000000'), zeros(8), IP6), TCP6],
    ...[45, 48, 61, 64, 69, 100].map((length): [string, string, number, Uint8Array] => [
      'pflog:ip:tcp',
      `packet filter log of ${length}`,
      117,
      concat(Uint8Array.of(length, 2), zeros(((length + 3) & ~3) - 2), IP4),
    ]),
    ['pflog:ipv6:tcp', 'packet filter log, IPv6', 117, concat(Uint8Array.of(61, 24), zeros(62), IP6), TCP6],
    ['pppoes:ppp:ip:tcp', 'PPPoE session', 51, concat(hex('1100 0001 002a 0021'), IP4)],
    ['ppp:ip:tcp', 'PPP with direction', 204, concat(hex('00 ff03 0021'), IP4)],
    ['ppp:chdlc:ip:tcp', 'PPP that is Cisco HDLC', 50, concat(hex('0f00 0800'), IP4)],
    ['ppp:mp:ip:tcp', 'PPP multilink, a whole packet', 9, concat(hex('ff03 003d c0000001 0021'), IP4)],
    ['ppp:bcp_bpdu:eth:ethertype:ip:tcp', 'PPP, bridged', 9, concat(hex('ff03 0031 0001'), FRAME)],
    ['ppp:llc:ip:tcp', 'PPP, LLC', 9, concat(hex('ff03 004b'), SNAP, IP4)],
    ['ppp:ip:tcp', 'PPP, EtherType', 9, concat(hex('ff03 0800'), IP4)],
    ['chdlc:eth:ethertype:ip:tcp', 'Cisco HDLC, bridged', 104, concat(hex('0f00 6558'), FRAME)],
    ['fr:ip:tcp', 'Frame Relay, SNAP', 107, concat(hex('48e1 03 00 80 000000 0800'), IP4)],
    ['fr:eth:ethertype:ip:tcp', 'Frame Relay, bridged', 107, concat(hex('48e1 03 00 80 0080c2 0007'), FRAME)],
    ['fr:ppp:ip:tcp', 'Frame Relay, PPP', 107, concat(hex('48e1 03 cf 0021'), IP4)],
    ['fr:ip:tcp', 'Frame Relay, long address', 107, concat(hex('18800001 03cc'), IP4)],
    ['ipfc:llc:ip:tcp', 'IP over Fibre Channel', 122, concat(zeros(16), SNAP, IP4)],
    ['ap1394:ip:tcp', 'IP over IEEE 1394', 138, concat(zeros(16), hex('0800'), IP4)],
    ['ipoib:ipv6:tcp', 'IP over InfiniBand', 242, concat(zeros(40), hex('86dd 0000'), IP6), TCP6],
    ['raw:ppp:ip:tcp', 'raw that is PPP', 101, concat(hex('ff03 0021'), IP4)],
    ['raw:ip:tcp', 'raw behind ten zeros', 101, concat(zeros(10), IP4)],
    ['null:ppp:ip:tcp', 'NULL that is PPP', 0, concat(hex('ff03 0021'), IP4)],
    ['null:ipv6:tcp', 'NULL with an EtherType', 0, concat(hex('dd860000'), IP6), TCP6],
    [
      'sll:radiotap:wlan_radio:wlan:llc:ip:tcp',
      'cooked monitor mode',
      113,
      concat(hex('0000 0323 0006'), zeros(8), hex('0004 0000 0800 00000000'), WIRELESS),
    ],
    ['sll:eth:ethertype:ip:tcp', 'cooked Ethernet', 113, concat(hex('0000 0001 0006'), zeros(8), hex('0003'), FRAME)],
    [
      'sll:ppp:ip:tcp',
      'cooked PPP',
      276,
      concat(hex('0007 0000 00000001 0001 00 06'), zeros(8), hex('ff03 0021'), IP4),
    ],
    ['nflog:ip:tcp', 'netfilter log of a bridge', 239, concat(hex('07 00 0000 0800 0100 08000300 2c00 0900'), IP4)],
    [
      'user_dlt:pktap:pcap_pktdata:eth:ethertype:ip:tcp',
      'PKTAP of old',
      149,
      concat(hex('6c000000 01000000 01000000'), zeros(96), FRAME),
    ],
    ['wlan:llc:ip:tcp', '802.11 QoS', 105, concat(QOS, zeros(20), hex('0000'), SNAP, IP4)],
    ['wlan:llc:ip:tcp', '802.11 QoS and HT control', 105, concat(hex('8881 0000'), zeros(26), SNAP, IP4)],
    ['wlan:llc:ip:tcp', '802.11 with four addresses', 105, concat(hex('8803 0000'), zeros(28), SNAP, IP4)],
    [
      'wlan:llc:ip:tcp',
      '802.11 aggregate',
      105,
      concat(QOS, zeros(20), hex('8000'), ADDRESSES, hex('0030'), SNAP, IP4),
    ],
    ['wlan:llc:ip:tcp', '802.11 with an EtherType', 105, concat(hex('0801 0000'), zeros(20), hex('0800'), IP4)],
    ['wlan:llc:ip:tcp', '802.11 with padding', 105, concat(QOS, zeros(22), hex('0000'), SNAP, IP4)],
    [
      'radiotap:wlan_radio:wlan:llc:ip:tcp',
      'radiotap: padded header, time in front of the flags',
      127,
      concat(hex('0000 1100 03000000'), zeros(8), hex('20'), QOS, zeros(22), hex('0000'), SNAP, IP4),
    ],
    [
      'radiotap:wlan_radio:wlan:llc:ip:tcp',
      'radiotap: check sequence',
      127,
      concat(hex('0000 0900 02000000 10'), WIRELESS, hex('11223344')),
    ],
    ['wlancap:wlan_radio:wlan:llc:ip:tcp', 'AVS', 163, concat(hex('80211001 00000040'), zeros(56), WIRELESS)],
    ['prism:wlan_radio:wlan:llc:ip:tcp', 'Prism', 119, concat(hex('44000000 90000000'), zeros(136), WIRELESS)],
    [
      'prism:wlancap:wlan_radio:wlan:llc:ip:tcp',
      'Prism that is AVS',
      119,
      concat(hex('80211001 00000040'), zeros(56), WIRELESS),
    ],
    ['prism:wlan:llc:ip:tcp', 'Prism without its header', 119, WIRELESS],
  ])('%s: %s', (_tshark, _name, linkType, frame, header = TCP4) => {
    expect(decodeFrame(frame, linkType)).toEqual({ status: 'ok', outer: header, payload: '' });
  });

  test.each<[tshark: string, name: string, linkType: number, frame: Uint8Array]>([
    ['tr:trmac', 'Token Ring control', 6, concat(hex('1000'), ADDRESSES, zeros(20))],
    ['fddi:data', 'FDDI, not asynchronous', 10, concat(hex('d0'), ADDRESSES, SNAP, IP4)],
    ['atm:lane', 'SunATM, control of LAN emulation', 123, concat(hex('01000021 ff00'), FRAME)],
    ['wlan', '802.11 of another version', 105, concat(hex('0901 0000'), zeros(20), SNAP, IP4)],
    ['wlan:data', '802.11, more fragments follow', 105, concat(hex('0805 0000'), zeros(20), SNAP, IP4)],
    ['null:data', 'NULL, family 10', 0, concat(hex('0a000000'), IP6)],
    ['null:data', 'LOOP, little-endian', 108, concat(hex('02000000'), IP4)],
    ['sll:netlink', 'cooked netlink', 113, concat(hex('0000 0338 0006'), zeros(8), hex('0800'), IP4)],
    ['ppp:mp', 'PPP multilink, a fragment', 9, concat(hex('ff03 003d 80000001 0021'), IP4)],
    ['eth:llc:data', 'LLC test', 1, ethernet(43, concat(hex('0606e3'), IP4))],
  ])('%s: %s is not IP', (_tshark, _name, linkType, frame) => {
    expect(decodeFrame(frame, linkType)).toEqual({ status: 'ok', nonIp: 'other' });
  });
});
