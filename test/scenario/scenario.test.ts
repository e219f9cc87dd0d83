import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { CaptureReader, ReadState } from '../../collectors/pcap/capture-reader.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import type { TextRole } from '../../src/records/text-role.js';
import { scenarioChunks } from '../../src/scenario/scenario.js';
import { describeWith } from '../support/system.js';

function digest(seed: number): string {
  const hash = createHash('sha256');
  let chunks = 0;
  // With its first attack.
  for (const chunk of scenarioChunks(seed)) {
    hash.update(chunk);
    chunks += 1;
    if (chunks === 300) break;
  }
  return hash.digest('hex');
}

test('the same seed gives the same bytes, another one others', () => {
  expect(digest(3)).toBe(digest(3));
  expect(digest(3)).not.toBe(digest(4));
});

/** The scenario through our own reader. */
function counted(): Pipeline {
  const pipeline = new Pipeline({ exact: true, seed: 3 });
  const reader = new CaptureReader();
  const batch = new FrameBatch();
  for (const chunk of scenarioChunks()) {
    for (let at = 0; at < chunk.length; ) {
      const space = reader.space();
      const part = chunk.subarray(at, at + space.length);
      space.set(part);
      reader.wrote(part.length);
      at += part.length;
      while (reader.next(batch) === ReadState.frames) pipeline.pushFrames(batch);
    }
  }
  pipeline.finish();
  return pipeline;
}

describe('the scenario as screen 4 has it', () => {
  const pipeline = counted();
  const keysOf = (role: TextRole) =>
    pipeline.layer7
      .dimension(role)
      ?.top(100)
      .map(({ text }) => text) ?? [];

  test.each<[TextRole, least: number, most: number]>([
    ['httpUserAgents', 9, 9],
    ['httpHosts', 5, 5],
    ['httpHeaderOrders', 6, 12],
    ['httpCookies', 2, 12],
    ['httpMethods', 2, 2],
    ['dnsQueries', 12, 12],
    ['dnsResponses', 13, 13],
    ['tlsServerNames', 5, 5],
    ['tlsJa4', 5, 5],
  ])('%s: %d to %d different ones', (role, least, most) => {
    const { distinct } = pipeline.layer7.dimension(role)!.distinct();
    expect(distinct).toBeGreaterThanOrEqual(least);
    expect(distinct).toBeLessThanOrEqual(most);
  });

  test('hellos of common stacks: one JA4 each, however many JA3', () => {
    // Other tools print the hashes of suites of the last four for captures of Chrome, Firefox, Safari and curl.
    expect(
      keysOf('tlsJa4')
        .map((ja4) => ja4.slice(0, 23))
        .sort(),
    ).toMatchInlineSnapshot(`
      [
        "t13d1311h2_f57a46bbacb6",
        "t13d1516h2_8daaf6152771",
        "t13d1717h2_5b57614c22b0",
        "t13d2014h2_a09f3c656075",
        "t13d3112h2_e8f1e7e78f70",
      ]
    `);
    expect(pipeline.layer7.dimension('tlsJa3')!.distinct().distinct).toBeGreaterThan(150);
  });

  test('one user agent and one header order lead, by far', () => {
    const { httpRequests } = pipeline.layer7.counts;
    for (const role of ['httpUserAgents', 'httpHeaderOrders'] as const) {
      const [first] = pipeline.layer7.dimension(role)!.top(1);
      expect(first!.row.packets / httpRequests).toBeGreaterThan(0.7);
    }
  });
});

/** Fields asked of tshark, one column each, in one pass over the capture. */
const FIELDS = [
  '_ws.malformed', 'ip.checksum.status', 'tcp.checksum.status', 'udp.checksum.status', 'icmp.checksum.status',
  'icmpv6.checksum.status', 'http.request.method', 'http.cookie', 'tls.handshake.type', 'dns.flags.response', 'udp.length',
  'tcp.flags', 'tcp.hdr_len', 'tcp.window_size_value', 'ipv6.src', 'http.user_agent', 'http.request.uri', 'dns.qry.type',
  'tls.handshake.ja3', 'frame.len',
] as const; // biome-ignore format: a list
type Row = Record<(typeof FIELDS)[number], string>;

function readWithTshark(path: string): Row[] {
  const checks = ['ip', 'tcp', 'udp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`]);
  const args = ['-n', '-r', path, ...checks, '-T', 'fields', ...FIELDS.flatMap((field) => ['-e', field])];
  const text = execFileSync('tshark', args, { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 }).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => Object.fromEntries(line.split('\t').map((value, i) => [FIELDS[i], value])) as Row);
}

describeWith(['tshark'], 'the scenario as tshark reads it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ddostop-scenario-'));
  let rows: Row[] = [];
  beforeAll(() => {
    const path = join(folder, 'scenario.pcap');
    for (const chunk of scenarioChunks()) appendFileSync(path, chunk);
    rows = readWithTshark(path);
    return () => rmSync(folder, { recursive: true });
  }, 120_000);

  test('nothing is malformed, every checksum is right', () => {
    const isBad = (row: Row) =>
      row['_ws.malformed'] !== '' || FIELDS.some((name) => name.endsWith('.status') && row[name] === '0');
    expect(rows.filter(isBad)).toEqual([]);
    expect(rows.filter((row) => row['tcp.checksum.status'] === '1').length).toBeGreaterThan(100_000);
  });

  test.each<[string, (row: Row) => boolean, number]>([
    ['requests with cookies', (row) => row['http.request.method'] !== '' && row['http.cookie'] !== '', 500],
    ['requests without', (row) => row['http.request.method'] !== '' && row['http.cookie'] === '', 10_000],
    ['ClientHellos', (row) => row['tls.handshake.type'] === '1', 300],
    ['fat DNS answers', (row) => row['dns.flags.response'] === '1' && Number(row['udp.length']) > 1000, 20_000],
    [
      'SYNs without options and window',
      (row) => row['tcp.flags'] === '0x0002' && row['tcp.hdr_len'] === '20' && row['tcp.window_size_value'] === '0',
      80_000,
    ],
    ['IPv6 packets', (row) => row['ipv6.src'] !== '', 1000],
  ])('holds %s', (_, matches, least) => {
    expect(rows.filter(matches).length).toBeGreaterThan(least);
  });

  test('no frame is longer than an Ethernet takes', () => {
    expect(rows.filter((row) => Number(row['frame.len']) > 1514)).toEqual([]);
  });

  test.each<[string, keyof Row, (row: Row) => boolean, least: number, most: number]>([
    ['user agents with cookies', 'http.user_agent', (row) => row['http.cookie'] !== '', 6, 6],
    ['user agents in all', 'http.user_agent', () => true, 9, 9],
    ['targets asked for with cookies', 'http.request.uri', (row) => row['http.cookie'] !== '', 40, 100],
    ['types of names', 'dns.qry.type', () => true, 6, 6],
    ['JA3, for most visitors mix their extensions', 'tls.handshake.ja3', () => true, 150, 100_000],
  ])('%s', (_, field, matches, least, most) => {
    const values = new Set(rows.filter(matches).map((row) => row[field]));
    values.delete('');
    expect(values.size).toBeGreaterThanOrEqual(least);
    expect(values.size).toBeLessThanOrEqual(most);
  });

  test('the HTTP flood has its tells: one user agent, one path, no cookie', () => {
    const flood = rows.filter((row) => row['http.user_agent'].includes('Chrome/108.0.0.0'));
    expect(flood.length).toBeGreaterThan(10_000);
    expect(new Set(flood.map((row) => row['http.request.uri'].replace(/[a-z]+&page=\d+/, '')))).toEqual(
      new Set(['/search?q=']),
    );
    expect(flood.every((row) => row['http.cookie'] === '')).toBe(true);
  });
});
