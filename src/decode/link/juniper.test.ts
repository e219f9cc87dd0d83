import { describe, expect, test } from 'vitest';
import { concat, hex } from '../../../test/support/capture-bytes.js';
import { decodeFrame } from '../../../test/support/decode-frame.js';
import { TCP4, TCP6 } from '../../../test/support/expected-headers.js';
import { ethernet, ipv4, ipv6, tcp } from '../../../test/support/packet-bytes.js';
import { LinkType } from '../../records/link-type.js';

const IP4 = ipv4(tcp());
const FRAME = ethernet(0x0800, IP4);
const SNAP = hex('aaaa03 000000 0800');
const START = hex('4d4743 00');

describe('Juniper (what tshark 4.0.17 prints behind juniper)', () => {
  test.each(Object.entries(LinkType).filter(([name]) => name.startsWith('juniper')))(
    '%s without a link header: the protocol number',
    (_name, linkType) => {
      const v4 = concat(hex('4d4743 02 02000000'), IP4);
      expect(decodeFrame(v4, linkType)).toEqual({ status: 'ok', outer: TCP4, payload: '' });
      const v6 = concat(hex('4d4743 82 0006 010100 020100 06000000'), ipv6(tcp()));
      expect(decodeFrame(v6, linkType)).toEqual({ status: 'ok', outer: TCP6, payload: '' });
    },
  );

  test.each<[tshark: string, linkType: number, behindHeader: Uint8Array]>([
    ['eth:ethertype:ip:tcp', LinkType.juniperEthernet, FRAME],
    ['eth:ethertype:ip:tcp', LinkType.juniperPppoe, FRAME],
    ['ppp:ip:tcp', LinkType.juniperPpp, concat(hex('ff03 0021'), IP4)],
    ['fr:ip:tcp', LinkType.juniperFrameRelay, concat(hex('48e1 03cc'), IP4)],
    ['chdlc:ip:tcp', LinkType.juniperCHdlc, concat(hex('0f00 0800'), IP4)],
    ['ppp:ip:tcp', LinkType.juniperMlppp, concat(hex('ff03 0021'), IP4)],
    ['osi:ip:tcp', LinkType.juniperMlfr, concat(hex('48e1 03cc'), IP4)],
    ['llc:ip:tcp', LinkType.juniperAtm2, concat(new Uint8Array(8), SNAP, IP4)],
    ['ip:tcp', LinkType.juniperAtm2, concat(new Uint8Array(8), IP4)],
    ['llc:ip:tcp', LinkType.juniperAtm1, concat(new Uint8Array(4), SNAP, IP4)],
    ['ip:tcp', LinkType.juniperAtm1, concat(new Uint8Array(4), IP4)],
    ['ip:tcp', LinkType.juniperServices, concat(new Uint8Array(12), IP4)],
    ['ip:tcp', LinkType.juniperVoice, concat(new Uint8Array(18), IP4)],
    ['ip:tcp', LinkType.juniperGgsn, concat(hex('02000000'), IP4)],
  ])('%s on link type %i', (_tshark, linkType, bytes) => {
    expect(decodeFrame(concat(START, bytes), linkType)).toEqual({ status: 'ok', outer: TCP4, payload: '' });
  });

  test('another magic number is damage', () => {
    expect(decodeFrame(concat(hex('4d4744 00'), FRAME), LinkType.juniperEthernet)).toEqual({
      status: 'malformed',
      nonIp: 'other',
    });
  });
});
