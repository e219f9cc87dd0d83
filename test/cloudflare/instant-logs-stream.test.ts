/** What a log session may send, and how it may end: real sockets, a driven clock. Sent = records + unparsable + shed, always. */
import { afterEach, expect, test } from 'vitest';
import type { InstantLogsOptions } from '../../collectors/cloudflare/instant-logs/collector-options.js';
import { until } from '../support/cloudflare/instant-logs-clock.js';
import type { LogEdge } from '../support/cloudflare/instant-logs-edge.js';
import { LogLab } from '../support/cloudflare/instant-logs-lab.js';

let lab: LogLab | null = null;

afterEach(async () => {
  await lab?.stop();
  expect(lab?.standIn.violations ?? []).toEqual([]);
  expect(lab?.standIn.answerViolations ?? []).toEqual([]);
  expect(lab?.printed() ?? '').not.toMatch(/tok_0123|5ec2e7|wss?:\/\//);
  lab = null;
});

async function live(
  options: Partial<InstantLogsOptions> = {},
  prepare: (edge: LogEdge) => void = () => {},
): Promise<LogLab> {
  const started = await LogLab.start(options, prepare);
  lab = started;
  await until('live', () => started.state === 'live' && started.edge.sockets.length > 0);
  return started;
}

const record = (status: number) => `{"EdgeResponseStatus":${status},"sampleInterval":1}`;
const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `${record(from + i)}\n`).join('');

/** Messages, and how many lines they have. */
const FRAMINGS: readonly (readonly [string, readonly (string | Uint8Array)[], number, number])[] = [
  ['one line a message, without a line feed', [record(200), record(201)], 2, 2],
  ['several lines a message', [lines(1, 100), lines(101, 50)], 150, 150],
  ['lines cut anywhere', [...(lines(1, 9).match(/[\s\S]{1,17}/g) as string[])], 9, 9],
  ['broken JSON between good lines', [`${record(1)}\n{"a":\n[]\nnull\n${record(2)}\n`, 'x\n'], 6, 2],
  ['binary messages', [Buffer.from(lines(1, 3)), Buffer.from([0xff, 0x00, 0x0a])], 4, 3],
  [
    'a line of 1 MiB',
    [`{"EdgeResponseStatus":7,"ClientRequestURI":"/${'a'.repeat(2 ** 20 - 100)}"}\n`, record(8)],
    2,
    2,
  ],
  ['a line of 1.5 MiB: no record', [`{"a":"${'a'.repeat(1.5 * 2 ** 20)}"}\n${record(1)}\n`], 2, 1],
  ['blank messages', ['', '\n', '\r\n', record(3)], 1, 1],
];

test('every framing, compressed, one after the other', async () => {
  const { edge, reader, rows } = await live();
  expect(edge.extensions).toContain('permessage-deflate');
  let sent = 0;
  let good = 0;
  for (const [name, messages, count, records] of FRAMINGS) {
    for (const message of messages) edge.send(message);
    sent += count;
    good += records;
    await until(name, () => reader.counts.records + reader.counts.unparsable === sent);
    expect([name, reader.counts.records]).toEqual([name, good]);
  }
  expect(rows.slice(0, 2)).toEqual([200, 201]);
  expect(await lab?.stop()).toBe(sent);
});

test('real fragments of one message', async () => {
  const { edge, reader } = await live();
  edge.socket.send('{"EdgeResponse', { fin: false });
  edge.socket.send('Status":5}\n', { fin: true });
  await until('a record', () => reader.counts.records === 1);
});

test.each([1000, 1001, 1006, 1011])(
  'closed with %i in the middle of a line: the same session again, and a gap that is told',
  async (code) => {
    const { edge, clock, collector, gaps } = await live();
    const session = edge.jobs.length;
    edge.send(`${record(1)}\n{"EdgeResp`);
    await until('received', () => collector.counts.messages === 1);
    if (code === 1006) edge.socket.terminate();
    else edge.socket.close(code);
    await until('told', () => lab?.state === 'retrying');
    expect(lab?.detail).toContain(`after close ${code}`);
    const fromMs = clock.nowMs();
    await clock.advance(300);
    expect(lab?.detail).toMatch(/^retrying in 0\.\ds after close .*, 0\.3s of records missing$/);
    await clock.advance(300);
    await until('live again', () => lab?.state === 'live');
    expect(clock.nowMs() - fromMs).toBeLessThanOrEqual(1000);
    // Its begin waited for its end, which belongs to nobody now.
    edge.send(`onseStatus":1}\n${record(2)}\n`);
    await until('a record', () => lab?.reader.counts.records === 2);
    expect(edge.jobs).toHaveLength(session);
    expect(gaps.reduce((sum, [from, to]) => sum + to - from, 0)).toBe(600);
    expect(await lab?.stop()).toBe(4);
  },
);

test('a message beyond 2 MiB ends the connection and is counted', async () => {
  const { edge, clock, collector, reader } = await live();
  edge.send(new Uint8Array(3 * 2 ** 20));
  await until('told', () => lab?.state === 'retrying');
  expect(collector.counts.tooBig).toBe(1);
  expect(lab?.detail).toContain('close 1009 (message too big)');
  await clock.advance(1000);
  await until('live again', () => lab?.state === 'live' && collector.counts.connections === 2);
  edge.send(record(1));
  await until('a record', () => reader.counts.records === 1);
});

test('a slow reader: the sender is held up for 5 s, then the oldest are shed and counted', async () => {
  const started = await live();
  const { edge, clock, collector } = started;
  let release = () => {};
  const blocked = new Promise<void>((resolve) => (release = resolve));
  started.readerWaits = () => blocked;
  const message = lines(1, 2000); // 90 kB
  const messages = 300;
  for (let i = 0; i < messages; i += 1) edge.send(message);
  // The first message is with the reader.
  await until('held up', () => collector.counts.bytes - message.length > 4 * 2 ** 20);
  expect(collector.counts.shedRecords).toBe(0);
  await clock.advance(4999);
  expect(collector.counts.messages).toBeLessThan(messages);
  await clock.advance(1);
  await until('all received', () => collector.counts.messages === messages);
  expect(collector.counts.shedRecords).toBeGreaterThan(200_000);
  expect(collector.counts.shedRecords % 2000).toBe(0);
  started.readerWaits = null;
  release();
  await until('all read', () => started.reader.counts.records + collector.counts.shedRecords === messages * 2000);
  expect(started.state).toBe('live');
  expect(await started.stop()).toBe(messages * 2000);
});

test('a reader that fails ends the collector with its error; one that never ends does not keep it from ending', async () => {
  const failing = await live();
  failing.readerWaits = () => Promise.reject(new Error('full disk'));
  failing.edge.send(record(1));
  await expect(failing.running).rejects.toThrow('full disk');
  await failing.stop();
  const stuck = await live();
  stuck.readerWaits = () => new Promise(() => {});
  stuck.edge.send(record(1));
  await until('it is stuck', () => stuck.reader.counts.records === 1);
  const stopped = stuck.stop();
  await until('ended', () => stuck.state === 'ended');
  await stuck.clock.advance(2000);
  await stopped;
});
