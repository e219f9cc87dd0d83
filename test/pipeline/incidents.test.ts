/** What becomes of verdicts: names with shares, who sends, which way, how urgent, and attacks that come back. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_DETECTION } from '../../src/config/threshold-config.js';
import type { Incident } from '../../src/incident/incident.js';
import { LiveRows } from '../../src/pipeline/live-rows.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import type { PipelineOptions } from '../../src/pipeline/pipeline-options.js';
import { TCP } from '../../src/scenario/packet-builder.js';
import { inBatches, merged, steady, type TestFrame, tcpFrame, udpFrame } from '../support/frames.js';

const T0 = 1_700_000_000;
const TARGET = '203.0.113.10';

function run(frames: Iterable<TestFrame>, options: PipelineOptions = {}): Pipeline {
  const pipeline = new Pipeline({ windows: true, levels: 4, seed: 7, rows: new LiveRows(), ...options });
  inBatches(frames, 2048, (batch) => pipeline.pushFrames(batch));
  return pipeline;
}

const good = (fromSec: number, toSec: number, rate = 100) =>
  steady(fromSec, toSec, rate, (sec, i) =>
    tcpFrame(sec, { src: `192.0.2.${1 + (i % 50)}`, flags: TCP.ack, dstPort: 80 }),
  );
const syns = (fromSec: number, toSec: number, rate: number) =>
  steady(fromSec, toSec, rate, (sec, i) =>
    tcpFrame(sec, { src: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}` }),
  );
const dns = (fromSec: number, toSec: number, rate: number) =>
  steady(fromSec, toSec, rate, (sec, i) =>
    udpFrame(sec, {
      src: `10.9.0.${i % 200}`,
      srcPort: 53,
      dstPort: 1024 + (i % 60_000),
      payload: new Uint8Array(1200),
    }),
  );

describe('a mix of 70 SYN, 20 DNS answers, 5 good requests and 5 answers of servers', () => {
  const http = (fromSec: number, toSec: number, rate: number) =>
    steady(fromSec, toSec, rate, (sec, i) =>
      tcpFrame(sec, {
        src: `192.0.2.${1 + (i % 50)}`,
        flags: TCP.ack | TCP.psh,
        dstPort: 80,
        payload: new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'),
      }),
    );
  const answers = (fromSec: number, toSec: number, rate: number) =>
    steady(fromSec, toSec, rate, (sec) =>
      tcpFrame(sec, { src: '198.51.100.9', srcPort: 443, dstPort: 40_000, flags: TCP.ack | TCP.psh }),
    );

  test.each([[1000], [8000]])('at %i pps both vectors are named, with their shares of all packets', (rate) => {
    const mix = (share: number) => share * rate;
    const frames = merged(
      syns(T0, T0 + 8, mix(0.7)),
      dns(T0, T0 + 8, mix(0.2)),
      http(T0, T0 + 8, mix(0.05)),
      answers(T0, T0 + 8, mix(0.05)),
    );
    const detection = { ...DEFAULT_DETECTION, floors: { synPps: 500, reflectionPps: 100 } };
    const { vectors } = run(frames, { detection }).incidents()[0]!;
    expect(vectors.map(({ id }) => id)).toEqual(['tcp-syn', 'refl-dns']);
    expect(Math.abs(vectors[0]!.share - 0.7)).toBeLessThan(0.02);
    expect(Math.abs(vectors[1]!.share - 0.2)).toBeLessThan(0.02);
  });
});

describe('who sends it', () => {
  const flood = (src: (i: number) => string, ttl: (i: number) => number = () => 60) =>
    run(steady(T0, T0 + 4, 3000, (sec, i) => tcpFrame(sec, { src: src(i), ttl: ttl(i) }))).incidents()[0]!.sources
      .verdict;
  const many = (i: number) => `10.${(i * 7) & 255}.${(i >> 8) & 255}.${i & 255}`;

  test.each<[string, Incident['sources']['verdict'], string]>([
    ['each source once', 'spoofed', flood(many)],
    ['some thousand sources, often twice, from one distance', 'spoofed', flood((i) => many(i % 1500))],
    [
      'the same from everywhere',
      'botnet',
      flood(
        (i) => many(i % 400),
        (i) => 40 + ((i % 400) % 24),
      ),
    ],
    ['three hosts', 'few', flood((i) => `198.51.100.${i % 3}`)],
    ['resolvers', 'reflected', run(dns(T0, T0 + 4, 2000)).incidents()[0]!.sources.verdict],
  ])('%s: %s', (_, expected, verdict) => expect(verdict).toBe(expected));
});

test('incoming, outgoing, or nobody knows', () => {
  const directionOf = (networks: string[]) =>
    run(syns(T0, T0 + 3, 4000), { detection: { ...DEFAULT_DETECTION, networks } }).incidents()[0]!.direction;
  expect(directionOf(['203.0.113.0/24'])).toBe('incoming');
  expect(directionOf(['10.0.0.0/8'])).toBe('outgoing');
  expect(directionOf(['198.51.100.0/24'])).toBe('unknown');
  expect(directionOf([])).toBe('unknown');
});

describe('an attack that comes back', () => {
  const waves = (...starts: number[]) =>
    merged(good(T0, T0 + Math.max(...starts) + 45), ...starts.map((at) => syns(T0 + at, T0 + at + 5, 4000)));

  test('is one incident within a minute, and within five by the same vector; each return counts', () => {
    const [incident, ...others] = run(waves(5, 20, 60, 150), { idPrefix: 'a7-' }).incidents();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ id: 'a7-1', target: TARGET, state: 'ended', pulses: 3, isReportable: true });
    expect(incident!.packets).toBe(80_000);
    expect(incident!.openedAt - T0).toBeCloseTo(5, 1);
    expect(incident!.endedAt! - T0).toBeCloseTo(155.5, 1);
  });

  test('is another one by another vector after a minute', () => {
    const frames = merged(good(T0, T0 + 110), syns(T0 + 5, T0 + 8, 4000), dns(T0 + 100, T0 + 104, 2000));
    expect(
      run(frames)
        .incidents()
        .map(({ id, vectors }) => [id, vectors[0]!.id]),
    ).toEqual([
      ['i2', 'refl-dns'],
      ['i1', 'tcp-syn'],
    ]);
  });

  test('two seconds of it are shown, and told of only when they last', () => {
    const short = run(merged(good(T0, T0 + 30), syns(T0 + 5, T0 + 6.5, 4000)));
    expect(short.incidents()[0]).toMatchObject({ state: 'ending', isReportable: false });
  });
});

describe('how bad', () => {
  const judged = (frames: Iterable<TestFrame>) => run(frames).incidents()[0]!;
  const part = ({ urgencyParts }: Incident, name: string) => urgencyParts.find((entry) => entry.name === name)!;

  test('good traffic that goes on is no impact; what vanishes is the severity', () => {
    const harmless = judged(merged(good(T0, T0 + 20, 400), syns(T0 + 14, T0 + 20, 3000)));
    const harmful = judged(merged(good(T0, T0 + 14, 400), syns(T0 + 14, T0 + 20, 3000)));
    expect(harmless).toMatchObject({ severity: 'low' });
    expect(harmful).toMatchObject({ severity: 'critical' });
    expect(part(harmless, 'impact')).toMatchObject({ value: 0 });
    expect(part(harmful, 'impact').value).toBeGreaterThan(2);
    expect(part(harmful, 'impact').words).toMatch(/^good traffic fell to /);
    expect(harmful.urgency!).toBeGreaterThan(harmless.urgency! + 20);
  });

  test('what others measure counts too', () => {
    const pipeline = new Pipeline({ windows: true, seed: 7 });
    pipeline.setSignals({ linkShare: 0.95, serverErrorShare: null, conntrackShare: 0.9 });
    inBatches(syns(T0, T0 + 3, 3000), 2048, (batch) => pipeline.pushFrames(batch));
    const [incident] = pipeline.incidents();
    expect(incident).toMatchObject({ severity: 'critical' });
    expect(part(incident!, 'impact').words).toBe('link 95.0% full, connection tracking 90.0% full');
  });

  test('urgency rises with the rate, relevance with what is special and what lasts', () => {
    const weak = judged(syns(T0, T0 + 5, 3000));
    const strong = judged(syns(T0, T0 + 5, 20_000));
    expect(weak.urgency!).toBeLessThan(30);
    expect(strong.urgency!).toBeGreaterThan(50);
    const udp = judged(
      steady(T0, T0 + 5, 24_000, (sec, i) => udpFrame(sec, { src: `10.1.${(i >> 8) & 255}.${i & 255}` })),
    );
    const reflected = judged(dns(T0, T0 + 5, 4000));
    expect(reflected.relevance!).toBeGreaterThan(udp.relevance! + 20);
    for (const { urgencyParts, relevanceParts } of [weak, strong, udp, reflected]) {
      for (const { value, cap } of [...urgencyParts, ...relevanceParts]) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(cap);
      }
    }
  });
});
