import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLOW_WORDS } from '../decode/flow-words.js';
import { HeaderColumns } from '../records/packet-batch.js';
import { LONGEST_START } from './stream-buffers.js';
import { type Stream, StreamTable } from './stream-table.js';

const words = (n: number): Int32Array => Int32Array.from({ length: FLOW_WORDS }, (_, i) => (i === 3 ? n : 7));

function open(table: StreamTable, n: number, next = 0): Stream {
  return table.open(words(n), n * 77, 0, next);
}

const bytesOf = (stream: Stream): number[] => [...(stream.buffer ?? new Uint8Array(0)).subarray(0, stream.length)];

describe('joining segments', () => {
  test('pieces in any order, overlapping and repeated, give the bytes of the stream', () => {
    const piece = fc.record({ at: fc.nat({ max: 300 }), length: fc.integer({ min: 1, max: 120 }) });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 60 }), (pieces) => {
        const table = new StreamTable(1, () => {});
        const stream = open(table, 1);
        const whole = Uint8Array.from({ length: 512 }, (_, i) => (i * 31) & 0xff);
        const have = new Set<number>();
        for (const { at, length } of pieces) {
          if (!table.put(stream, at, whole, at, at + length)) continue;
          for (let i = at; i < at + length; i += 1) have.add(i);
        }
        let reach = 0;
        while (have.has(reach)) reach += 1;
        expect(bytesOf(stream)).toEqual([...whole.subarray(0, stream.length)]);
        // A piece that was let go for want of a place may be missing, never more.
        expect(stream.length).toBe(reach);
      }),
    );
  });

  test('what is there stays, as the first of two overlapping segments wins', () => {
    const table = new StreamTable(1, () => {});
    const stream = open(table, 1);
    table.put(stream, 0, Uint8Array.of(1, 2, 3), 0, 3);
    table.put(stream, 1, Uint8Array.of(9, 9, 9), 0, 3);
    expect(bytesOf(stream)).toEqual([1, 2, 3, 9]);
  });

  test('a flow keeps its longest start and no more', () => {
    const table = new StreamTable(1, () => {});
    const stream = open(table, 1);
    const much = new Uint8Array(40_000).fill(5);
    expect(table.put(stream, 0, much, 0, much.length)).toBe(true);
    expect(stream.length).toBe(LONGEST_START);
    expect(table.put(stream, LONGEST_START, much, 0, 10)).toBe(false);
    expect(stream.buffer?.length).toBe(LONGEST_START);
  });

  test('shift lets a message go and keeps what lies behind it, holes and all', () => {
    const table = new StreamTable(1, () => {});
    const stream = open(table, 1, 1000);
    table.put(stream, 0, Uint8Array.of(1, 2, 3, 4), 0, 4);
    table.put(stream, 6, Uint8Array.of(7, 8), 0, 2);
    table.shift(stream, 3);
    expect([stream.next, bytesOf(stream)]).toEqual([1003, [4]]);
    table.put(stream, 1, Uint8Array.of(5, 6), 0, 2);
    expect(bytesOf(stream)).toEqual([4, 5, 6, 7, 8]);
  });
});

describe('bounds', () => {
  test('the oldest flow makes room, is reported once, and the memory comes back', () => {
    const gone: number[] = [];
    const table = new StreamTable(1, (stream) => gone.push(stream.words[3] as number));
    for (let n = 0; n < 5000; n += 1) table.put(open(table, n), 0, new Uint8Array(600), 0, 600);
    // Flows of a kilobyte, and room for one that grows to its longest.
    expect(table.size).toBe(4 * 1024 - LONGEST_START / 1024 + 1);
    expect(table.evicted).toBe(5000 - table.size);
    expect(gone).toEqual(Array.from({ length: table.evicted }, (_, n) => n));
    expect(table.bytes).toBeLessThanOrEqual(4 * 2 ** 20);
    for (let n = table.evicted; n < 5000; n += 1) table.close(table.find(words(n), n * 77) as Stream);
    expect([table.size, table.bytes]).toEqual([0, 0]);
  });

  test('a flow that is found again is no longer the oldest', () => {
    const gone: number[] = [];
    const table = new StreamTable(1, (stream) => gone.push(stream.words[3] as number));
    for (let n = 0; n < 4096; n += 1) open(table, n);
    expect(table.find(words(0), 0)).not.toBeNull();
    open(table, 9999);
    expect(gone).toEqual([1]);
  });

  test('flows with one hash are told apart', () => {
    const table = new StreamTable(1, () => {});
    const a = table.open(words(1), 5, 0, 0);
    const b = table.open(words(2), 5, 0, 0);
    expect(table.find(words(1), 5)).toBe(a);
    table.close(a);
    expect(table.find(words(1), 5)).toBeNull();
    expect(table.find(words(2), 5)).toBe(b);
  });
});

test('the key of a row is its addresses and ports', () => {
  const columns = new HeaderColumns(2);
  columns.src.set([0, 0, 0xffff, 1, 0, 0, 0xffff, 1]);
  columns.dst.set([0, 0, 0xffff, 2, 0, 0, 0xffff, 2]);
  columns.srcPort.set([80, 81]);
  const table = new StreamTable(3, () => {});
  const key = new Int32Array(FLOW_WORDS);
  const first = table.keyOf(columns, 0, key);
  expect([...key]).toEqual([0, 0, 0xffff, 1, 0, 0, 0xffff, 2, 80 << 16]);
  expect(table.keyOf(columns, 1, key)).not.toBe(first);
});
