import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePrefix } from '../../../src/format/address.js';
import {
  HttpLogBatch,
  LOG_TEXT_COUNT,
  LOG_TEXTS,
  type LogText,
  LogTextAt,
  NO_TEXT,
} from '../../../src/records/http-log-batch.js';
import { readAddress } from './line-address.js';
import { DEEPEST } from './line-skip.js';
import { LogLine } from './log-line.js';
import { LOG_FIELDS } from './log-line-fields.js';
import { modelOf, NOTHING, type Row } from './log-line-model.fixture.js';
import { LONGEST_TEXT } from './log-line-row.js';
import { secOfText } from './log-time.js';

const batch = new HttpLogBatch(4);
batch.bytes = new Uint8Array(1 << 16);
const line = new LogLine(batch);

/** Of the record in a line; null: it is none. */
function read(text: string | Uint8Array): Row | null {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  batch.count = 0;
  batch.bytes.fill(0x39); // digits behind everything: what reads on is seen
  batch.bytes.set(bytes);
  batch.bytes[bytes.length] = 0x0a;
  line.tail = bytes.length + 1;
  const end = line.read(0);
  expect(line.tail).toBeLessThanOrEqual(2 * bytes.length + 1);
  if (end < 0) {
    expect(batch.count).toBe(0);
    return null;
  }
  expect([end, batch.count]).toEqual([bytes.length, 1]);
  return rowOf(batch, 0);
}

function rowOf({ bytes, sec, weight, src, asn, ...of }: HttpLogBatch, row: number): Row {
  const texts: Partial<Record<LogText, string>> = {};
  for (const name of LOG_TEXTS) {
    const cell = row * LOG_TEXT_COUNT + LogTextAt[name];
    const at = of.textAt[cell] as number;
    if (at !== NO_TEXT) texts[name] = Buffer.from(bytes.subarray(at, of.textEnd[cell] as number)).toString();
  }
  return {
    ...texts,
    sec: sec[row] as number,
    weight: weight[row] as number,
    src: src.subarray(row * 4, row * 4 + 4).join(),
    asn: asn[row] as number,
    numbers: [of.status, of.originStatus, of.botScore, of.wafScore, of.responseBytes].map((c) => c[row] as number),
  };
}

test('every field, each kind as it may come', () => {
  const record = {
    ClientIP: '2001:db8::7',
    ClientASN: '64496',
    ClientCountry: 'de',
    ClientRequestHost: 'www.example.com',
    ClientRequestMethod: 'GET',
    ClientRequestPath: '/a',
    ClientRequestURI: '/a?b=1&c="x"',
    ClientRequestUserAgent: 'a "b" \\ \u00e9 \u{1f600}',
    ClientRequestReferer: '',
    ClientRequestProtocol: 'HTTP/2',
    ClientSSLCipher: null,
    ClientDeviceType: 'desktop',
    JA3Hash: 'e7',
    JA4: 't13',
    BotScore: '17',
    BotScoreSrc: 'Machine Learning',
    JSDetectionPassed: 'missing',
    WAFAttackScore: 99,
    SecurityAction: 'block',
    SecuritySources: ['l7ddos', 'a\tb', 7, null, ['x'], {}],
    SecurityRuleIDs: [],
    SecurityRuleID: 'r1',
    CacheCacheStatus: 'hit',
    EdgeResponseStatus: 403,
    OriginResponseStatus: 0,
    EdgeResponseBytes: 1234,
    EdgeColoCode: 'FRA',
    EdgeStartTimestamp: 1763806272123456800,
    RayID: '8e',
    ZoneName: 'example.com',
    sampleInterval: 10,
    Cookies: { ClientIP: '192.0.2.9' },
  };
  expect(read(JSON.stringify(record))).toEqual({
    src: [0x20010db8, 0, 0, 7].join(),
    asn: 64496,
    country: 'DE',
    host: 'www.example.com',
    method: 'GET',
    path: '/a',
    query: 'b=1&c="x"',
    userAgent: record.ClientRequestUserAgent,
    referer: '',
    protocol: 'HTTP/2',
    device: 'desktop',
    ja3: 'e7',
    ja4: 't13',
    botSource: 'Machine Learning',
    jsDetection: 'missing',
    securityAction: 'block',
    securitySources: 'l7ddos,a\tb,7',
    securityRuleIds: 'r1',
    cacheStatus: 'hit',
    colo: 'FRA',
    rayId: '8e',
    zone: 'example.com',
    numbers: [403, 0, 17, 99, 1234],
    sec: 1763806272123456800 / 1e9,
    weight: 10,
  });
});

test.each<[string, Partial<Row>]>([
  ['{}', {}],
  [' \t{ "sampleInterval" : 3 , "x" : [ 1 , { } ] } \r', { weight: 3 }],
  ['{"SampleInterval":"5"}', { weight: 5 }],
  ['{"sampleInterval":0}', {}],
  ['{"sampleInterval":-4}', {}],
  ['{"sampleInterval":1e300}', {}],
  ['{"sampleInterval":null}', {}],
  ['{"EdgeResponseStatus":"200","EdgeResponseStatus":"20x"}', {}],
  ['{"JA4":"a","JA4":"b"}', { ja4: 'b' }],
  ['{"JA4":"a","JA4":null}', {}],
  ['{"J\\u00414":"a"}', { ja4: 'a' }],
  ['{"JA4":true}', { ja4: 'true' }],
  ['{"ClientRequestURI":"/x"}', { path: '/x', query: '' }],
  ['{"ClientRequestURI":"/x?"}', { path: '/x', query: '' }],
  ['{"ClientRequestPath":"/y","ClientRequestURI":"/x?q?r"}', { path: '/y', query: 'q?r' }],
  ['{"ClientIP":"::ffff:192.0.2.1"}', { src: [0, 0, 0xffff, 0xc0000201 | 0].join() }],
  ['{"ClientIP":"192.0.2.1","ClientIP":"192.0.2.256"}', {}],
  ['{"EdgeStartTimestamp":"1763806272"}', { sec: 1763806272 }],
  ['{"EdgeStartTimestamp":1763806272000}', { sec: 1763806272 }],
  ['{"EdgeStartTimestamp":1763806272000000}', { sec: 1763806272 }],
  ['{"EdgeStartTimestamp":"2025-11-22T11:11:12.5+01:00"}', { sec: 1763806272.5 - 0 }],
  ['{"EdgeStartTimestamp":"yesterday"}', {}],
  ['{"JA3Hash":"\\ud800\\u0041"}', { ja3: '\ufffdA' }],
])('%s', (text, expected) => {
  expect(read(text)).toEqual({ ...NOTHING, ...expected });
});

test.each([
  '',
  '[]',
  'null',
  '"x"',
  '{',
  '{"JA4"}',
  '{"JA4":}',
  '{"JA4":"a"',
  '{"JA4":"a",}',
  '{"JA4":"a"}}',
  '{"JA4":"a"} x',
  '{"JA4":"\\x"}',
  '{"JA4":"\\u12"}',
  '{"JA4":"a\tb"}',
  '{"BotScore":01}',
  '{"BotScore":1.}',
  '{"BotScore":+1}',
  '{"BotScore":tru}',
  '{JA4:"a"}',
  `{"a":${'['.repeat(DEEPEST + 1)}${']'.repeat(DEEPEST + 1)}}`,
])('no record: %s', (text) => {
  expect(read(text)).toBeNull();
});

test('long texts are cut, not inside of a character', () => {
  const row = read(JSON.stringify({ ClientRequestUserAgent: `${'a'.repeat(LONGEST_TEXT - 1)}é` }));
  expect(row?.userAgent).toBe('a'.repeat(LONGEST_TEXT - 1));
});

describe('against others', () => {
  const name = fc.oneof(fc.constantFrom(...LOG_FIELDS.map((field) => field.name)), fc.string({ unit: 'binary' }));
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.string({ unit: 'binary' }) },
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constantFrom(null, '200', '192.0.2.1', '2001:db8::1', 'us', 'GET', 17, '/a?b'),
    fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }),
    fc.jsonValue({ maxDepth: 4 }),
  );
  const record = fc.dictionary(name, value, { maxKeys: 12 });

  test('records are what JSON.parse reads', () => {
    fc.assert(
      fc.property(record, fc.boolean(), (object, isSpaced) => {
        // One line: of the white space between only the line feeds go.
        const text = JSON.stringify(object, null, isSpaced ? '\t' : '').replaceAll('\n', '\r');
        expect(read(text)).toEqual(modelOf(JSON.parse(text)));
      }),
      { numRuns: 1500 },
    );
  });

  test('what JSON.parse refuses is no record, and nothing throws', () => {
    const mutation = fc.record({ at: fc.nat(), byte: fc.nat(255), kind: fc.constantFrom('set', 'cut', 'insert') });
    fc.assert(
      fc.property(record, fc.array(mutation, { minLength: 1, maxLength: 3 }), (object, mutations) => {
        let bytes = Buffer.from(JSON.stringify(object));
        for (const { at, byte, kind } of mutations) {
          const place = at % (bytes.length + 1);
          const middle = kind === 'cut' ? [] : [byte];
          bytes = Buffer.from([
            ...bytes.subarray(0, place),
            ...middle,
            ...bytes.subarray(place + (kind === 'insert' ? 0 : 1)),
          ]);
        }
        if (bytes.includes(0x0a)) return;
        expect(read(bytes) !== null).toBe(isObject(bytes.toString()));
      }),
      { numRuns: 1500 },
    );
  });

  test('times are what Date.parse reads', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2200-01-01') }), (date) => {
        const bytes = Buffer.from(date.toISOString());
        expect(secOfText(bytes, 0, bytes.length)).toBeCloseTo(date.getTime() / 1000, 4);
      }),
    );
    for (const text of [
      '2025-02-29T00:00:00Z',
      '2025-13-01T00:00:00Z',
      '2025-01-01T24:00:00Z',
      '2025-01-01T00:00:00',
    ]) {
      expect(secOfText(Buffer.from(`${text} `), 0, text.length), text).toBeNaN();
    }
  });

  test('addresses are what parsePrefix reads', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789abcf:::...'), maxLength: 24 });
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), digits), (text) => {
        const words = new Int32Array(4);
        const bytes = Buffer.from(text);
        const prefix = parsePrefix(text);
        expect(readAddress(bytes, 0, bytes.length, words, 0), text).toBe(prefix !== null);
        expect([...words]).toEqual([...(prefix?.words ?? [0, 0, 0, 0])]);
      }),
      { numRuns: 2000 },
    );
  });
});

function isObject(text: string): boolean {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
