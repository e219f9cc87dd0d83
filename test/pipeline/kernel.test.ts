/** The kernel against the TypeScript it stands in for: same bytes, same seed, same everything. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureReader, ReadState } from '../../collectors/pcap/capture-reader.js';
import * as ClassNumbers from '../../src/kernel/class-numbers.js';
import { LiveRows } from '../../src/pipeline/live-rows.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { TRAFFIC_CLASSES } from '../../src/records/traffic-class.js';
import { buildReport } from '../../src/report/report.js';
import { Random } from '../../src/scenario/random.js';
import { scenarioChunks } from '../../src/scenario/scenario.js';
import type { SourceStatus } from '../../src/snapshot/snapshot.js';
import { pcap } from '../support/capture-bytes.js';
import { ethernet, ipv4, ipv6, tcp, udp } from '../support/packet-bytes.js';
import { smallCapture } from '../support/sample-capture.js';
import { IS_WHOLE, inTurn } from '../support/whole.js';

const STATUS: SourceStatus = { name: 'test', state: 'live', detail: '', paced: false };
const folder = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(folder);
const skipped = isThere ? '' : ' [skipped: no captures; set DDOSTOP_CAPTURES to their folder]';

/** All that is seen of a capture. What the samples say is left out: they are drawn by chance. */
function seen(chunks: Iterable<Uint8Array>, kernel: boolean, windows: boolean): string {
  const pipeline = new Pipeline({ kernel, windows, levels: 4, seed: 99, rows: windows ? new LiveRows() : null });
  expect(pipeline.frameMemory !== null).toBe(kernel);
  const reader = new CaptureReader(pipeline.frameMemory);
  feed(reader, chunks, pipeline, pipeline.frameMemory?.batch ?? new FrameBatch());
  const snapshot = pipeline.snapshot(STATUS);
  pipeline.finish();
  const damage = reader.end?.kind === 'damaged' || reader.end?.kind === 'incomplete' ? reader.end : null;
  const report = buildReport(pipeline, { name: 'test', format: reader.format, damage }, 100);
  const incidents = report.incidents.map((incident) => ({ ...incident, sources: null, id: null }));
  return JSON.stringify({ snapshot, report: { ...report, incidents } }, null, 1);
}

function feed(reader: CaptureReader, chunks: Iterable<Uint8Array>, pipeline: Pipeline, batch: FrameBatch): void {
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const space = reader.space();
      const part = chunk.subarray(at, at + space.length);
      space.set(part);
      reader.wrote(part.length);
      at += part.length;
      while (reader.next(batch) === ReadState.frames) pipeline.pushFrames(batch);
      if (reader.end !== null) return;
    }
  }
  reader.finish();
}

const FRAMES = {
  v4: ethernet(0x0800, ipv4(tcp(0x02))),
  v6: ethernet(0x86dd, ipv6(udp(4000, 53, new Uint8Array(20)), 17)),
};

/** Random sources of both versions, with a few that come again and again; 20 000 frames a second. */
function spoofedFlood(count: number): Uint8Array {
  const random = new Random(3);
  const records = Array.from({ length: count }, (_, i) => {
    const isV4 = random.next() < 0.6;
    const bytes = (isV4 ? FRAMES.v4 : FRAMES.v6).slice();
    const view = new DataView(bytes.buffer);
    const isHeavy = random.next() < 0.05;
    const source = isHeavy ? 0x0a000000 + Math.floor(random.next() * 50) : Math.floor(random.next() * 2 ** 32);
    view.setUint32(isV4 ? 26 : 22, source);
    if (!isV4 && !isHeavy) view.setUint32(30, Math.floor(random.next() * 2 ** 32));
    view.setUint16(isV4 ? 34 : 54, Math.floor(random.next() * 65_536));
    if (i % 7 === 0) view.setUint32(isV4 ? 30 : 50, Math.floor(random.next() * 3000));
    return { bytes, time: [1_700_000_000 + Math.floor(i / 20_000), (i % 20_000) * 50] as const };
  });
  return pcap(records);
}

function expectSame(chunks: () => Iterable<Uint8Array>, tables: readonly boolean[] = [false, true]): void {
  for (const windows of tables) {
    const byKernel = seen(chunks(), true, windows);
    const byReference = seen(chunks(), false, windows);
    // Compared as text: a difference of a megabyte of objects takes minutes to print.
    if (byKernel === byReference) continue;
    const at = [...byKernel].findIndex((char, i) => char !== byReference[i]);
    expect(byKernel.slice(at - 200, at + 200)).toBe(byReference.slice(at - 200, at + 200));
  }
}

/** The scenario with its first attack; `npm run verify:whole` has all of it. */
function* beginning(): Generator<Uint8Array> {
  let chunks = 0;
  for (const chunk of scenarioChunks()) {
    if (!IS_WHOLE && chunks >= 350) return;
    chunks += 1;
    yield chunk;
  }
}

describe('the kernel counts what the reference counts', () => {
  test('a small mixed capture', () => expectSame(() => [smallCapture()]));

  test(
    'the built-in scenario, attacks and all',
    () => expectSame(() => beginning(), IS_WHOLE ? [false, true] : [true]),
    120_000,
  );

  test('a flood that fills every set of the tables: decay, eviction, spilled touched lists', () => {
    expectSame(() => [spoofedFlood(120_000)]);
  }, 120_000);

  test('lengths that lie, big-endian, nanoseconds', () => {
    const frames = Array.from({ length: 3000 }, (_, i) => ({
      bytes: i % 2 === 0 ? FRAMES.v4.slice() : FRAMES.v6.slice(),
      time: [1_700_000_000 + Math.floor(i / 700), (i * 999_983) % 1_000_000_000] as const,
      wireLen: i % 5 === 0 ? 0xffff_ffff - i : 64,
    }));
    expectSame(() => [pcap(frames, { little: false, magic: 0xa1b23c4d })]);
  });

  test('damaged bytes anywhere', () => {
    const whole = smallCapture();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 60_000 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 300 }),
        (changes) => {
          const bytes = whole.slice(0, 60_000);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          expectSame(() => [bytes]);
        },
      ),
      { numRuns: 60 },
    );
  });

  describe.skipIf(!isThere)(`real captures${skipped}`, () => {
    const names = isThere ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    const all = names.filter((name) => /\.(pcap|pcapng|cap)$/.test(name)).sort();
    // One in four; `npm run verify:whole` has all.
    const captures = inTurn(all, 0, 6);
    // Fifty a test: a failure names its file, and the list stays short.
    for (let from = 0; from < captures.length; from += 50) {
      test(`${captures[from]} and the next`, () => {
        for (const name of captures.slice(from, from + 50)) {
          const bytes = readFileSync(join(folder, name));
          // In turn with windows and without; `npm run verify:whole` has both of each.
          const tables = IS_WHOLE ? [false, true] : [captures.indexOf(name) % 2 === 0];
          if (bytes.length <= 20 * 2 ** 20) expectSame(() => [bytes], tables);
        }
      }, 120_000);
    }
  });
});

test('class numbers are those of the catalogue', () => {
  const ids: Record<keyof typeof ClassNumbers, string> = {
    IP_OTHER: 'ip-other',
    SYN: 'tcp-syn',
    SYN_ECN: 'tcp-syn-ecn',
    SYN_DATA: 'tcp-syn-data',
    SYN_ACK: 'tcp-synack-refl',
    ACK: 'tcp-ack',
    PSH_ACK: 'tcp-pshack',
    RST: 'tcp-rst',
    FIN: 'tcp-fin',
    XMAS: 'tcp-xmas',
    TCP_NULL: 'tcp-null',
    SYN_FIN: 'tcp-synfin',
    TCP_FRAGMENT: 'tcp-frag',
    UDP: 'udp-rand',
    UDP_EMPTY: 'udp-null',
    UDP_PORT_0: 'udp-port0',
    UDP_FRAGMENT: 'udp-frag',
    ICMP_ECHO: 'icmp-echo',
    ICMP_REPLY: 'icmp-refl',
    ICMP_UNREACHABLE: 'icmp-unreach',
    ICMP_OTHER: 'icmp-other',
    GRE: 'gre',
    ESP: 'esp',
    WEIRD: 'ip-weird',
    LAND: 'land',
    HTTP_GET: 'app-http-get',
    HTTP_POST: 'app-http-post',
    TLS_HELLO: 'app-tls',
    DNS_QUERY: 'app-dns-q',
  };
  const numbers: Record<string, number> = { ...ClassNumbers };
  for (const [name, id] of Object.entries(ids)) expect(TRAFFIC_CLASSES[numbers[name] as number]?.id).toBe(id);
});
