import { describe, expect, test } from 'vitest';
import { inBatches, type TestFrame, tcpFrame, udpFrame } from '../../test/support/frames.js';
import { Pipeline } from '../pipeline/pipeline.js';
import { DEFAULT_VIEW } from '../pipeline/pipeline-options.js';
import type { TextRole } from '../records/text-role.js';
import { type ViewRequest, WINDOWS } from '../records/view-request.js';
import { dnsMessage } from '../scenario/names.js';
import { TCP } from '../scenario/packet-builder.js';
import type { SourceStatus } from './snapshot.js';

const LIVE: SourceStatus = { name: 'test', state: 'live', detail: '', paced: true };
const START_SEC = 1_770_126_400;

/** Latin-1, so that any byte can be said. */
function request(sec: number, srcPort: number, userAgent: string): TestFrame {
  const payload = Buffer.from(`GET /a HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: ${userAgent}\r\n\r\n`, 'latin1');
  return tcpFrame(sec, { srcPort, dstPort: 80, flags: TCP.psh | TCP.ack, payload });
}

const query = (sec: number, name: string, type: number): TestFrame =>
  udpFrame(sec, { dstPort: 53, payload: new Uint8Array(dnsMessage(1, 0x0100, name, type, 0, new Uint8Array(0))) });

function fed(frames: readonly TestFrame[]): Pipeline {
  const pipeline = new Pipeline({ windows: true, levels: 4, seed: 7 });
  inBatches(frames, 512, (batch) => pipeline.pushFrames(batch));
  return pipeline;
}

function textsOf(pipeline: Pipeline, texts: readonly TextRole[], change: Partial<ViewRequest> = {}) {
  pipeline.setView({ ...DEFAULT_VIEW, texts, ...change });
  return pipeline.snapshot(LIVE).texts;
}

describe('texts of a view', () => {
  const requests = Array.from({ length: 900 }, (_, i) => request(START_SEC + i / 10, 1024 + i, `client ${i % 3}`));
  const pipeline = fed([...requests, query(START_SEC + 90, 'shop.example', 28)]);

  test('nobody asks: nothing is read out', () => {
    expect(textsOf(pipeline, [])).toBeNull();
  });

  test('rows of the wanted roles only; what else was seen is said', () => {
    const texts = textsOf(pipeline, ['httpUserAgents', 'dnsQueries', 'tlsJa4'], { window: 'all' });
    expect(Object.keys(texts?.tops ?? {})).toEqual(['httpUserAgents', 'dnsQueries']);
    expect(texts?.seen).toContain('httpHosts');
    expect(texts?.tops.dnsQueries?.rows.map(({ key, packets }) => [key, packets])).toEqual([['shop.example 28', 1]]);
    expect(texts?.messages).toMatchObject({ httpRequests: 900, dnsQueries: 1, tcpHellos: 0 });
  });

  test.each(WINDOWS)('%s: rates of rows and of all are those of its seconds', (window) => {
    const texts = textsOf(pipeline, ['httpUserAgents'], { window });
    const rows = texts?.tops.httpUserAgents?.rows ?? [];
    expect(texts?.perSec.httpRequests).toBeCloseTo(10, 6);
    const sum = rows.reduce((all, { pps }) => all + pps, 0);
    expect(sum).toBeCloseTo(texts?.perSec.httpRequests ?? Number.NaN, 9);
    expect(rows.map(({ packets }) => packets)).toEqual([300, 300, 300]);
  });

  test('a filter narrows the tables of packets, not what payloads said', () => {
    const filter = [{ field: 'source', value: '192.0.2.77' }] as const;
    const texts = textsOf(pipeline, ['httpUserAgents'], { window: 'all', filter });
    expect(texts?.windowSec).toBeCloseTo(90, 6);
    expect(texts?.tops.httpUserAgents?.rows).toHaveLength(3);
  });
});

test('texts that read the same are one row', () => {
  const pipeline = fed([request(START_SEC, 1, 'x\xff'), request(START_SEC, 2, 'x\xfe'), request(START_SEC, 3, 'y')]);
  const rows = textsOf(pipeline, ['httpUserAgents'], { window: 'all' })?.tops.httpUserAgents?.rows ?? [];
  expect(rows.map(({ key, packets }) => [key, packets]).sort()).toEqual([['x\ufffd', 2], ['y', 1]]); // biome-ignore format: a list
});

test('of too many requests one stands for several: rates hold, and no figure is called exact', () => {
  const frames = Array.from({ length: 40_000 }, (_, i) =>
    request(START_SEC + i / 40_000, 1024 + (i % 60_000), `client ${i % 2}`),
  );
  const texts = textsOf(fed(frames), ['httpUserAgents'], { window: 'all' });
  expect(texts?.oneIn.starts).toBeGreaterThan(1);
  expect(texts?.tops.httpUserAgents?.exact).toBe(false);
  expect(Math.abs((texts?.messages.httpRequests ?? 0) / 40_000 - 1)).toBeLessThan(0.05);
});
