import { expect, test } from 'vitest';
import { DecodeStatus } from '../../records/decode-status.js';
import { decodeSnmp, SnmpMessage, SnmpPdu } from './snmp.js';

// tshark 4.0.17 -e snmp.version -e snmp.msgVersion -e snmp.community -e snmp.data -e snmp.request_id -e snmp.error_status
// -e snmp.non_repeaters -e snmp.max_repetitions. The captures' 4161 messages agree in all of these.
test.each<[string, string, keyof typeof DecodeStatus, string | null, Partial<SnmpMessage>]>([
  [
    'version 1, get (zeek.snmpv1_get_short.pcap)',
    '304c02010004067075626c6963a03f0202061f0201000201003033300f060b2b060102011903020105010500300f060b2b060102011903050101010500300f060b2b060102011903050102010500',
    'ok',
    'public',
    { version: 0, pdu: SnmpPdu.getRequest, requestId: 1567, nonRepeatersOrError: 0, isResponse: false },
  ],
  [
    'version 2c, get bulk as amplifiers are asked',
    '302502010104067075626c6963a518020101020100020146300d300b06072b0601020100000500',
    'ok',
    'public',
    { version: 1, pdu: SnmpPdu.getBulkRequest, requestId: 1, nonRepeatersOrError: 0, maxRepetitions: 70 },
  ],
  [
    'version 2c, response with an error (stopddos.amp.UDP.snmp.src161.pcapng)',
    '301802010104067075626c6963a20b0201010201010201003000',
    'ok',
    'public',
    { version: 1, pdu: SnmpPdu.response, requestId: 1, nonRepeatersOrError: 1, maxRepetitions: 0, isResponse: true },
  ],
  [
    'version 1, trap (zeek.snmpv1_trap.pcap)',
    '303b02010004067075626c6963a42e06092b0601040181f4690040047f000001020100020100430400000000300f300d06082b06010201020100020121',
    'ok',
    'public',
    { version: 0, pdu: SnmpPdu.trapV1, requestId: 0 },
  ],
  [
    'version 3, discovery (zeek.snmpv3_get_next.pcap)',
    '303d02010330100204207b2f72020240000401040201030410300e040002012a02012a040004000400301404000400a00e0204207b2f720201000201003000',
    'ok',
    null,
    { version: 3, pdu: SnmpPdu.getRequest, requestId: 544943986, isEncrypted: false },
  ],
  [
    'version 3, report',
    '306a02010330100204207b2f7202024000040100020103041d301b040d80001f8880a9498e5e3a2c30430201dd0201dd0400040004003034040d80001f8880a9498e5e3a2c30430400a8210204207b2f720201000201003013301106092b060106030f010100410400000003',
    'ok',
    null,
    { version: 3, pdu: SnmpPdu.report, isResponse: true },
  ],
  [
    'version 3, encrypted',
    '303d02010330100204207b2f72020240000401030201030410300e040002012a02012a0400040004000414000102030405060708090a0b0c0d0e0f10111213',
    'ok',
    null,
    { version: 3, pdu: 0, isEncrypted: true },
  ],
  [
    'an empty community',
    '30230201010400a51c02046c4e552d020100020100300e300c06082b060102010105000500',
    'ok',
    '',
    { pdu: 0xa5 },
  ],
  [
    'cut in the variables, as in a first fragment',
    '308205dc02010104067075626c6963a28205cd0201010201000201003082',
    'truncated',
    'public',
    { version: 1, pdu: SnmpPdu.response, requestId: 1 },
  ],
  ['cut in the community', '304c02010004067075', 'truncated', 'pu', { version: 0, pdu: 0 }],
  ['nothing', '', 'truncated', null, { version: -1 }],
  ['no sequence', '0201000000', 'malformed', null, { version: -1 }],
  ['version 2', '301802010204067075626c6963a20b0201010201010201003000', 'malformed', null, { version: -1 }],
  ['an indefinite length', '3080020101', 'malformed', null, {}],
  ['a length of 127 bytes', '30ff020101', 'malformed', null, {}],
])('%s', (_name, hex, status, community, fields) => {
  const message = new SnmpMessage();
  const bytes = Buffer.from(hex, 'hex');
  expect(decodeSnmp(bytes, 0, bytes.length, message)).toBe(DecodeStatus[status]);
  const range = message.community;
  expect(range.isSet ? bytes.toString('latin1', range.at, range.end) : null).toBe(community);
  expect(message).toMatchObject(fields);
});
