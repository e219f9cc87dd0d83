import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CaptureFile } from '../../test/support/capture-file.js';
import { pushScenario, SHOP } from '../../test/support/scenario-analysis.js';
import { FrameBatch } from '../records/frame-batch.js';
import { PacketSamples } from '../records/packet-samples.js';
import { packetContrast } from '../signature/table/contrast-of.js';
import { RowCollector, type RowCollectorOptions } from './row-collector.js';

const folder = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(folder, 'MANIFEST.tsv'));
const skipped = isThere ? '' : ' [skipped: no captures; set DDOSTOP_CAPTURES to their folder]';

function collect(name: string, options: Partial<RowCollectorOptions> = {}, rowsAtOnce = 0): RowCollector {
  const collector = new RowCollector({ seed: 7, target: null, ...options });
  const file = new CaptureFile(join(folder, name));
  while (
    file.step((frames) => (rowsAtOnce === 0 ? collector.pushFrames(frames) : pushParts(collector, frames, rowsAtOnce)))
  );
  return collector;
}

/** The same frames, a few at a time. */
function pushParts(collector: RowCollector, frames: FrameBatch, rows: number): void {
  const part = new FrameBatch(rows);
  part.setSlab(frames.bytes);
  for (let from = 0; from < frames.count; from += rows) {
    part.count = Math.min(rows, frames.count - from);
    for (const column of ['at', 'capLen', 'wireLen', 'sec', 'nsec', 'linkType'] as const) {
      part[column].set(frames[column].subarray(from, from + part.count));
    }
    collector.pushFrames(part);
  }
}

/** Shares of an attribute's values in percent, the largest first. */
function shares(collector: RowCollector, name: string): [value: number | string | null, percent: number][] {
  const contrast = packetContrast(collector.packets, null);
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

// Shares by tshark -T fields -e ip.ttl (tcp.window_size_value, tcp.flags, ...) | sort | uniq -c.
const SPOOFED = 'stopddos.pkt.TCP.synflood.spoofed.pcap';
const IKE = 'stopddos.amp.UDP.isakmp.pcap';

describe(`rows of captures${skipped}`, () => {
  test.skipIf(!isThere).each([
    [
      SPOOFED,
      'ip.ttl',
      [
        [244, 50.3],
        [242, 49.7],
      ],
    ],
    [SPOOFED, 'tcp.window', [[0, 100]]],
    [SPOOFED, 'tcp.flags', [[2, 100]]],
    [SPOOFED, 'ip.length', [[40, 100]]],
    [SPOOFED, 'tcp.options', [['', 100]]],
    [IKE, 'port.src', [[4500, 100]]],
    [IKE, 'port.srcClass', [['known reflector', 100]]],
    [IKE, 'ip.length', [[232, 100]]],
    [IKE, 'udp.length', [[212, 100]]],
    [IKE, 'payload.first4', [[0, 100]]],
    // tshark -Y '!icmp' -E occurrence=f -T fields -e snmp.data: 4074 of 2, 3 of 8, 2 of 5, in 4373 frames.
    [
      'stopddos.amp.UDP.snmp.src161.pcapng',
      'app.message',
      [
        ['snmp response', 93.2],
        [null, 6.7],
        ['snmp report', 0.1],
        ['snmp getBulkRequest', 0],
      ],
    ],
    // tshark -E occurrence=f -T fields -e dns.qry.name: 6685 of 7057 frames that are no ICMP.
    [
      'netlyzer.ddos.pcap',
      'dns.zone',
      [
        ['ddostheinter.net', 94.7],
        [null, 5.3],
      ],
    ],
  ])('%s: %s', (name, attribute, expected) => {
    expect(shares(collect(name), attribute)).toEqual(expected);
  });

  test.skipIf(!isThere).each([
    ['everything', {}],
    ['few rows of many', { rows: 100 }],
    ['one target', { target: '10.10.10.10', rows: 500 }],
  ])('however the frames come: %s', (_name, options) => {
    const whole = collect(SPOOFED, options);
    const parts = collect(SPOOFED, options, 7);
    expect(parts.packetsSeen).toBe(whole.packetsSeen);
    expect(isDeepStrictEqual(parts.packets.samples, whole.packets.samples)).toBe(true); // millions of numbers: far faster than toEqual
  });

  test.skipIf(!isThere)('a span of time, and a prefix that nobody is in', () => {
    // tshark -Y 'frame.time_epoch >= 1619605821.2 && frame.time_epoch < 1619605821.3' | wc -l
    const span = collect(SPOOFED, { fromSec: 1_619_605_821.2, toSec: 1_619_605_821.3 });
    expect(span.packetsSeen).toBe(1835);
    expect(span.firstSec).toBeGreaterThanOrEqual(1_619_605_821.2);
    expect(span.lastSec).toBeLessThan(1_619_605_821.3);
    expect(collect(SPOOFED, { target: '192.0.2.0/24' }).packetsSeen).toBe(0);
    expect(collect(SPOOFED, { target: '10.10.0.0/16', rows: 50 }).targets(3)).toEqual([
      { target: '10.10.10.10', share: 1 },
    ]);
  });

  test.skipIf(!isThere)('weights stand for all packets', () => {
    const { packets, packetsSeen } = collect(SPOOFED, { rows: 300 });
    expect(packets.rows.length).toBe(300);
    expect(packets.weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(packetsSeen, 6);
  });

  test.skipIf(!isThere)('rows survive a move to another thread', () => {
    const { samples } = collect(IKE, { rows: 64 }).packets;
    const picked = samples.pick([3, 1, 60], 3);
    expect(picked.src.subarray(0, 4)).toEqual(samples.src.subarray(12, 16));
    expect(picked.details.sec[1]).toBe(samples.details.sec[1]);
    const buffers = picked.buffers();
    const moved = PacketSamples.from(structuredClone(buffers, { transfer: buffers }));
    expect(moved).toEqual(samples.pick([3, 1, 60], 3));
    expect(picked.version.length).toBe(0);
  });
});

describe('the built-in scenario', () => {
  const START_SEC = 1_760_000_000;
  const at = (sec: number) => START_SEC + sec;
  const collectors = {
    all: new RowCollector({ seed: 1, target: null }),
    shop: new RowCollector({ seed: 1, target: SHOP }),
    rest: new RowCollector({ seed: 1, target: SHOP, isRest: true }),
    calm: new RowCollector({ seed: 1, target: SHOP, toSec: at(60), except: [{ fromSec: at(14), toSec: at(40) }] }),
    begin: new RowCollector({ seed: 1, target: SHOP, toSec: at(14) }),
    end: new RowCollector({ seed: 1, target: SHOP, fromSec: at(40), toSec: at(60) }),
    nothing: new RowCollector({ seed: 1, target: SHOP, except: [{ fromSec: -Infinity, toSec: Infinity }] }),
  };
  pushScenario(Object.values(collectors), at(62));

  test('the rest is what does not go to the target', () => {
    const { all, shop, rest } = collectors;
    expect(rest.packetsSeen).toBeGreaterThan(100);
    expect(rest.packetsSeen).toBe(all.packetsSeen - shop.packetsSeen);
    expect(rest.targets(100).map(({ target }) => target)).not.toContain(SHOP);
  });

  test('times that are left out', () => {
    const { calm, begin, end, nothing } = collectors;
    expect(calm.packetsSeen).toBe(begin.packetsSeen + end.packetsSeen);
    expect(calm.requestsSeen).toBe(begin.requestsSeen + end.requestsSeen);
    expect(calm.requestsSeen).toBeGreaterThan(100);
    expect([calm.firstSec, calm.lastSec]).toEqual([begin.firstSec, end.lastSec]);
    expect(calm.seconds).toBeCloseTo(end.lastSec - begin.firstSec - 26, 9);
    expect([nothing.packetsSeen, nothing.seconds]).toEqual([0, Number.NaN]);
  });
});
