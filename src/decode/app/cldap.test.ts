import { expect, test } from 'vitest';
import { DecodeStatus } from '../../records/decode-status.js';
import { CldapMessage, decodeCldap, LdapOperation } from './cldap.js';

// tshark 4.0.17 -e ldap.messageID -e ldap.protocolOp -e ldap.baseObject -e ldap.AttributeDescription -e ldap.type over UDP port 389.
test.each<[string, string, keyof typeof DecodeStatus, string | null, Partial<CldapMessage>]>([
  [
    'the root DSE, all attributes: what amplifiers are asked',
    '3025020101632004000a01000a0100020100020100010100870b6f626a656374636c6173733000',
    'ok',
    null,
    { messageId: 1, operation: LdapOperation.searchRequest, isRootDse: true, isNetlogon: false, isResponse: false },
  ],
  [
    'two attributes of an entry',
    '30390201076334040464633d780a01000a0100020100020100010100870b6f626a656374636c6173733010040b63757272656e7454696d65040162',
    'ok',
    'currentTime',
    { messageId: 7, isRootDse: false },
  ],
  [
    'an LDAP ping',
    '3049020103634404000a01000a0100020100020100010100a025a3140409446e73446f6d61696e0407782e6c6f63616ca30d04054e74566572040406000000300a04084e65746c6f676f6e',
    'ok',
    'Netlogon',
    { messageId: 3, isRootDse: true, isNetlogon: true },
  ],
  [
    'an entry',
    `3081b60201036481b004003081ab3081a804086e65746c6f676f6e31819b0481981700${'7a'.repeat(150)}`,
    'ok',
    'netlogon',
    { operation: LdapOperation.searchResultEntry, isRootDse: true, isNetlogon: true, isResponse: true },
  ],
  [
    'an entry cut in its values',
    '3081b60201036481b004003081ab3081a804086e65746c6f676f6e31819b04819817',
    'truncated',
    'netlogon',
    { operation: LdapOperation.searchResultEntry, isNetlogon: true },
  ],
  ['an entry without attributes', '3009020103640404003000', 'ok', null, { isRootDse: true }],
  ['done', '300c02010365070a010004000400', 'ok', null, { operation: LdapOperation.searchResultDone, isResponse: true }],
  [
    'with the user name of RFC 1798',
    '300e020103040065070a010004000400',
    'ok',
    null,
    { operation: LdapOperation.searchResultDone },
  ],
  ['no operation of LDAP', '3005020101a200', 'malformed', null, { operation: 0, messageId: 0 }],
  ['no LDAP', '47455420', 'malformed', null, { operation: 0 }],
  ['a search that is none', '300a02010163050400020100', 'malformed', null, { operation: LdapOperation.searchRequest }],
  ['nothing', '', 'truncated', null, { operation: 0 }],
])('%s', (_name, hex, status, attribute, fields) => {
  const message = new CldapMessage();
  const bytes = Buffer.from(hex, 'hex');
  expect(decodeCldap(bytes, 0, bytes.length, message)).toBe(DecodeStatus[status]);
  const range = message.firstAttribute;
  expect(range.isSet ? bytes.toString('latin1', range.at, range.end) : null).toBe(attribute);
  expect(message).toMatchObject(fields);
});
