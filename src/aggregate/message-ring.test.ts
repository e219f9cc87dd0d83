import { describe, expect, test } from 'vitest';
import { MessageColumns } from '../records/message-columns.js';
import { MessageRing } from './message-ring.js';

const ROWS = 320;
const PER_SECOND = 10;

/** `counts[target]` messages to each target in a second, taking turns. */
function push(ring: MessageRing<MessageColumns>, sec: number, counts: readonly number[]): void {
  const most = Math.max(...counts);
  const dst = new Int32Array(4);
  for (let turn = 0; turn < most; turn += 1) {
    for (const [target, count] of counts.entries()) {
      if (turn >= count) continue;
      dst[3] = target;
      const row = ring.take(sec, dst, 0);
      if (row < 0) continue;
      ring.samples.sec[row] = sec + 0.5;
      ring.samples.dst.set(dst, row * 4);
      ring.samples.messages[row] = 1;
    }
  }
}

function sumOf(ring: MessageRing<MessageColumns>, target: number, fromSec: number, toSec: number) {
  const { rows, weights } = ring.rowsOf(fromSec, toSec, ({ dst }, row) => dst[row * 4 + 3] === target);
  return { rows: rows.length, messages: Math.round(weights.reduce((sum, weight) => sum + weight, 0)) };
}

describe('the newest messages', () => {
  test('of each target so many a second, standing for all', () => {
    const ring = new MessageRing(new MessageColumns(ROWS), PER_SECOND, 1);
    push(ring, 100, [1000, 4, 50]);
    push(ring, 101, [0, 20]);
    expect(sumOf(ring, 0, 100, 102)).toEqual({ rows: 10, messages: 1000 });
    expect(sumOf(ring, 1, 100, 101)).toEqual({ rows: 4, messages: 4 });
    expect(sumOf(ring, 1, 100, 102)).toEqual({ rows: 14, messages: 24 });
    expect(sumOf(ring, 2, 100, 102)).toEqual({ rows: 10, messages: 50 });
  });

  test('of more targets than are told apart the others share rows', () => {
    const ring = new MessageRing(new MessageColumns(ROWS), PER_SECOND, 1);
    push(ring, 7, new Array<number>(100).fill(5));
    const { rows, weights } = ring.rowsOf(7, 8, () => true);
    expect(rows.length).toBe(31 * 5 + PER_SECOND);
    expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(500, 9);
  });

  test('the oldest go, and with a clock that stepped back all of them', () => {
    const ring = new MessageRing(new MessageColumns(ROWS), PER_SECOND, 1);
    for (let sec = 0; sec < 100; sec += 1) push(ring, sec, [30]);
    const { rows } = ring.rowsOf(0, 100, () => true);
    expect(rows.length).toBe(ROWS);
    expect(sumOf(ring, 0, 68, 100)).toEqual({ rows: 320, messages: 960 });
    ring.clear();
    expect(ring.rowsOf(0, 100, () => true).rows.length).toBe(0);
  });

  test('each message has the same chance', () => {
    const kept = new Float64Array(40);
    for (let seed = 1; seed <= 4000; seed += 1) {
      const ring = new MessageRing(new MessageColumns(ROWS), PER_SECOND, seed);
      const held = new Map<number, number>();
      for (let message = 0; message < 40; message += 1) {
        const row = ring.take(1, new Int32Array(4), 0);
        if (row >= 0) held.set(row, message);
      }
      for (const message of held.values()) kept[message]! += 1;
    }
    // 4000 × 10 / 40, standard deviation 27.
    for (const count of kept) expect(Math.abs(count - 1000)).toBeLessThan(140);
  });
});
