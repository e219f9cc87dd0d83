/** Carpet bombing: prefixes whose hosts are all below their floors, through the whole path, by the kernel and by the reference. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_DETECTION } from '../../src/config/threshold-config.js';
import type { Incident } from '../../src/incident/incident.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import type { FrameMemory } from '../../src/records/collector.js';
import type { FrameBatch } from '../../src/records/frame-batch.js';
import { TCP } from '../../src/scenario/packet-builder.js';
import { Random } from '../../src/scenario/random.js';
import { FrameMill } from '../support/frame-mill.js';
import { tcpFrame, udpFrame } from '../support/frames.js';
import { ethernet, ipv6, tcp } from '../support/packet-bytes.js';
import { inTurn } from '../support/whole.js';

const T0 = 1_700_000_000;
const HOSTS = 8192;

const host = (i: number) => `198.18.${i >> 8}.${i & 255}`;
const syn6 = (random: Random) => {
  const frame = ethernet(0x86dd, ipv6(tcp(0x02), 6));
  const view = new DataView(frame.buffer, frame.byteOffset);
  view.setUint32(38, 0x20010db8);
  view.setUint16(42, 7);
  for (let at = 44; at < 54; at += 2) view.setUint16(at, Math.floor(random.next() * 65_536));
  return frame;
};
const random = new Random(11);
/** By kind HOSTS frames: good traffic to all of a /19, SYNs to each of it, UDP to each, SYNs anywhere in a /48. */
const mill = new FrameMill([
  ...Array.from(
    { length: HOSTS },
    (_, i) => tcpFrame(0, { dst: host(i), flags: TCP.ack, src: `192.0.2.${i % 250}` }).bytes,
  ),
  ...Array.from({ length: HOSTS }, (_, i) => tcpFrame(0, { dst: host(i), src: `10.${i % 200}.${i >> 6}.9` }).bytes),
  ...Array.from({ length: HOSTS }, (_, i) => udpFrame(0, { dst: host(i), src: `10.${i % 200}.${i >> 6}.9` }).bytes),
  ...Array.from({ length: HOSTS }, () => syn6(random)),
]);
const GOOD = 0;
const SYN = HOSTS;
const UDP = 2 * HOSTS;
const SYN6 = 3 * HOSTS;

/** The same frames where the kernel reads them; their bytes are copied once. */
function placed(batch: FrameBatch, memory: FrameMemory): FrameBatch {
  const slab = memory.slab(4 << 20);
  const to = memory.batch;
  if (to.bytes !== slab) {
    slab.set(batch.bytes);
    to.setSlab(slab);
  }
  for (const column of ['at', 'capLen', 'wireLen', 'sec', 'nsec', 'linkType'] as const) to[column].set(batch[column]);
  to.count = batch.count;
  return to;
}

interface Mix {
  readonly seconds: number;
  /** Parts of the packets, each with the hosts it goes to: [from, to) of a kind. */
  readonly parts: readonly {
    readonly pps: number;
    readonly kind: number;
    readonly from: number;
    readonly to: number;
  }[];
}

function run(mixes: readonly Mix[], { kernel = true, networks = [] as string[] } = {}): Incident[] {
  const detection = { ...DEFAULT_DETECTION, networks };
  const pipeline = new Pipeline({ windows: true, levels: 2, seed: 7, kernel, detection });
  const draw = new Random(5);
  const { frameMemory } = pipeline;
  let sec = T0;
  for (const { seconds, parts } of mixes) {
    const all = parts.reduce((sum, { pps }) => sum + pps, 0);
    const pick = () => {
      let at = draw.next() * all;
      const part = parts.find(({ pps }) => (at -= pps) < 0) ?? parts[0]!;
      return part.kind + part.from + Math.floor(draw.next() * (part.to - part.from));
    };
    mill.run(sec, sec + seconds, all, pick, (batch) =>
      pipeline.pushFrames(frameMemory === null ? batch : placed(batch, frameMemory)),
    );
    sec += seconds;
  }
  return pipeline.incidents();
}

const good = { pps: 1500, kind: GOOD, from: 0, to: HOSTS };
const quiet = { seconds: 11, parts: [good] };
const named = (incidents: readonly Incident[]) =>
  incidents.map(({ target, scope, state, vectors }) => [target, scope, state, vectors.map(({ id }) => id).join()]);

describe('a carpet is named by the smallest prefix that explains it', () => {
  const sizes: readonly (readonly [string, number, string])[] = [
    ['a /24', 256, '198.18.8.0/24'],
    ['a /22', 1024, '198.18.8.0/22'],
    ['a /20', 4096, '198.18.0.0/20'],
    ['a /19 that is ours', 8192, '198.18.0.0/19'],
  ];
  test.each(inTurn(sizes, 0))(
    '%s of SYNs, each host far below its floor, with good traffic beside',
    (_, hosts, target) => {
      const from = hosts > 1024 ? 0 : 2048;
      const flood = { pps: 12_000, kind: SYN, from, to: from + hosts };
      const incidents = run([quiet, { seconds: 2.5, parts: [good, flood] }], { networks: ['198.18.0.0/19'] });
      expect(named(incidents)).toEqual([[target, 'prefix', 'attack', 'tcp-syn']]);
      const [incident] = incidents as [Incident];
      expect(incident.detectedAt! - (T0 + 11)).toBeLessThanOrEqual(1.2);
      expect(incident.direction).toBe('incoming');
      // The table has 1024 hosts; what it loses is counted all the same.
      expect(incident.vectors[0]!.pps).toBeGreaterThan(11_400);
      expect(incident.evidence.join()).toContain('floor 4');
    },
  );

  test.each(inTurn([[true], [false]], 0))(
    'a /48 of IPv6, hosts anywhere in it, from the first packet on (kernel %s)',
    (kernel) => {
      const incidents = run([{ seconds: 3, parts: [{ pps: 9000, kind: SYN6, from: 0, to: HOSTS }] }], { kernel });
      expect(named(incidents)).toEqual([['2001:db8:7::/48', 'prefix', 'attack', 'tcp-syn']]);
      expect(incidents[0]!.vectors[0]!.pps).toBeGreaterThan(8500);
    },
  );

  test('UDP, which good traffic is made of too, when it is much more than before', () => {
    const flood = { pps: 45_000, kind: UDP, from: 1024, to: 2048 };
    expect(named(run([quiet, { seconds: 2, parts: [good, flood] }]))).toEqual([
      ['198.18.4.0/22', 'prefix', 'attack', 'udp-rand'],
    ]);
    expect(named(run([{ seconds: 3, parts: [good, flood] }]))).toEqual([]);
  });
});

describe('no carpet', () => {
  test('a busy prefix of good hosts, from the first packet on, with a rise by half', () => {
    const busy = (factor: number) => [
      { pps: 9000 * factor, kind: GOOD, from: 0, to: 256 },
      { pps: 4500 * factor, kind: SYN, from: 0, to: 256 },
    ];
    expect(
      run([
        { seconds: 12, parts: busy(1) },
        { seconds: 4, parts: busy(1.5) },
      ]),
    ).toEqual([]);
  });

  test('one host under attack is an incident of the host, also in an attacked prefix that opened later', () => {
    const one = { pps: 8000, kind: SYN, from: 300, to: 301 };
    const attacked = { seconds: 2, parts: [good, one] };
    expect(named(run([quiet, attacked]))).toEqual([[host(300), 'host', 'attack', 'tcp-syn']]);
    const carpet = { pps: 9000, kind: SYN, from: 256, to: 512 };
    const both = run([quiet, attacked, { seconds: 2, parts: [good, one, carpet] }]);
    expect(named(both)).toEqual([
      ['198.18.1.0/24', 'prefix', 'attack', 'tcp-syn'],
      [host(300), 'host', 'attack', 'tcp-syn'],
    ]);
    expect(both[0]!.peakPps).toBeLessThan(11_000);
  });

  test('a host that crosses its floor in an attacked prefix stays part of that attack', () => {
    const carpet = { pps: 12_000, kind: SYN, from: 256, to: 512 };
    const one = { pps: 6000, kind: SYN, from: 300, to: 301 };
    const incidents = run([quiet, { seconds: 2, parts: [good, carpet] }, { seconds: 2, parts: [good, carpet, one] }]);
    expect(named(incidents)).toEqual([['198.18.1.0/24', 'prefix', 'attack', 'tcp-syn']]);
    expect(incidents[0]!.peakPps).toBeGreaterThan(17_000);
  });
});
