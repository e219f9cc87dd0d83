import { describe, expect, test } from 'vitest';
import { concat, hex } from '../../../test/support/capture-bytes.js';
import { decodeFrame } from '../../../test/support/decode-frame.js';
import { TCP4, TCP6 } from '../../../test/support/expected-headers.js';
import { ethernet, ipv4, ipv6, tcp } from '../../../test/support/packet-bytes.js';

const zeros = (bytes: number) => new Uint8Array(bytes);
const IP4 = ipv4(tcp());
const FRAME = ethernet(0x0800, IP4);
/** Its first address begins with a zero nibble, as those of pseudowires that look like a control word. */
const KNOWN_VENDORS = concat(hex('001122334455 001122334466 0800'), IP4);
const LABEL = hex('00010140');

describe('between Ethernet and IP (what tshark 4.0.17 prints as frame.protocols)', () => {
  test.each<[tshark: string, etherType: number, payload: Uint8Array, header?: object]>([
    ['etag:ethertype:ip:tcp', 0x893f, concat(hex('00010001 0000 0800'), IP4)],
    ['etag:ethertype:vlan:ethertype:ip:tcp', 0x893f, concat(hex('00010001 0000 8100 0001 0800'), IP4)],
    ['vntag:ethertype:ip:tcp', 0x8926, concat(hex('00010001 0800'), IP4)],
    ['hsr:ip:tcp', 0x892f, concat(hex('1030 0001 0800'), IP4)],
    ['ieee8021cb:ethertype:ip:tcp', 0xf1c1, concat(hex('0000 0001 0800'), IP4)],
    ['macsec:ethertype:ip:tcp', 0x88e5, concat(hex('00 00 00000001 0800'), IP4)],
    ['macsec:ethertype:ip:tcp, channel', 0x88e5, concat(hex('20 00 00000001 0000000000000001 0800'), IP4)],
    ['cmd:ethertype:ip:tcp', 0x8909, concat(hex('0101 0001 0001 0800'), IP4)],
    ['trill:eth:ethertype:ip:tcp', 0x22f3, concat(hex('0000 0001 0002'), FRAME)],
    ['trill:eth:ethertype:ip:tcp, options', 0x22f3, concat(hex('0040 0001 0002 00000000'), FRAME)],
    ['eth:ethertype:ip:tcp', 0x6558, FRAME],
    ['llc:ip:tcp', 0x8870, concat(hex('aaaa03 000000 0800'), IP4)],
    ['nsh:ip:tcp', 0x894f, concat(hex('0006 01 01 00000001'), zeros(16), IP4)],
    ['nsh:ipv6:tcp', 0x894f, concat(hex('0002 02 02 000001ff'), ipv6(tcp())), TCP6],
    ['nsh:eth:ethertype:ip:tcp', 0x894f, concat(hex('0002 02 03 000001ff'), FRAME)],
    ['nsh:mpls:ip:tcp', 0x894f, concat(hex('0002 02 05 000001ff 00011140'), IP4)],
    ['batadv:eth:ethertype:ip:tcp, unicast', 0x4305, concat(hex('40 0f 32 01 020000000001'), FRAME)],
    ['batadv:eth:ethertype:ip:tcp, unicast of version 14', 0x4305, concat(hex('03 0e 32 01 020000000001'), FRAME)],
    ['batadv:eth:ethertype:ip:tcp, broadcast', 0x4305, concat(hex('01 0f 32 00 00000001 020000000001'), FRAME)],
    [
      'lwapp:wlan:llc:ip:tcp',
      0x88bb,
      concat(hex('0000 0048 0000 0801 0000'), zeros(20), hex('aaaa03 000000 0800'), IP4),
    ],
    ['mpls:pwethheuristic:pwethcw:eth:ethertype:ip:tcp', 0x8847, concat(LABEL, zeros(4), KNOWN_VENDORS)],
    ['mpls:pwethheuristic:pwethnocw:eth:ethertype:ip:tcp', 0x8847, concat(LABEL, KNOWN_VENDORS)],
    ['mpls:pwach:ip:tcp', 0x8847, concat(LABEL, hex('10000021'), IP4)],
    ['mpls:pwach:ipv6:tcp', 0x8847, concat(LABEL, hex('10000057'), ipv6(tcp())), TCP6],
    ['mpls:pwach:ip:tcp, generic label', 0x8847, concat(hex('0000d140 10000021'), IP4)],
    ['llc:eth:ethertype:ip:tcp', 0x8870, concat(hex('aaaa03 0080c2 0007 0000'), FRAME)],
    ['llc:osi:ipv6:tcp', 0x8870, concat(hex('fefe03 8e'), ipv6(tcp())), TCP6],
    ['llc:ip:tcp, an information frame', 0x8870, concat(hex('aaaa0000 000000 0800'), IP4)],
  ])('%s', (_tshark, etherType, payload, header = TCP4) => {
    expect(decodeFrame(ethernet(etherType, payload))).toEqual({ status: 'ok', outer: header, payload: '' });
  });

  test('eth:eth:ethertype:ip:tcp: Cisco ISL', () => {
    const header = hex('01000c0000 00 020000000002 0048 aaaa03 00000c 0006 0000 0000');
    expect(decodeFrame(concat(header, FRAME, hex('11223344')))).toEqual({ status: 'ok', outer: TCP4, payload: '' });
  });

  test.each<[tshark: string, etherType: number, payload: Uint8Array]>([
    ['macsec:data, encrypted', 0x88e5, concat(hex('0c 00 00000001 0800'), IP4)],
    ['nsh:data, an unknown protocol', 0x894f, concat(hex('0002 02 06 000001ff'), IP4)],
    ['mpls:data, neither IP nor a pseudowire', 0x8847, concat(LABEL, hex('a0'), IP4)],
    ['mpls:pwach:bfd', 0x8847, concat(LABEL, hex('10000007'), zeros(24))],
    ['ethertype:data, PPP has no business here', 0x880b, concat(hex('0021'), IP4)],
  ])('%s', (_tshark, etherType, payload) => {
    expect(decodeFrame(ethernet(etherType, payload))).toEqual({ status: 'ok', nonIp: 'other' });
  });

  test('frames within frames end after a few', () => {
    const nested = Array.from({ length: 40 }).reduce<Uint8Array>((inner) => ethernet(0x6558, inner), FRAME);
    expect(decodeFrame(nested)).toEqual({ status: 'unsupported', nonIp: 'other' });
  });
});
