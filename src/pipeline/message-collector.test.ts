/** Requests and ClientHellos of captures, as rows: against tshark, and however the frames come. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CaptureFile } from '../../test/support/capture-file.js';
import { HelloSamples } from '../records/hello-samples.js';
import { RequestSamples } from '../records/request-samples.js';
import { helloContrast, requestContrast } from '../signature/table/contrast-of.js';
import { RowCollector } from './row-collector.js';

const folder = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(folder, 'MANIFEST.tsv'));
const skipped = isThere ? '' : ' [skipped: no captures; set DDOSTOP_CAPTURES to their folder]';
const lacksTshark = !isThere || !hasTshark();

const HULK = 'mabidm.hulk.pcap';
const BROWSING = 'ja4.http1.pcapng';
const PROXIES = 'doup123.test.pcap';

const FIELDS = ['http.request.method', 'http.request.uri', 'http.host', 'http.user_agent', 'http.accept_encoding'];

function hasTshark(): boolean {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function collect(name: string): RowCollector {
  const collector = new RowCollector({ seed: 3, target: null, rows: 5000, ja4Compat: true });
  const file = new CaptureFile(join(folder, name));
  while (file.step((frames) => collector.pushFrames(frames)));
  return collector;
}

/** Shares of a value of an attribute of requests, percent. */
function shares(collector: RowCollector, name: string): [value: number | string | null, percent: number][] {
  const contrast = requestContrast(collector.requests, null);
  const column = contrast.columns.find(({ attribute }) => attribute.name === name);
  const rows = new Map<number, number>();
  for (const code of column?.codes ?? []) rows.set(code, (rows.get(code) ?? 0) + 1);
  return [...rows]
    .sort((a, b) => b[1] - a[1])
    .map(([code, count]) => [
      code === 0 ? null : (column?.valueOf(code) ?? null),
      Math.round((1000 * count) / contrast.attackRows) / 10,
    ]);
}

describe(`requests of captures${skipped}`, () => {
  test.skipIf(lacksTshark).each([HULK, BROWSING, PROXIES])('%s: every request that tshark lists', (name) => {
    const fields = FIELDS.flatMap((field) => ['-e', field]);
    const args = [
      '-n',
      '-r',
      join(folder, name),
      '-Y',
      'http.request && tcp',
      '-T',
      'fields',
      '-E',
      'occurrence=f',
      ...fields,
    ];
    const theirs = execFileSync('tshark', args, { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString('latin1')
      .replace(/\n$/, '');
    const { samples, rows, texts } = collect(name).requests;
    const ours = new Map<string, number>();
    for (const row of rows) {
      const { method, path, host, userAgent, acceptEncoding } = samples;
      const line = [method, path, host, userAgent, acceptEncoding].map((column) => texts.textOf(column[row] as number));
      ours.set(line.join('\t'), (ours.get(line.join('\t')) ?? 0) + 1);
    }
    const lacking = theirs.split('\n').filter((line) => {
      const [method = '', uri = '', ...rest] = line.split('\t');
      const key = [method, uri.replace(/^http:\/\/[^/?]*/, '').replace(/[?#].*/, ''), ...rest].join('\t');
      const left = (ours.get(key) ?? 0) - 1;
      ours.set(key, left);
      return left < 0;
    });
    expect(lacking).toEqual([]);
  });

  test.skipIf(!isThere).each([
    [HULK, 'http.method', [['GET', 100]]],
    [HULK, 'http.queryNames', [['#', 100]]],
    [HULK, 'http.acceptEncoding', [['identity', 100]]],
    [HULK, 'http.browserHeaders', [['none', 100]]],
    [HULK, 'client.assets', [['pages only', 100]]],
    [HULK, 'http.hasCookie', [[0, 100]]],
    [PROXIES, 'http.refererHost', [['code.google.com', 100]]],
    [PROXIES, 'client.requests', [[3, 100]]],
    [
      BROWSING,
      'http.resource',
      [
        ['html', 64.3],
        ['xml', 32.1],
        ['bin', 1.8],
        ['json', 1.8],
      ],
    ],
  ])('%s: %s', (name, attribute, expected) => {
    expect(shares(collect(name), attribute)).toEqual(expected);
  });

  test.skipIf(!isThere)('hellos: fingerprints that others know', () => {
    // FoxIO's python/test/testdata/tls-non-ascii-alpn.pcapng.json: JA4 as tools before 2025 have it.
    const hellos = collect('ja4.tls-non-ascii-alpn.pcapng').hellos;
    const contrast = helloContrast(hellos, null);
    const texts = (name: string) => {
      const column = contrast.columns.find(({ attribute }) => attribute.name === name);
      return Array.from({ length: column?.valueCount ?? 0 }, (_, index) => column?.valueOf(index + 1));
    };
    expect(texts('tls.ja4')).toEqual(['t13d151699_8daaf6152771_e5627efa2ab1']);
    expect(texts('tls.transport')).toEqual(['t']);
    expect(texts('tls.ja3').every((text) => /^[0-9a-f]{32}$/.test(String(text)))).toBe(true);
  });

  test.skipIf(!isThere)('rows survive a move to another thread', () => {
    const { requests, hellos } = collect(BROWSING);
    const picked = requests.samples.pick([2, 0], 2);
    expect(picked.path[0]).toBe(requests.samples.path[2]);
    const buffers = picked.buffers();
    expect(RequestSamples.from(structuredClone(buffers, { transfer: buffers }))).toEqual(
      requests.samples.pick([2, 0], 2),
    );
    expect(HelloSamples.from(hellos.samples.buffers())).toEqual(hellos.samples);
  });
});
