import { expect, test } from 'vitest';
import { DecodeStatus } from '../../records/decode-status.js';
import { decodeStun, StunClass, StunMessage } from './stun.js';

// tshark 4.0.17 -e stun.type.class -e stun.type.method -e stun.length -e stun.cookie, rows of ndpi.whatsapp_login_call.pcap and
// made ones.
test.each<[string, string, keyof typeof DecodeStatus, Partial<StunMessage>]>([
  [
    'a binding request',
    '000100002112a442000102030405060708090a0b',
    'ok',
    { messageClass: StunClass.request, method: 1, attributeBytes: 0, hasMagicCookie: true, isResponse: false },
  ],
  [
    'an answer to Allocate, 24 bytes of attributes',
    `010300182112a442000102030405060708090a0b${'00'.repeat(24)}`,
    'ok',
    { messageClass: StunClass.success, method: 3, attributeBytes: 24, isResponse: true },
  ],
  ['an error', '011300002112a442000102030405060708090a0b', 'ok', { messageClass: StunClass.error, method: 3 }],
  ['an indication (Send)', '001600002112a442000102030405060708090a0b', 'ok', { messageClass: 1, method: 6 }],
  [
    'all method bits',
    '3eef00002112a442000102030405060708090a0b',
    'ok',
    { messageClass: StunClass.request, method: 0xfff },
  ],
  [
    'WhatsApp: attributes of no multiple of four',
    `0003006a2112a442000102030405060708090a0b${'00'.repeat(106)}`,
    'ok',
    { method: 3, attributeBytes: 106, hasMagicCookie: true },
  ],
  ['RFC 3489', '0001000000000000000102030405060708090a0b', 'ok', { hasMagicCookie: false }],
  ['neither cookie nor multiple', '0001000100000000000102030405060708090a0b00', 'malformed', {}],
  ['RTP', '800100002112a442000102030405060708090a0b', 'malformed', {}],
  ['a cut header', '000100002112a442', 'truncated', {}],
  ['cut attributes', '010100082112a442000102030405060708090a0b0000', 'truncated', { messageClass: 2, method: 1 }],
])('%s', (_name, hex, status, fields) => {
  const message = new StunMessage();
  const bytes = Buffer.from(hex, 'hex');
  expect(decodeStun(bytes, 0, bytes.length, message)).toBe(DecodeStatus[status]);
  expect(message).toMatchObject(fields);
});
