/** Floods of messages: bounded memory, bounded work, and the heavy ones still found. */
import { describe, expect, test } from 'vitest';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { buildReport, type Report } from '../../src/report/report.js';
import { Random } from '../../src/scenario/random.js';
import { concat, hex, words } from '../support/capture-bytes.js';
import { ethernet, ipv4, udp } from '../support/packet-bytes.js';
import { segmentFrame } from './segments.js';

const ROWS = 512;

/** `count` frames, `perSecond` of them a second of capture time. */
function reportOf(count: number, perSecond: number, frameOf: (i: number) => Uint8Array, exact = false): Report {
  const pipeline = new Pipeline({ exact, windows: !exact, levels: 4, seed: 11 });
  const batch = new FrameBatch(ROWS);
  const slab = new Uint8Array(2 ** 20);
  batch.bytes = slab;
  batch.view = new DataView(slab.buffer);
  for (let i = 0; i < count; ) {
    let at = 0;
    batch.count = 0;
    for (; i < count && batch.count < ROWS; i += 1) {
      const frame = frameOf(i);
      const row = batch.count;
      slab.set(frame, at);
      batch.at[row] = at;
      batch.capLen[row] = frame.length;
      batch.wireLen[row] = frame.length;
      batch.linkType[row] = 1;
      batch.sec[row] = 1_700_000_000 + Math.floor(i / perSecond);
      batch.nsec[row] = Math.floor(((i % perSecond) / perSecond) * 1e9);
      batch.count += 1;
      at += frame.length;
    }
    pipeline.pushFrames(batch);
  }
  pipeline.finish();
  return buildReport(pipeline, { name: 'flood', format: null, damage: null }, 20);
}

const text = new TextEncoder();

function request(i: number, target: string): Uint8Array {
  const bytes = text.encode(`GET ${target} HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: agent ${i % 3}\r\n\r\n`);
  return segmentFrame({ srcPort: 1024 + (i % 60_000), dstPort: 80, initial: i * 7919 }, 0, bytes);
}

function query(name: string): Uint8Array {
  const labels = name.split('.').map((label) => concat(Uint8Array.of(label.length), text.encode(label)));
  const message = concat(hex('abcd 0100 0001 0000 0000 0000'), ...labels, hex('00'), words(false, [1, 2], [1, 2]));
  return ethernet(0x0800, ipv4(udp(40_000, 53, message), { protocol: 17 }));
}

const QUERIES = Array.from({ length: 10 }, (_, i) => query(`n${i}.example`));

describe('a flood of targets nobody asked for before', () => {
  test('the heavy ones are found among them, and memory does not follow', () => {
    const random = new Random(4);
    const before = process.memoryUsage().arrayBuffers;
    const { http } = reportOf(150_000, 5000, (i) =>
      request(i, random.next() < 0.1 ? `/heavy/${i % 4}` : `/${random.word(12)}?${random.word(8)}`),
    );
    expect(http.requests).toBe(150_000);
    expect(
      http.uris.byPackets
        .slice(0, 4)
        .map(({ key }) => key)
        .sort(),
    ).toEqual(['/heavy/0', '/heavy/1', '/heavy/2', '/heavy/3']);
    for (const { packets } of http.uris.byPackets.slice(0, 4)) expect(Math.abs(packets - 3750)).toBeLessThan(400);
    expect(Math.abs(http.uris.distinct / 135_000 - 1)).toBeLessThan(0.02);
    expect(http.userAgents.byPackets.map(({ packets }) => packets)).toEqual([50_000, 50_000, 50_000]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(120e6);
  });
});

describe('more messages than are read', () => {
  test('one in so many stands for the others, and it is said', () => {
    const { dns } = reportOf(300_000, 100_000, (i) => QUERIES[i % 10] as Uint8Array);
    expect(dns.queries.exact).toBe(false);
    expect(Math.abs(dns.messages.queries / 300_000 - 1)).toBeLessThan(0.01);
    expect(dns.queries.byPackets).toHaveLength(10);
    for (const { packets } of dns.queries.byPackets) expect(Math.abs(packets / 30_000 - 1)).toBeLessThan(0.2);
  });

  test('--exact reads all of them', () => {
    const { dns } = reportOf(60_000, 60_000, (i) => QUERIES[i % 10] as Uint8Array, true);
    expect(dns.queries).toMatchObject({ exact: true, distinct: 10 });
    expect(dns.queries.byPackets.map(({ packets }) => packets)).toEqual(new Array(10).fill(6000));
  });
});

test('SYN signatures of a flood are estimated from a sample', () => {
  const { tcp } = reportOf(200_000, 100_000, (i) =>
    segmentFrame({ srcPort: i & 0xffff, dstPort: 80, initial: i + 1 }, 0, new Uint8Array(0), 0x02),
  );
  const [only] = tcp.synSignatures.byPackets;
  expect(tcp.synSignatures).toMatchObject({ exact: false, distinct: 1 });
  expect(Math.abs((only?.packets ?? 0) / 200_000 - 1)).toBeLessThan(0.1);
});
