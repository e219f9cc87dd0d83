import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { scenarioChunks } from '../../src/scenario/scenario.js';
import { describeWith } from '../support/system.js';

function digest(seed: number): string {
  const hash = createHash('sha256');
  for (const chunk of scenarioChunks(seed)) hash.update(chunk);
  return hash.digest('hex');
}

test('the same seed gives the same bytes, another one others', () => {
  expect(digest(3)).toBe(digest(3));
  expect(digest(3)).not.toBe(digest(4));
});

/** Fields asked of tshark, one column each, in one pass over the capture. */
const FIELDS = [
  '_ws.malformed', 'ip.checksum.status', 'tcp.checksum.status', 'udp.checksum.status', 'icmp.checksum.status',
  'icmpv6.checksum.status', 'http.request.method', 'http.cookie', 'tls.handshake.type', 'dns.flags.response', 'udp.length',
  'tcp.flags', 'tcp.hdr_len', 'tcp.window_size_value', 'ipv6.src',
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
});
