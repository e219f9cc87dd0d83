import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, hex } from '../../../../test/support/capture-bytes.js';
import { ClientHello } from './client-hello.js';
import {
  alpn,
  extension,
  groups,
  helloBody,
  message,
  plain,
  record,
  records,
  serverName,
} from './hello-bytes.fixture.js';
import { HelloStatus, HelloStream, looksLikeHello } from './hello-stream.js';
import { ja3Of, ja3Text } from './ja3.js';

function look(bytes: Uint8Array, hello = new ClientHello()) {
  const stream = new HelloStream();
  const status = stream.read(bytes, 0, bytes.length, hello);
  return { status, needed: stream.needed, consumed: stream.consumed, hello };
}

describe('hellos of openssl s_client 3.0.19', () => {
  // JA3: tshark 4.0.17.
  test.each([
    [
      '-tls1_2 -alpn http/1.1',
      `16030100820100007e030326664f17c570fe84e5a4752150d830dccefa3eda87a5137d2faaf5c60ae54b9a000006c02f002f00ff0100004f
       00000014001200000f7777772e6578616d706c652e636f6d000b000403000102000a00060004001d0017002300000010000b000908687474
       702f312e310016000000170000000d0006000408040403`,
      '771,49199-47-255,0-11-10-35-16-22-23-13,29-23,0-1-2',
      '5a44d8644969e19da73acf412da6ea12',
      'www.example.com',
    ],
    [
      '-tls1_3 -noservername',
      `16030100ac010000a80303ba300b6a7c545c4f06ac7d5c8c22b33fee7395225b296858a5fa3215f7ca2b88205bbc53ac7e6e1004f0ece701
       5aaf289bf33d00d06d94a0b43c2713df7f0101cb0004130100ff0100005b000b000403000102000a00040002001d00230000001600000017
       0000000d000400020403002b0003020304002d00020101003300260024001d002025b0e6c6a808f9ef28b98e46c0760884025626b15bfdd2
       da0761fd238addec43`,
      '771,4865-255,11-10-35-22-23-13-43-45-51,29,0-1-2',
      '04e942a3bfcd672fc82e274c4d19b274',
      '',
    ],
  ])('%s', (_options, text, ja3, md5, name) => {
    const bytes = hex(text);
    const { status, consumed, hello } = look(bytes);
    expect(status).toBe(HelloStatus.complete);
    expect(consumed).toBe(bytes.length);
    expect([ja3Text(hello), ja3Of(hello), plain(hello).serverName]).toEqual([ja3, md5, name]);
  });
});

const BODY = helloBody({ extensions: [serverName('example.com'), groups(29), alpn('h2')] });
const MESSAGE = message(BODY);

describe('what no hello begins with', () => {
  test.each<[string, Uint8Array]>([
    ['nothing', hex('')],
    ['an alert', hex('15 0301 0002 0228')],
    ['a hello behind an alert', concat(hex('15 0301 0002 0228'), record(MESSAGE))],
    ['another major version', hex('16 0203 0010 01')],
    ['another minor version', hex('16 0305 0010 01')],
    ['a record of no bytes', hex('16 0301 0000 01')],
    ['a record that is too long', hex('16 0301 4001 01')],
    ['a ServerHello', record(message(BODY, 2))],
    ['SSL 2.0', hex('80 2e 01 0002 0015 0000 0010 010080 020080')],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
  ])('%s', (_name, bytes) => {
    expect(looksLikeHello(bytes, 0, bytes.length)).toBe(false);
    expect(look(bytes).status).toBe(HelloStatus.none);
  });

  test('every beginning of a hello looks like one', () => {
    const bytes = record(MESSAGE);
    for (let end = 1; end <= bytes.length; end += 1) expect(looksLikeHello(bytes, 0, end)).toBe(true);
  });
});

describe('how many bytes it takes', () => {
  const one = record(MESSAGE);
  const two = concat(record(MESSAGE.slice(0, 20)), record(MESSAGE.slice(20)));
  test.each<[string, Uint8Array, number]>([
    ['both headers first', one.slice(0, 3), 9],
    ['then all of it', one.slice(0, 9), one.length],
    ['but not what comes behind it in the record', record(concat(MESSAGE, MESSAGE)).slice(0, 40), one.length],
    ['another record at least, when one is too short', two.slice(0, 9), two.length],
    ['of several, one more at least', records(MESSAGE, 20).slice(0, 24), two.length],
    ['the rest of the last', two.slice(0, 40), two.length],
    ['a header in pieces', records(MESSAGE, 2).slice(0, 9), 5 + 2 + 5 + 2],
  ])('%s', (_name, bytes, needed) => {
    expect(look(bytes)).toMatchObject({ status: HelloStatus.needMore, needed });
  });
});

describe('what cannot become one', () => {
  test.each<[string, Uint8Array]>([
    ['a message of 16 MiB', concat(hex('16 0301 4000 01ffffff'), BODY)],
    [
      'more than 16 KiB with its records',
      records(message(helloBody({ sessionId: BODY, extensions: [extension(21, new Uint8Array(16_000))] })), 200),
    ],
    [
      'an alert between the records',
      concat(record(MESSAGE.slice(0, 20)), hex('15 0301 0002 0228'), record(MESSAGE.slice(20))),
    ],
    ['an empty record between them', concat(record(MESSAGE.slice(0, 20)), record(hex('')), record(MESSAGE.slice(20)))],
    ['a broken hello', record(message(BODY.slice(0, 40)))],
  ])('%s', (_name, bytes) => {
    expect(look(bytes).status).toBe(HelloStatus.none);
  });
});

test('what was read ends with the hello, wherever its record ends', () => {
  const behind = record(concat(MESSAGE, hex('0b0000')));
  expect(look(behind).consumed).toBe(5 + MESSAGE.length);
  const split = concat(record(MESSAGE.slice(0, 7)), record(concat(MESSAGE.slice(7), hex('0b0000'))));
  expect(look(split).consumed).toBe(10 + MESSAGE.length);
});

/** Reads as a caller does: again whenever `needed` bytes are there, which come `step` at a time. */
function readInSteps(bytes: Uint8Array, steps: readonly number[]) {
  const stream = new HelloStream();
  const hello = new ClientHello();
  let looks = 0;
  for (let end = 0, i = 0; end < bytes.length; i += 1) {
    end = Math.min(bytes.length, end + (steps[i % steps.length] ?? 1));
    if (looks > 0 && end < stream.needed) continue;
    looks += 1;
    const status = stream.read(bytes.slice(0, end), 0, end, hello);
    if (status !== HelloStatus.needMore) return { status, consumed: stream.consumed, hello: plain(hello) };
    expect(stream.needed).toBeGreaterThan(end);
  }
  return { status: HelloStatus.needMore as HelloStatus };
}

test('the pieces a stream comes in and the records it is cut to change nothing', () => {
  const expected = plain(look(record(MESSAGE)).hello);
  const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 1, max: MESSAGE.length }),
      fc.uint8Array({ maxLength: 9 }),
      (steps, size, rest) => {
        const stream = concat(records(MESSAGE, size), rest);
        const whole = look(stream);
        expect(whole.status).toBe(HelloStatus.complete);
        expect(plain(whole.hello)).toEqual(expected);
        expect(whole.consumed).toBe(stream.length - rest.length);
        expect(readInSteps(stream, steps)).toEqual({ status: whole.status, consumed: whole.consumed, hello: expected });
      },
    ),
  );
});

test('any bytes: in pieces they give what they give as a whole', () => {
  const flips = fc.array(fc.tuple(fc.nat(30), fc.nat(255)), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(flips, fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 50 }), (changes, size, step) => {
      const bytes = records(MESSAGE, size);
      for (const [at, value] of changes) bytes[at] = value;
      const whole = look(bytes);
      const pieces = readInSteps(bytes, [step]);
      // A reader that waits for bytes that never come does not see what is wrong behind.
      if (pieces.status === HelloStatus.needMore) expect(whole.status).not.toBe(HelloStatus.complete);
      else expect(pieces.status).toBe(whole.status);
      if (whole.status === HelloStatus.complete) expect(pieces).toMatchObject({ hello: plain(whole.hello) });
    }),
    { numRuns: 2000 },
  );
});
