import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, hex } from '../../../../test/support/capture-bytes.js';
import { ClientHello } from '../tls/client-hello.js';
import { alpn, groups, helloBody, message, plain, RANDOM, serverName, versions } from '../tls/hello-bytes.fixture.js';
import { cryptoFrame, type InitialParts, sealInitial } from './initial-bytes.fixture.js';
import { QuicInitials, QuicResult } from './quic-initials.js';

const { none, broken, pending, hello: complete } = QuicResult;

const CLIENT_FLOW = Int32Array.of(0, 0, 0xffff, 0x0a000001, 0, 0, 0xffff, 0x0a000002, (50_000 << 16) | 443);
const SERVER_FLOW = Int32Array.of(0, 0, 0xffff, 0x0a000002, 0, 0, 0xffff, 0x0a000001, (443 << 16) | 50_000);
const ID = hex('8394c8f03e515708');
const SERVER_ID = hex('aabbccdd');
const CLIENT_ID = hex('0102030405060708');

const BODY = helloBody({
  extensions: [serverName('quic.example'), groups(29), alpn('h3'), versions(0x0304)],
  sessionId: RANDOM,
});
const HELLO = message(BODY);
const PADDING = new Uint8Array(100);
const piece = (from: number, to = HELLO.length) => cryptoFrame(from, HELLO.slice(from, to));

/** A datagram with one Initial of the client. */
const initial = (frames: Uint8Array, parts: Partial<InitialParts> = {}) =>
  sealInitial({ targetId: ID, frames, ...parts });

class Reader {
  readonly quic: QuicInitials;
  readonly hello = new ClientHello();

  constructor(connections?: number) {
    this.quic = new QuicInitials(connections);
  }

  push(datagram: Uint8Array, flow = CLIENT_FLOW): QuicResult {
    const slab = concat(hex('ff'), datagram, hex('ff'));
    return this.quic.push(slab, 1, 1 + datagram.length, flow, this.hello);
  }

  pushAll(...datagrams: readonly Uint8Array[]): QuicResult[] {
    return datagrams.map((datagram) => this.push(datagram));
  }
}

const FIELDS = { ciphers: [0x1301], serverName: 'quic.example', alpn: 'h3', groups: [29], isBroken: false };

describe('one connection', () => {
  test.each<[string, Uint8Array[], QuicResult[]]>([
    ['a hello in one packet', [initial(concat(piece(0), PADDING))], [complete]],
    ['frames in any order', [initial(concat(piece(60), PADDING, hex('01'), piece(0, 20), piece(20, 60)))], [complete]],
    ['frames that overlap', [initial(concat(piece(10, 80), piece(0, 40), piece(60)))], [complete]],
    ['two datagrams', [initial(piece(0, 50)), initial(piece(50), { number: 1 })], [pending, complete]],
    ['the second first', [initial(piece(50), { number: 1 }), initial(piece(0, 50))], [pending, complete]],
    ['two packets in one datagram', [concat(initial(piece(0, 50)), initial(piece(50), { number: 1 }))], [complete]],
    ['behind 0-RTT', [concat(hex('d000000001 00 00 14'), new Uint8Array(20), initial(piece(0)))], [complete]],
    ['with an ACK before it', [initial(concat(hex('02 05 4400 01 02 00 01'), piece(0)))], [complete]],
    ['with an ACK of ECN', [initial(concat(hex('03 05 00 00 02 01 01 01'), piece(0)))], [complete]],
    ['sent again', [initial(piece(0)), initial(piece(0), { number: 1 })], [complete, pending]],
    [
      'a second hello, which the server asked for, and no third',
      [
        initial(piece(0)),
        initial(cryptoFrame(HELLO.length, HELLO), { number: 1 }),
        initial(cryptoFrame(2 * HELLO.length, HELLO), { number: 2 }),
      ],
      [complete, complete, none],
    ],
    ['no CRYPTO frame', [initial(concat(hex('01'), PADDING))], [none]],
    ['a frame that has no place here', [initial(concat(hex('1e'), piece(0)))], [none]],
    ['a CRYPTO frame beyond its packet', [initial(concat(piece(0).slice(0, -1)))], [none]],
    ['a packet number of three bytes', [initial(piece(0), { number: 0xa1b2c3, numberBytes: 3 })], [complete]],
    ['draft 29', [initial(piece(0), { version: 0xff00001d })], [complete]],
    ['mvfst', [initial(piece(0), { version: 0xfaceb002 })], [complete]],
    ['T051', [initial(cryptoFrame(0, HELLO, 8), { version: 0x54303531 })], [complete]],
  ])('%s', (_name, datagrams, results) => {
    const reader = new Reader();
    expect(reader.pushAll(...datagrams)).toEqual(results);
    if (results.at(-1) === complete) expect(plain(reader.hello)).toMatchObject(FIELDS);
    expect(reader.quic.failed).toBe(0);
  });

  test.each<[string, Uint8Array]>([
    ['a ServerHello', cryptoFrame(0, message(BODY, 2))],
    ['a message of 16 MiB', cryptoFrame(0, concat(hex('01ffffff'), BODY))],
    ['data beyond 16 KiB', cryptoFrame(16_380, new Uint8Array(5))],
    ['data at 2^62', concat(hex('06 ffffffffffffffff 05'), PADDING)],
    ['a broken hello', cryptoFrame(0, message(BODY.slice(0, 30)))],
  ])('%s is given up', (_name, frames) => {
    const reader = new Reader();
    expect(reader.pushAll(initial(concat(frames, PADDING)), initial(piece(0), { number: 1 }))).toEqual([broken, none]);
  });
});

describe('connection IDs that change', () => {
  const first = initial(piece(0, 50), { sourceId: CLIENT_ID });
  const answer = sealInitial({ targetId: CLIENT_ID, sourceId: SERVER_ID, frames: PADDING, keyId: ID });
  const rest = initial(piece(50), { targetId: SERVER_ID, keyId: ID, number: 1 });

  test('the client uses the ID of the server, whose packet cost nothing', () => {
    const reader = new Reader();
    reader.quic.budget = 2;
    expect(reader.push(first)).toBe(pending);
    expect(reader.push(answer, SERVER_FLOW)).toBe(none);
    expect(reader.push(rest)).toBe(complete);
    expect(reader.quic).toMatchObject({ budget: 0, skipped: 0, failed: 0 });
  });

  test('the packet of the server was not seen', () => {
    const reader = new Reader();
    expect(reader.pushAll(first, rest)).toEqual([pending, complete]);
  });

  test('what comes after the second hello is not opened', () => {
    const reader = new Reader();
    reader.push(initial(piece(0), { sourceId: CLIENT_ID }));
    reader.push(answer, SERVER_FLOW);
    reader.push(initial(cryptoFrame(HELLO.length, HELLO), { number: 1 }));
    reader.quic.budget = 0;
    expect(reader.pushAll(rest, initial(piece(0), { number: 3 }))).toEqual([none, none]);
    expect(reader.quic.skipped).toBe(0);
  });

  test('after a Retry the same hello is not reported again', () => {
    const reader = new Reader();
    const again = initial(piece(0), { targetId: SERVER_ID, token: hex('746f6b656e'), number: 1 });
    expect(reader.pushAll(initial(piece(0)), again)).toEqual([complete, none]);
  });

  test('without a token the same hello is another connection', () => {
    const reader = new Reader();
    expect(reader.pushAll(initial(piece(0)), initial(piece(0), { targetId: CLIENT_ID }))).toEqual([complete, complete]);
  });

  test('a server whose client was not seen fails', () => {
    const reader = new Reader();
    expect(reader.push(answer, SERVER_FLOW)).toBe(none);
    expect(reader.quic.failed).toBe(1);
  });
});

describe('bounds', () => {
  test('nothing is opened without budget', () => {
    const reader = new Reader();
    reader.quic.budget = 1;
    expect(reader.pushAll(initial(piece(0, 50)), initial(piece(50), { number: 1 }))).toEqual([pending, none]);
    expect(reader.quic).toMatchObject({ budget: 0, skipped: 1 });
    reader.quic.budget = 1;
    expect(reader.push(initial(piece(50), { number: 1 }))).toBe(complete);
  });

  test('forged packets cost one decryption each, and keep no place', () => {
    const reader = new Reader(1);
    reader.push(initial(piece(0, 50)));
    reader.quic.budget = 100;
    const forged = initial(piece(0), { targetId: CLIENT_ID }).map((byte, at) => (at > 30 ? byte ^ 1 : byte));
    for (let i = 0; i < 10; i += 1)
      reader.push(
        forged,
        SERVER_FLOW.map((word, at) => (at === 3 ? i : word)),
      );
    expect(reader.quic).toMatchObject({ budget: 90, failed: 10, evicted: 0 });
    expect(reader.push(initial(piece(50), { number: 1 }))).toBe(complete);
  });

  test('the oldest connection goes first', () => {
    const reader = new Reader(3);
    const ids = [0, 1, 2, 3].map((last) => Uint8Array.of(1, 2, 3, 4, 5, 6, 7, last));
    for (const targetId of ids) expect(reader.push(initial(piece(0, 50), { targetId }))).toBe(pending);
    expect(reader.quic.evicted).toBe(1);
    const rests = ids.map((targetId) => initial(piece(50), { targetId, number: 1 }));
    expect(reader.pushAll(...rests.slice(1))).toEqual([complete, complete, complete]);
    // Its beginning is gone, and finished ones make room without being counted.
    expect(reader.push(rests[0]!)).toBe(pending);
    expect(reader.quic.evicted).toBe(1);
  });
});

test('pieces in any order, packets and datagrams of any size give the same hello', () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: HELLO.length - 1 }), { maxLength: 12 });
  fc.assert(
    fc.property(
      cuts,
      fc.array(fc.nat(), { minLength: 13, maxLength: 13 }),
      fc.integer({ min: 1, max: 5 }),
      (at, order, perPacket) => {
        const ends = [...at.toSorted((a, b) => a - b), HELLO.length];
        const pieces = ends.map((end, i) => ({ bytes: piece(ends[i - 1] ?? 0, end), place: order[i]! }));
        const frames = pieces.toSorted((a, b) => a.place - b.place).map(({ bytes }) => bytes);
        const reader = new Reader();
        const results: QuicResult[] = [];
        for (let i = 0; i < frames.length; i += perPacket) {
          results.push(reader.push(initial(concat(...frames.slice(i, i + perPacket), PADDING), { number: i })));
        }
        expect(results).toEqual([...results.slice(1).fill(pending), complete]);
        expect(plain(reader.hello)).toMatchObject(FIELDS);
      },
    ),
  );
});

test('any bytes: no throw, no reading outside', () => {
  const reader = new Reader(4);
  const base = concat(initial(piece(0, 50)), initial(piece(50), { number: 1 }));
  const flips = fc.array(fc.tuple(fc.nat(base.length), fc.nat(255)), { maxLength: 4 });
  fc.assert(
    fc.property(flips, fc.nat(base.length), (changes, length) => {
      const bytes = base.slice(0, length);
      for (const [at, value] of changes) if (at < length) bytes[at] = value;
      reader.push(bytes);
    }),
    { numRuns: 1000 },
  );
  // Frames of any kind, properly sealed.
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ minLength: 8, maxLength: 8 }), (frames, targetId) => {
      reader.push(initial(concat(frames, PADDING), { targetId }));
    }),
    { numRuns: 1000 },
  );
});
