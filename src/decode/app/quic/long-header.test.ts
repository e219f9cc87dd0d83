import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, hex } from '../../../../test/support/capture-bytes.js';
import { LongHeader, looksLikeInitial, PacketKind, readLongHeader } from './long-header.js';

const REST = new Uint8Array(20);

/** First byte, version, connection IDs, and what follows them. */
const packet = (start: string, after: string, rest = REST) => concat(hex(start), hex(after), rest);

describe('what begins a datagram', () => {
  test.each<[string, Uint8Array, keyof typeof PacketKind]>([
    ['an Initial', packet('c000000001 00 00', '00 14'), 'initial'],
    [
      'with connection IDs of 20 bytes',
      packet(`c300000001 14 ${'aa'.repeat(20)} 14 ${'bb'.repeat(20)}`, '00 14'),
      'initial',
    ],
    ['with a token', packet('c000000001 01aa 01bb', '02 ffff 14'), 'initial'],
    ['with lengths of four and eight bytes', packet('c000000001 00 00', '80000001 ff c000000000000014'), 'initial'],
    ['0-RTT', packet('d000000001 00 00', '14'), 'other'],
    ['Handshake', packet('e000000001 00 00', '14'), 'other'],
    ['Retry', packet('f000000001 00 00', '14'), 'none'],
    ['version negotiation', packet('c000000000 00 00', '00 14'), 'none'],
    ['an Initial of version 2', packet('d06b3343cf 00 00', '00 14'), 'initial'],
    ['Retry of version 2', packet('c06b3343cf 00 00', '00 14'), 'none'],
    ['Handshake of version 2', packet('f06b3343cf 00 00', '14'), 'other'],
    ['draft 22', packet('c0ff000016 00 00', '00 14'), 'none'],
    ['draft 23', packet('c0ff000017 00 00', '00 14'), 'initial'],
    ['draft 34', packet('c0ff000022 00 00', '00 14'), 'initial'],
    ['draft 35', packet('c0ff000023 00 00', '00 14'), 'none'],
    ['Q050', packet('c051303530 00 00', '00 14'), 'none'],
    ['T051', packet('c054303531 00 00', '00 14'), 'initial'],
    ['a short header', packet('4000000001 00 00', '00 14'), 'none'],
    ['no fixed bit', packet('8000000001 00 00', '00 14'), 'none'],
    ['a connection ID of 21 bytes', packet(`c000000001 15 ${'aa'.repeat(21)} 00`, '00 14'), 'none'],
    ['a connection ID beyond the end', hex('c000000001 08 aabbccdd'), 'none'],
    ['a second one beyond the end', hex('c000000001 01 aa 08 aabbccdd'), 'none'],
    ['a token beyond the end', packet('c000000001 00 00', '7fff 14'), 'none'],
    ['a token of 2^62', packet('c000000001 00 00', 'ffffffffffffffff 14'), 'none'],
    ['too short for a sample', packet('c000000001 00 00', '00 13'), 'none'],
    ['longer than the datagram', packet('c000000001 00 00', '00 15'), 'none'],
    ['nothing', hex(''), 'none'],
  ])('%s', (_name, bytes, kind) => {
    expect(readLongHeader(bytes, 0, bytes.length, new LongHeader())).toBe(PacketKind[kind]);
    expect(looksLikeInitial(bytes, 0, bytes.length)).toBe(kind === 'initial');
    const slab = concat(hex('00'), bytes, new Uint8Array(40).fill(0xff));
    expect(looksLikeInitial(slab, 1, 1 + bytes.length)).toBe(kind === 'initial');
  });
});

test('the parts lie one behind the other and end before the datagram does', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 80 }),
      fc.constantFrom('c000000001', 'd36b3343cf', 'c1ff00001d'),
      (tail, start) => {
        const bytes = concat(hex(start), tail);
        const header = new LongHeader();
        if (readLongHeader(bytes, 0, bytes.length, header) !== PacketKind.initial) return;
        const { targetIdAt, targetIdEnd, sourceIdAt, sourceIdEnd, numberAt, end } = header;
        const parts = [0, targetIdAt, targetIdEnd, sourceIdAt, sourceIdEnd, numberAt, end, bytes.length];
        expect(parts).toEqual(parts.toSorted((a, b) => a - b));
      },
    ),
    { numRuns: 2000 },
  );
});
