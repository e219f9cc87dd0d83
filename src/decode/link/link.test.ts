import { describe, expect, test } from 'vitest';
import { concat, hex, words } from '../../../test/support/capture-bytes.js';
import { type DecodedFrame, decodeFrame } from '../../../test/support/decode-frame.js';
import { TCP4, TCP6 } from '../../../test/support/expected-headers.js';
import { ethernet, ipv4, ipv6, tcp } from '../../../test/support/packet-bytes.js';

const be16 = (value: number) => words(false, [value, 2]);
const LLC_SNAP = hex('aaaa03 000000 0800');
const IP_AND_TCP = ipv4(tcp());
const OK4: DecodedFrame = { status: 'ok', outer: TCP4, payload: '' };
const OK6: DecodedFrame = { status: 'ok', outer: TCP6, payload: '' };

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
