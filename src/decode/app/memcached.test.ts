import { expect, test } from 'vitest';
import { DecodeStatus } from '../../records/decode-status.js';
import { decodeMemcached, MemcachedDatagram, MemcachedKind } from './memcached.js';

// Requests that memcached 1.6.18 (-U) answered, and its answers.
test.each<
  [string, string, keyof typeof DecodeStatus, keyof typeof MemcachedKind, string | null, Partial<MemcachedDatagram>]
>([
  [
    'stats',
    '000100000001000073746174730d0a',
    'ok',
    'command',
    'stats',
    { requestId: 1, datagrams: 1, isResponse: false },
  ],
  ['gets', '00020000000100006765747320610d0a', 'ok', 'command', 'gets', {}],
  ['meta get', '00010000000100006d67206120760d0a', 'ok', 'command', 'mg', {}],
  ['a value', '000100000001000056414c554520612030203520310d0a68656c6c6f0d0a454e440d0a', 'ok', 'response', 'VALUE', {}],
  [
    'the first of two datagrams',
    '0001000000020000535441542070696420383634300d0a',
    'ok',
    'response',
    'STAT',
    { datagrams: 2 },
  ],
  ['the second', '00010001000200000d0a5354415420', 'ok', 'continuation', null, { sequence: 1, isResponse: true }],
  ['stored', '000100000001000053544f5245440d0a', 'ok', 'response', 'STORED', { isResponse: true }],
  ['not there', '0001000000010000454e440d0a', 'ok', 'response', 'END', {}],
  ['no such command', '00010000000100004552524f520d0a', 'ok', 'response', 'ERROR', {}],
  ['a version', '000100000001000056455253494f4e20312e362e31380d0a', 'ok', 'response', 'VERSION', {}],
  ['a meta value', '0001000000010000564120350d0a68656c6c6f0d0a', 'ok', 'response', 'VA', {}],
  ['a meta no-op', '00010000000100004d4e0d0a', 'ok', 'response', 'MN', {}],
  ['the new number', '0001000000010000350d0a', 'ok', 'response', '5', {}],
  ['a binary no-op', `0001000000010000800a${'00'.repeat(22)}`, 'ok', 'binaryCommand', null, { opcode: 10 }],
  [
    'its answer',
    `0001000000010000810a${'00'.repeat(22)}`,
    'ok',
    'binaryResponse',
    null,
    { opcode: 10, isResponse: true },
  ],
  ['a cut binary command', '0001000000010000800a', 'truncated', 'binaryCommand', null, { opcode: -1 }],
  ['a cut frame header', '00010000', 'truncated', 'command', null, {}],
  ['a frame header only', '0001000000010000', 'truncated', 'command', null, { requestId: 1 }],
  ['a cut word', '0001000000010000737461', 'truncated', 'command', null, {}],
  ['no word of it', '0001000000010000626f6775730d0a', 'malformed', 'command', null, {}],
  ['reserved bytes', '0001000000010001737461740d0a', 'malformed', 'command', null, {}],
  ['a number beyond the last', '0001000500010000737461740d0a', 'malformed', 'command', null, {}],
])('%s', (_name, hex, status, kind, word, fields) => {
  const datagram = new MemcachedDatagram();
  const bytes = Buffer.from(hex, 'hex');
  expect(decodeMemcached(bytes, 0, bytes.length, datagram)).toBe(DecodeStatus[status]);
  const text = datagram.word.isSet ? bytes.toString('latin1', datagram.word.at, datagram.word.end) : null;
  expect([datagram.kind, text]).toEqual([MemcachedKind[kind], word]);
  expect(datagram).toMatchObject(fields);
});
