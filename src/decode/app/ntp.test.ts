import { expect, test } from 'vitest';
import { DecodeStatus } from '../../records/decode-status.js';
import { decodeNtp, NtpMode, NtpPacket } from './ntp.js';

// tshark 4.0.17 -e ntp.flags.vn -e ntp.flags.mode -e ntp.stratum -e ntp.ctrl.flags2.opcode -e ntp.priv.impl -e ntp.priv.reqcode
// -e ntp.priv.numitems -e ntp.priv.itemsize. The captures' 84 packets agree in all of these.
test.each<[string, string, keyof typeof DecodeStatus, Partial<NtpPacket>]>([
  [
    'client, version 4 (ndpi.NTPv4.pcap)',
    '230207eb00000450000003ab83bc03dfd94f51c33165b860d944575530336fd0d944575531b4e978d94f51f42d26e2f4',
    'ok',
    { version: 4, mode: NtpMode.client, stratum: 2, leap: 0, isResponse: false, isMonlist: false },
  ],
  ['server, unsynchronised', `e400${'00'.repeat(46)}`, 'ok', { version: 4, mode: 4, leap: 3, isResponse: true }],
  ['broadcast', `2502${'00'.repeat(46)}`, 'ok', { mode: 5, isResponse: false }],
  [
    'monlist as DDoS tools send it',
    '1700032a00000000',
    'ok',
    { version: 2, mode: 7, isResponse: false, implementation: 3, requestCode: 42, items: 0, isMonlist: true },
  ],
  [
    'an answer to monlist: more follow, six of 72 bytes',
    'd700032a00060048',
    'ok',
    { isResponse: true, hasMore: true, items: 6, itemBytes: 72, isMonlist: true },
  ],
  [
    'mode 7 response (tcpdump.ntp-mode7.pcap 2)',
    '9700031c000100240050606a0000000a',
    'ok',
    { mode: 7, isResponse: true, hasMore: false, requestCode: 28, items: 1, itemBytes: 36, isMonlist: false },
  ],
  ['read variables', '160200010000000000000000', 'ok', { mode: 6, opcode: 2, isResponse: false, requestCode: 0 }],
  [
    'read variables, answered in parts',
    '16a20001000000000000018c',
    'ok',
    { opcode: 2, isResponse: true, hasMore: true },
  ],
  ['a cut time packet', '230207eb', 'truncated', { version: 4, mode: 3, stratum: 0 }],
  ['a cut private request', '1700032a', 'truncated', { mode: 7, requestCode: 0 }],
  ['version 0', `03${'00'.repeat(47)}`, 'malformed', { version: 0 }],
  ['mode 0', `20${'00'.repeat(47)}`, 'malformed', { mode: 0 }],
  ['nothing', '', 'truncated', { version: 0 }],
])('%s', (_name, hex, status, fields) => {
  const packet = new NtpPacket();
  const bytes = Buffer.from(hex, 'hex');
  expect(decodeNtp(bytes, 0, bytes.length, packet)).toBe(DecodeStatus[status]);
  expect(packet).toMatchObject(fields);
});
