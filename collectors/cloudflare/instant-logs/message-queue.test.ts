import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogLineReader } from './log-line-reader.js';
import { MessageQueue } from './message-queue.js';

/** How lines may come: whole ones with or without a line feed, several, cut anywhere. Numbers choose where. */
function messagesOf(lines: readonly string[], mode: number, cuts: readonly number[]): string[] {
  if (mode === 0) return [...lines];
  if (mode === 1) return lines.map((line) => `${line}\r\n`);
  const stream = lines.map((line) => `${line}\n`).join('');
  const ends = [...new Set([...cuts.map((cut) => cut % stream.length), stream.length])].sort((a, b) => a - b);
  return ends.map((end, index) => stream.slice(index === 0 ? 0 : ends[index - 1], end));
}

const line = fc.record({ RayID: fc.stringMatching(/^[0-9a-f"\\]{1,40}$/), EdgeResponseStatus: fc.nat(599) });

test('records + unparsable + shed = sent, however lines are cut, whatever is shed, and wherever the stream breaks', () => {
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 40 }),
      fc.nat(2),
      fc.array(fc.nat(), { maxLength: 30 }),
      fc.array(fc.nat(3), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      (records, mode, cuts, acts, bound, isBroken) => {
        const queue = new MessageQueue({ bytes: 60 * bound, messages: bound + 1 });
        const reader = new LogLineReader({ pushLogs: () => {} });
        const read = (most: number) => {
          for (let i = 0; i < most; i += 1) {
            const taken = queue.take();
            if (taken === undefined) return;
            if (taken.isCut) reader.flush();
            reader.push(taken.bytes);
          }
        };
        const lines = records.map((record) => JSON.stringify(record));
        const messages = messagesOf(lines, mode, cuts);
        messages.forEach((message, index) => {
          queue.push(Buffer.from(message));
          read(acts[index % acts.length] as number);
        });
        if (isBroken) queue.end();
        read(Number.POSITIVE_INFINITY);
        reader.flush();
        const { records: read_, unparsable } = reader.counts;
        expect(read_ + unparsable + queue.shedRecords).toBe(lines.length);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each<readonly [string, readonly string[], number]>([
  ['garbage without a line feed, then a record', ['foo', '{"a":1}', '{"a":2}'], 3],
  ['a record within a record', ['{"a":', '{"b":1}}', '{"a":2}'], 2],
  ['blank lines are none', ['\n\r\n', ' \n{"a":1}\n\n', '{"a":2}\n'], 2],
  ['a line that never ends', ['{"a', 'b', 'c', 'd', 'e'], 1],
])('shed lines: %s', (_name, messages, sent) => {
  const queue = new MessageQueue({ bytes: 1000, messages: 1 });
  const reader = new LogLineReader({ pushLogs: () => {} });
  for (const message of messages) queue.push(Buffer.from(message));
  for (let taken = queue.take(); taken !== undefined; taken = queue.take()) reader.push(taken.bytes);
  reader.flush();
  expect(reader.counts.records + reader.counts.unparsable + queue.shedRecords).toBe(sent);
});

test('both bounds hold, and the newest message always stays', () => {
  const queue = new MessageQueue();
  for (let i = 0; i < 10_000; i += 1) queue.push(Buffer.from(`{"n":${i}}`));
  expect([queue.length, queue.shedRecords, queue.fill]).toEqual([4096, 5904, 1]);
  queue.push(new Uint8Array(9 * 2 ** 20));
  expect(queue.length).toBe(1);
});
