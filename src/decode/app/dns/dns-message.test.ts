import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodeStatus } from '../../../records/decode-status.js';
import { DnsMessage, decodeDns, dnsTcpLength, looksLikeDns, nextDnsQuestion } from './dns-message.js';

const HEADER = '123401000001000000000000';
const TWO_QUESTIONS = '123401000002000000000000';
const A_IN = '00010001';
const L63 = `3f${'78'.repeat(63)}`;

/** Every question as "name type class", as `tshark -T fields -e dns.qry.name -e dns.qry.type -e dns.qry.class` shows them. */
function questionsOf(bytes: Uint8Array, message = new DnsMessage()): string[] {
  decodeDns(bytes, 0, bytes.length, message);
  const found: string[] = [];
  for (let more = message.hasQuestion; more; more = nextDnsQuestion(bytes, bytes.length, message)) {
    found.push(`${nameOf(message)} ${message.qtype} ${message.qclass}`);
  }
  return found;
}

function nameOf(message: DnsMessage): string {
  return Buffer.from(message.name.subarray(0, message.nameLength)).toString();
}

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

describe('questions are those of tshark 4.0', () => {
  // text2pcap -u 4444,53 over the hex, then: tshark -r F -T fields -e dns.qry.name -e dns.qry.type -e dns.qry.class
  test.each<[string, string, string[]]>([
    ['a name', `${HEADER}076578616d706c6503636f6d00${A_IN}`, ['example.com 1 1']],
    ['the root', `${HEADER}00${A_IN}`, ['<Root> 1 1']],
    ['case is kept', `${HEADER}03414263${'03436f4d00'}${A_IN}`, ['ABc.CoM 1 1']],
    ['a dot within a label', `${HEADER}03612e6203636f6d00${A_IN}`, ['a.b.com 1 1']],
    ['a backslash and a quote', `${HEADER}04615c622200${A_IN}`, ['a\\b" 1 1']],
    ['NUL', `${HEADER}0361006200${A_IN}`, ['a\\000b 1 1']],
    ['octal in a reverse name', `${HEADER}0131011202323700${A_IN}`, ['1.\\022.27 1 1']],
    ['no UTF-8', `${HEADER}01ff0000010001`, ['\ufffd 1 1']],
    ['two questions', `${TWO_QUESTIONS}016100${A_IN}01620000100001`, ['a 1 1', 'b 16 1']],
    ['the second by a pointer', `${TWO_QUESTIONS}016100${A_IN}c00c00100001`, ['a 1 1', 'a 16 1']],
    ['no question counted', `123401000000000000000000016100${A_IN}`, []],
    ['a count that lies', `12340100ffff000000000000016100${A_IN}`, ['a 1 1']],
    ['half a header', '1234010000010000000000', []],
    ['a header only', HEADER, []],
    ['a cut name', `${HEADER}036162`, []],
    ['a name without type', `${HEADER}016100`, []],
    ['half a class', `${HEADER}016100000100`, []],
    ['a pointer into the header', `${HEADER}c004${A_IN}`, ['<Root> 1 1']],
    ['a pointer to itself', `${HEADER}c00c${A_IN}`, ['<Name contains a pointer that loops> 1 1']],
    ['a label, then a loop', `${HEADER}0161c00c${A_IN}`, ['<Name contains a pointer that loops> 1 1']],
    ['two pointers in a loop', `${HEADER}c00ec00c${A_IN}`, ['<Name contains a pointer that loops> 49164 1']],
    [
      'a loop, then a question',
      `${TWO_QUESTIONS}c00c${A_IN}02713200${A_IN}`,
      ['<Name contains a pointer that loops> 1 1', 'q2 1 1'],
    ],
    ['a pointer out of the message', `${HEADER}ffff${A_IN}`, []],
    ['half a pointer', `${HEADER}c0`, []],
    ['a reserved label kind', `${HEADER}8061626300${A_IN}`, []],
    ['an extended label first', `${HEADER}425a5a5a5a`, []],
    ['an extended label later', `${HEADER}0161425a5a5a5a5a5a`, ['<Unknown extended label> 23130 23130']],
    [
      '255 octets',
      `${HEADER}${L63.repeat(3)}3d${'79'.repeat(61)}00${A_IN}`,
      [`${'x'.repeat(63)}.${'x'.repeat(63)}.${'x'.repeat(63)}.${'y'.repeat(61)} 1 1`],
    ],
    ['256 octets', `${HEADER}${L63.repeat(3)}3e${'79'.repeat(62)}00${A_IN}`, ['<Name too long> 1 1']],
    ['127 labels', `${HEADER}${'0161'.repeat(127)}00${A_IN}`, [`${Array(127).fill('a').join('.')} 1 1`]],
    ['128 labels', `${HEADER}${'0161'.repeat(128)}00${A_IN}`, ['<Name too long> 1 1']],
    [
      'too long, then a question',
      `${TWO_QUESTIONS}${L63.repeat(4)}c004${A_IN}02713200${A_IN}`,
      ['<Name too long> 1 1', 'q2 1 1'],
    ],
  ])('%s', (_name, hex, expected) => {
    expect(questionsOf(hexBytes(hex))).toEqual(expected);
  });

  test('where we leave tshark: a pointer forwards is refused (RFC 1035 §4.1.4), tshark follows it to "fwd"', () => {
    expect(questionsOf(hexBytes(`${HEADER}c012${A_IN}0366776400`))).toEqual([
      '<Name contains a pointer that loops> 1 1',
    ]);
  });
});

describe('status and fields', () => {
  test.each<[string, string, keyof typeof DecodeStatus, Partial<DnsMessage>]>([
    [
      'a query with EDNS and DO: dig +dnssec weberlab.de DNSKEY',
      '5bb4012000010000000000010877656265726c616202646500003000010000291000000080000000',
      'ok',
      {
        id: 0x5bb4,
        isResponse: false,
        recursionDesired: true,
        authenticData: true,
        additionals: 1,
        qtype: 48,
        qclass: 1,
        labels: 2,
        nameWireBytes: 13,
        hasEdns: true,
        ednsUdpBytes: 4096,
        ednsDo: true,
        ednsVersion: 0,
      },
    ],
    [
      'a truncated response with an extended code (BADVERS, 16)',
      `12348780000100000000000101610000ff0001${'00002904d0' + '01000000' + '0000'}`,
      'ok',
      {
        isResponse: true,
        isAuthoritative: true,
        isTruncated: true,
        recursionDesired: true,
        recursionAvailable: true,
        rcode: 16,
        qtype: 255,
        ednsUdpBytes: 1232,
        ednsDo: false,
      },
    ],
    [
      'EDNS behind an answer',
      `1234818000010001000000010161000001${'0001'}c00c000100010000003c0004010203040000290200000000000000`,
      'ok',
      { answers: 1, hasEdns: true, ednsUdpBytes: 512 },
    ],
    [
      'OPT among the answers is none',
      `123481800001000100000000016100000100010000290200000000000000`,
      'ok',
      { hasEdns: false },
    ],
    [
      'an answer that is not there',
      `1234818000010001000000000161000001${'0001'}c00c`,
      'truncated',
      { hasQuestion: true, answers: 1 },
    ],
    [
      'an answer shorter than its data',
      `1234818000010001000000000161000001${'0001'}c00c000100010000003c00040102`,
      'truncated',
      { hasQuestion: true },
    ],
    [
      'an answer whose name is broken',
      `1234818000010001000000000161000001${'0001'}80${'00'.repeat(20)}`,
      'malformed',
      { hasQuestion: true },
    ],
    ['a header only', HEADER, 'truncated', { hasQuestion: false, id: 0x1234, questions: 1 }],
    ['nothing', '', 'truncated', { hasQuestion: false, id: 0 }],
    ['an update (opcode 5)', `123428000001000000000000016100${'0006'}0001`, 'ok', { opcode: 5, qtype: 6 }],
    ['a loop', `${HEADER}c00c${A_IN}`, 'malformed', { hasQuestion: true, labels: 0, nameWireBytes: 0 }],
  ])('%s', (_name, hex, status, fields) => {
    const message = new DnsMessage();
    const bytes = hexBytes(hex);
    expect(decodeDns(bytes, 0, bytes.length, message)).toBe(DecodeStatus[status]);
    for (const [field, value] of Object.entries(fields))
      expect([field, message[field as keyof DnsMessage]]).toEqual([field, value]);
  });

  test('the range of the name on the wire', () => {
    const message = new DnsMessage();
    const bytes = hexBytes(`ffff${HEADER}016100${A_IN}`);
    decodeDns(bytes, 2, bytes.length, message);
    expect([message.nameAt, message.nameEnd]).toEqual([14, 17]);
  });

  test('the length in front of a message in TCP', () => {
    expect([dnsTcpLength(hexBytes('0102'), 0, 2), dnsTcpLength(hexBytes('01'), 0, 1)]).toEqual([258, -1]);
  });
});

describe('hostile bytes', () => {
  const message = new DnsMessage();
  const pieces = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom(
        ...['c00c', 'c000', 'c00e', 'c0ff', '016100', '0141', '3f', '00', '000029', A_IN, 'ffff', '0161c00c'].map(
          hexBytes,
        ),
      ),
    ),
    { maxLength: 40 },
  );
  const counts = fc.array(fc.constantFrom(0, 1, 2, 255), { minLength: 8, maxLength: 8 });

  test('what lies around the message changes nothing, so nothing outside is read', () => {
    fc.assert(
      fc.property(counts, pieces, fc.nat(3), (header, body, before) => {
        const bytes = Buffer.concat([Buffer.from([1, 2, 1, 0, ...header]), ...body]);
        const results = [0x00, 0x61, 0xc0].map((around) => {
          const wide = Buffer.alloc(before + bytes.length + 300, around);
          wide.set(bytes, before);
          return resultOf(wide, before, before + bytes.length);
        });
        expect(results[1]).toEqual(results[0]);
        expect(results[2]).toEqual(results[0]);
      }),
      { numRuns: 3000 },
    );
  });

  test('pointers that lead to pointers end', () => {
    const bytes = new Uint8Array(17 + 6 * 2700);
    bytes.set(hexBytes(`12340100ffff00000000000000${A_IN}c00c`));
    for (let at = 19; at < bytes.length; at += 2) bytes.set([0xc0 | ((at - 2) >> 8), (at - 2) & 255], at);
    const questions = questionsOf(bytes, message);
    expect(questions.length).toBe(2701);
    expect([questions[0], questions[2], questions.at(-1)]).toEqual([
      '<Root> 1 1',
      '<Root> 49175 49177',
      '<Name contains a pointer that loops> 65363 65365',
    ]);
  });

  function resultOf(bytes: Uint8Array, at: number, end: number): unknown {
    const status = decodeDns(bytes, at, end, message);
    const found: unknown[] = [status, message.isResponse, message.rcode, message.hasEdns, message.ednsUdpBytes];
    found.push(looksLikeDns(bytes, at, end), dnsTcpLength(bytes, at, end));
    for (let more = message.hasQuestion; more; more = nextDnsQuestion(bytes, end, message)) {
      expect(message.nameWireBytes).toBeLessThanOrEqual(255);
      found.push([nameOf(message), message.qtype, message.labels, message.nameEnd - at]);
    }
    return found;
  }
});
