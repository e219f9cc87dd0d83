/** Messages in TCP through the whole data path: however a stream is cut, sent again or mixed up, the same messages are counted. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureReader, ReadState } from '../../collectors/pcap/capture-reader.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { buildReport, type Report } from '../../src/report/report.js';
import { concat, hex, pcap, type TestFrame, words } from '../support/capture-bytes.js';
import { IS_WHOLE } from '../support/whole.js';
import { type Connection, cutAt, framesOf, type Segment } from './segments.js';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const HTTP: Connection = { srcPort: 40_000, dstPort: 8080, initial: 0xffff_ff00 };

function reportOf(frames: readonly TestFrame[], kernel = true): Report {
  const pipeline = new Pipeline({ exact: true, kernel, seed: 5 });
  const reader = new CaptureReader(pipeline.frameMemory);
  const batch = pipeline.frameMemory?.batch ?? new FrameBatch();
  const bytes = pcap(frames);
  for (let at = 0; at < bytes.length; ) {
    const space = reader.space();
    const part = bytes.subarray(at, at + space.length);
    space.set(part);
    reader.wrote(part.length);
    at += part.length;
    while (reader.next(batch) === ReadState.frames) pipeline.pushFrames(batch);
  }
  reader.finish();
  pipeline.finish();
  return buildReport(pipeline, { name: 'test', format: reader.format, damage: null }, 100);
}

const counts = (top: Report['http']['uris']): Record<string, number> =>
  Object.fromEntries(top.byPackets.map(({ key, packets }) => [key, packets]));

/** Six requests: pipelined, with bodies by length and by chunks that look like requests, and line breaks between. */
const REQUESTS = concat(
  text('GET /one HTTP/1.1\r\nHost: a.example\r\nUser-Agent: first\r\n\r\n'),
  text(
    'POST /two HTTP/1.1\r\nHost: a.example\r\nContent-Length: 47\r\n\r\nGET /not-a-request HTTP/1.1\r\nHost: body.net\r\n\r\n',
  ),
  text('HEAD /three?x=1 HTTP/1.0\r\nHost: b.example\r\n\r\n\r\n'),
  text('PUT /four HTTP/1.1\r\nHost: b.example\r\nTransfer-Encoding: chunked\r\n\r\n'),
  text('1c\r\nGET /no HTTP/1.1\r\nHost: no\r\n\r\n'),
  text('5;ext=1\r\nabcde\r\n0\r\nTrailer: t\r\n\r\n'),
  text('DELETE /five HTTP/1.1\nHost: c.example\n\n'),
  text('GET /six HTTP/1.1\r\nHost: c.example\r\nCookie: a=1; b=2\r\n\r\n'),
);
const URIS = { '/one': 1, '/two': 1, '/three?x=1': 1, '/four': 1, '/five': 1, '/six': 1 };

/** A ClientHello with a server name, over two records. */
function clientHello(): Uint8Array {
  const name = text('tls.example');
  const sni = concat(
    words(false, [0, 2], [name.length + 5, 2], [name.length + 3, 2]),
    hex('00'),
    words(false, [name.length, 2]),
    name,
  );
  const body = concat(
    hex('0303'),
    new Uint8Array(32),
    hex('00 0004 13011302 0100'),
    words(false, [sni.length, 2]),
    sni,
  );
  const handshake = concat(hex('0100'), words(false, [body.length, 2]), body);
  const record = (bytes: Uint8Array) => concat(hex('160301'), words(false, [bytes.length, 2]), bytes);
  return concat(record(handshake.subarray(0, 50)), record(handshake.subarray(50)));
}

function dnsOverTcp(name: string): Uint8Array {
  const labels = concat(...name.split('.').map((label) => concat(Uint8Array.of(label.length), text(label))), hex('00'));
  const message = concat(hex('abcd 0100 0001 0000 0000 0000'), labels, hex('0010 0001'));
  return concat(words(false, [message.length, 2]), message);
}

const STREAMS = [
  {
    name: 'requests',
    connection: HTTP,
    stream: REQUESTS,
    expected: { requests: 6, uris: URIS, hellos: 0, names: {} },
  },
  {
    name: 'a ClientHello',
    connection: { ...HTTP, dstPort: 443 },
    stream: clientHello(),
    expected: { requests: 0, uris: {}, hellos: 1, names: {} },
  },
  {
    name: 'DNS over TCP',
    connection: { ...HTTP, dstPort: 53 },
    stream: concat(dnsOverTcp('one.example'), dnsOverTcp('two.example'), dnsOverTcp('one.example')),
    expected: { requests: 0, uris: {}, hellos: 0, names: { 'one.example 16': 2, 'two.example 16': 1 } },
  },
] as const;

function found({ http, tls, dns }: Report) {
  return { requests: http.requests, uris: counts(http.uris), hellos: tls.clientHellos, names: counts(dns.queries) };
}

describe.each(STREAMS)('$name', ({ connection, stream, expected }) => {
  test('in one segment', () => expect(found(reportOf(framesOf(connection, cutAt(stream, []))))).toEqual(expected));

  test('in single bytes', () => {
    const places = Array.from({ length: stream.length }, (_, i) => i);
    expect(found(reportOf(framesOf(connection, cutAt(stream, places))))).toEqual(expected);
  });

  test('cut anywhere once, with the kernel and without', () => {
    // `npm run verify:whole` cuts at every byte.
    for (let at = 1; at < stream.length; at += IS_WHOLE ? 1 : 5) {
      const frames = framesOf(connection, cutAt(stream, [at]));
      expect(found(reportOf(frames, at % 2 === 0))).toEqual(expected);
    }
  });

  test('cut anywhere, segments sent again, and some joined with their neighbours', () => {
    const places = fc.array(fc.nat(), { maxLength: 12 });
    const again = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 });
    fc.assert(
      fc.property(places, again, (cuts, repeats) => {
        const segments: Segment[] = cutAt(stream, cuts);
        for (const [which, where] of repeats) {
          // Sent again at any time after it was sent first, whole or with the next one.
          const from = which % segments.length;
          const at = from + 1 + (where % (segments.length - from));
          const first = segments[from] as Segment;
          const end =
            where % 2 === 0
              ? first.at + first.bytes.length
              : Math.min(stream.length, first.at + first.bytes.length + 7);
          const known = segments
            .slice(0, at)
            .reduce((sum, segment) => Math.max(sum, segment.at + segment.bytes.length), 0);
          if (end <= known) segments.splice(at, 0, { at: first.at, bytes: stream.subarray(first.at, end) });
        }
        expect(found(reportOf(framesOf(connection, segments)))).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});

test('segments that overtake each other inside a message', () => {
  const head = text('GET /late HTTP/1.1\r\nHost: a.example\r\nUser-Agent: somebody\r\nAccept: */*\r\n\r\n');
  const [a, b, c, d] = cutAt(head, [20, 40, 60]) as [Segment, Segment, Segment, Segment];
  for (const order of [
    [a, c, b, d],
    [a, d, c, b],
    [a, d, b, c],
    [a, b, d, c],
  ]) {
    expect(found(reportOf(framesOf(HTTP, order))).uris).toEqual({ '/late': 1 });
  }
});

test('a body of which segments were lost is passed over, and the request behind it is read', () => {
  const stream = concat(
    text('POST /big HTTP/1.1\r\nContent-Length: 5000\r\n\r\n'),
    new Uint8Array(5000).fill(65),
    text('GET /next HTTP/1.1\r\n\r\n'),
  );
  const segments = cutAt(stream, [44, 1044, 2044, 3044, 4044, 5044]).filter((_, i) => i !== 2 && i !== 3);
  expect(found(reportOf(framesOf(HTTP, segments))).uris).toEqual({ '/big': 1, '/next': 1 });
});

test('a new connection with the ports of an old one that was never finished', () => {
  const first = framesOf(HTTP, cutAt(text('GET /never HTTP/1.1\r\nHost: a'), []));
  const second = framesOf(
    { ...HTTP, initial: 0x1234_5678 },
    cutAt(text('GET /again HTTP/1.1\r\n\r\n'), []),
    1_700_000_001,
  );
  expect(found(reportOf([...first, ...second])).uris).toEqual({ '/again': 1 });
});

test('slow heads by the thousand are bounded, and those that had to make room are counted', () => {
  const frames = Array.from({ length: 6000 }, (_, i) => {
    const connection = { srcPort: 1024 + i, dstPort: 80, initial: i };
    return framesOf(connection, cutAt(text(`GET /${i} HTTP/1.1\r\nHost: slow\r\nX-a: b\r\n`), []))[2] as TestFrame;
  });
  const { http } = reportOf(frames);
  expect(http.requests).toBe(0);
  expect(http.incomplete).toMatchObject({ bodies: 0 });
  expect(http.incomplete.heads).toBeGreaterThan(4000);
  expect(http.incomplete.heads + http.incomplete.madeRoom).toBe(6000);
});

test('a head of 64 KiB is read as far as the longest start', () => {
  const head = concat(
    text('GET /long HTTP/1.1\r\nHost: a\r\nX-Pad: '),
    new Uint8Array(65_536).fill(97),
    text('\r\n\r\n'),
  );
  const places = Array.from({ length: 46 }, (_, i) => i * 1448);
  expect(found(reportOf(framesOf(HTTP, cutAt(head, places)))).uris).toEqual({ '/long': 1 });
});
