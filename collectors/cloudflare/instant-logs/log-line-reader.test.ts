import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOG_TEXT_COUNT, LogTextAt } from '../../../src/records/http-log-batch.js';
import { LONGEST_LINE, LogLineReader } from './log-line-reader.js';

/** Pushes the messages; returns the RayIDs of the rows and what was counted. */
function readAll(messages: readonly Uint8Array[]): { ids: string[]; records: number; unparsable: number } {
  const ids: string[] = [];
  const reader = new LogLineReader({
    pushLogs({ count, bytes, textAt, textEnd }) {
      for (let row = 0; row < count; row += 1) {
        const cell = row * LOG_TEXT_COUNT + LogTextAt.rayId;
        ids.push(Buffer.from(bytes.subarray(textAt[cell] as number, textEnd[cell] as number)).toString());
      }
    },
  });
  for (const message of messages) reader.push(message);
  reader.flush();
  return { ids, ...reader.counts };
}

const text = (...messages: string[]) => readAll(messages.map((message) => Buffer.from(message)));
const record = (id: string | number) => JSON.stringify({ RayID: String(id) });

describe('messages', () => {
  test.each<[string, string[], string[], number]>([
    ['one record each, without line feeds', [record(1), record(2)], ['1', '2'], 0],
    ['several, the last without', [`${record(1)}\n${record(2)}\r\n\n${record(3)}`, record(4)], ['1', '2', '3', '4'], 0],
    ['a line in three messages', ['{"Ray', 'ID":', '"1"}\n', record(2)], ['1', '2'], 0],
    ['line feed in the next one', [record(1), `\n${record(2)}\n`], ['1', '2'], 0],
    ['a record cut off for good', ['{"RayID":"1', record(2), record(3)], ['2', '3'], 1],
    ['cut off, then lines', ['{"RayID":"1', `${record(2)}\n${record(3)}\n`], ['2', '3'], 1],
    ['cut off at the end', [`${record(1)}\n{"Ray`], ['1'], 1],
    ['broken lines among others', [`x\n${record(1)}\n{}}\n[]\n`], ['1'], 3],
    ['a broken line in two messages', ['x', `y\n${record(1)}`], ['1'], 1],
    ['nothing', ['', '\n', ' \r\n'], [], 0],
  ])('%s', (_, messages, ids, unparsable) => {
    expect(text(...messages)).toEqual({ ids, records: ids.length, unparsable });
  });

  test('lines of 1 MiB, longer ones, and what follows them', () => {
    const longest = JSON.stringify({ RayID: 'long', x: '' });
    const padded = (length: number) => longest.replace('""}', `"${'x'.repeat(length - longest.length)}"}`);
    const lines = [record(1), padded(LONGEST_LINE), record(2), padded(LONGEST_LINE + 1), record(3)];
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const expected = { ids: ['1', 'long', '2', '3'], records: 4, unparsable: 1 };
    expect(readAll([bytes])).toEqual(expected);
    const cut = (size: number) =>
      Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
    expect(readAll(cut(65_537))).toEqual(expected);
    expect(readAll(cut(LONGEST_LINE + 5))).toEqual(expected);
    // Without line feeds the next record ends the one that is too long.
    expect(readAll([Buffer.from(padded(LONGEST_LINE + 9)), Buffer.from(record(2))])).toEqual({
      ids: ['2'],
      records: 1,
      unparsable: 1,
    });
  });

  test('more rows than a batch has', () => {
    const lines = Array.from({ length: 5000 }, (_, id) => record(id));
    expect(text(lines.join('\n')).ids).toEqual(lines.map((_, id) => String(id)));
  });
});

test('every line is counted once, however the stream is cut', () => {
  const good = fc
    .record({ RayID: fc.string({ unit: 'binary' }), x: fc.jsonValue({ maxDepth: 2 }) })
    .map((value) => JSON.stringify(value));
  const broken = fc.constantFrom('x', '{', '{"a"', '"', '}', '{"RayID":"\u0001"}', '[1', 'nul', '{"a":1,}');
  const line = fc.oneof({ weight: 4, arbitrary: good }, broken);
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.boolean(),
      (lines, cuts, isCrlf) => {
        const bytes = Buffer.from(lines.map((each) => each + (isCrlf ? '\r\n' : '\n')).join(''));
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const messages = places.slice(1).map((end, i) => bytes.subarray(places[i] as number, end));
        const { records, unparsable, ids } = readAll(messages);
        expect(ids).toEqual(readAll([bytes]).ids);
        expect(records + unparsable).toBe(lines.length);
      },
    ),
    { numRuns: 200 },
  );
});

test('any bytes at all: nothing throws, lines are counted', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 }), (messages) => {
      const { records, unparsable } = readAll(messages);
      const lines = Buffer.concat(messages)
        .toString('latin1')
        .split('\n')
        .filter((each) => /[^ \t\r]/.test(each));
      expect(records + unparsable).toBe(lines.length);
    }),
  );
});
