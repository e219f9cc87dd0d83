/** A realistic picture without packets: SYN flood on a web server plus DNS amplification, every number changing, seeded. */
import type { Feed, Tick } from '../../src/app/ingest/feed.js';
import { type Incident, UNJUDGED } from '../../src/incident/incident.js';
import type { EvidenceRequest, EvidenceResult } from '../../src/recording/evidence-request.js';
import {
  type FilterPart,
  type ImpactEstimate,
  NOTHING_SHED,
  PREFIX_LEVELS,
  type Shedding,
  type Snapshot,
  type Talker,
  type TalkerTop,
  type ViewRequest,
} from '../../src/snapshot/snapshot.js';
import { makeTexts, type TextsOptions } from './texts-fixture.js';

export const FIXTURE_START_SEC = 1_770_126_425;
const TICKS_PER_SEC = 4;
const SERIES_SEC = 300;
/** Second of the fixture at which the attack begins. */
const ONSET_SEC = 20;

/** 0..1, the same for the same numbers (a hash, not a sequence: any second can be made without the ones before). */
function noise(...parts: number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ Math.floor(part), 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return (hash >>> 0) / 2 ** 32;
}

export interface FixtureOptions {
  readonly hasAttack?: boolean;
  /** Seconds (of the fixture) without data. */
  readonly gap?: readonly [number, number];
  readonly sourceState?: Snapshot['source']['state'];
  readonly shedding?: Shedding;
  readonly texts?: TextsOptions;
}

function secondOf(sec: number, options: FixtureOptions): { total: number; attack: number } {
  if (options.gap && sec >= options.gap[0] && sec < options.gap[1]) return { total: Number.NaN, attack: 0 };
  const good = 38_000 + 6000 * Math.sin(sec / 17) + 4000 * noise(sec, 1);
  const age = sec - ONSET_SEC;
  const ramp = options.hasAttack === false || age < 0 ? 0 : Math.min(1, 0.25 + age / 8);
  const attack = ramp * (1_150_000 + 160_000 * Math.sin(age / 5) + 60_000 * noise(sec, 2));
  return { total: Math.round(good + attack), attack: Math.round(attack) };
}

const WINDOW_SEC = { auto: 3.25, '1s': 1, '3s': 3.25, '10s': 9.25, '60s': 52.25, all: 97.25 } as const;

/** Tick `i` of the fixture, 0.25 s each. The picture begins 60 s before tick 0. */
export function makeTick(i: number, view: ViewRequest = DEFAULT_VIEW, options: FixtureOptions = {}): Tick {
  const nowSec = FIXTURE_START_SEC + 60 + i / TICKS_PER_SEC;
  const newest = Math.floor(nowSec - FIXTURE_START_SEC);
  const first = Math.max(0, newest - SERIES_SEC + 1);
  const seconds = Array.from({ length: newest - first + 1 }, (_, k) => secondOf(first + k, options));
  const whole = seconds.at(-2)!;
  const pps = Number.isNaN(whole.total) ? 0 : whole.total;
  const bytesPer = 812;
  const snapshot: Snapshot = {
    tick: i,
    source: { name: 'pcap eth0', state: options.sourceState ?? 'live', detail: '', paced: true },
    shedding: options.shedding ?? NOTHING_SHED,
    nowSec,
    firstSec: FIXTURE_START_SEC,
    totals: {
      packets: 48_000_000 + i * 300_000,
      bytes: (48_000_000 + i * 300_000) * bytesPer,
      bytesCaptured: 6_100_000_000,
      truncated: 0,
      malformed: 12,
      unsupported: 3,
      nonIp: 41,
      arp: 29,
      tunnelled: 0,
      fragments: 18_000,
      late: 0,
      dropped: 0,
      sampled: 0,
      undetailed: 0,
    },
    pps,
    bps: pps * bytesPer * 8,
    series: {
      startSec: FIXTURE_START_SEC + first,
      packets: seconds.map(({ total }) => total),
      bytes: seconds.map(({ total }) => total * bytesPer),
      attackPackets: seconds.map(({ attack }) => attack),
      attackBytes: seconds.map(({ attack }) => attack * bytesPer),
    },
    window: view.window === 'auto' ? '3s' : view.window,
    windowSec: WINDOW_SEC[view.window],
    windowPps: pps,
    windowBps: pps * bytesPer * 8,
    sampled: view.filter.length > 0,
    view,
    sources: addressTop('source', i, pps, view, options),
    targets: addressTop('target', i, pps, view, options),
    sourcePorts: portTop([53, 443, 80, 51_820, 123, 22, 40_001, 55_231, 33_012, 60_999], i, pps, 3),
    targetPorts: portTop([443, 80, 53, 22, 8443, 25, 993, 3478, 5060, 51_820], i, pps, 4),
    flows: options.shedding?.hasDetail === false ? { ...flowTop(i, pps), rows: [] } : flowTop(i, pps),
    mix: [
      { name: 'tcp syn', pps: whole.attack * 0.74, bps: whole.attack * 0.74 * 60 * 8 },
      { name: 'udp', pps: whole.attack * 0.22, bps: whole.attack * 0.22 * 1400 * 8 },
      { name: 'udp frag', pps: whole.attack * 0.04, bps: whole.attack * 0.04 * 1200 * 8 },
      { name: 'tcp', pps: (pps - whole.attack) * 0.82, bps: (pps - whole.attack) * 0.82 * 900 * 8 },
      { name: 'tcp syn-ack', pps: (pps - whole.attack) * 0.09, bps: (pps - whole.attack) * 0.09 * 60 * 8 },
      { name: 'icmp', pps: (pps - whole.attack) * 0.05, bps: (pps - whole.attack) * 0.05 * 98 * 8 },
      { name: 'other', pps: (pps - whole.attack) * 0.04, bps: (pps - whole.attack) * 0.04 * 120 * 8 },
    ],
    texts: makeTexts(view, WINDOW_SEC[view.window], (row) => noise(i, row, 9), options.texts),
  };
  return { snapshot, incidents: options.hasAttack === false ? [] : incidentsAt(nowSec), recording: null };
}

export const DEFAULT_VIEW: ViewRequest = {
  window: 'auto',
  sourceLevel: 0,
  targetLevel: 0,
  layer: 'outer',
  rows: 200,
  filter: [],
  texts: [],
};

function talker(key: string, pps: number, size: number, i: number): Talker {
  return {
    key,
    pps,
    bps: pps * size * 8,
    packets: Math.round(pps * (40 + i / TICKS_PER_SEC)),
    bytes: Math.round(pps * size * (40 + i / TICKS_PER_SEC)),
  };
}

function addressTop(
  kind: 'source' | 'target',
  i: number,
  pps: number,
  view: ViewRequest,
  options: FixtureOptions,
): TalkerTop {
  const level = kind === 'source' ? view.sourceLevel : view.targetLevel;
  const seed = kind === 'source' ? 7 : 8;
  const count = kind === 'target' ? 14 : Math.min(view.rows, level === 3 ? 9 : 180);
  const rows = Array.from({ length: count }, (_, rank) => {
    const isTop = kind === 'target' && rank === 0;
    const share = isTop ? 0.93 : kind === 'target' ? 0.07 / (rank + 1.5) : 0.061 / (rank + 1.3) ** 0.82;
    const rate = pps * share * (0.86 + 0.28 * noise(i, rank, seed));
    return talker(addressOf(kind, rank, level), rate, isTop ? 812 : 200 + ((rank * 137) % 1100), i);
  });
  const distinct = kind === 'target' ? 214 + (i % 5) : options.hasAttack === false ? 912 : 18_412 + i * 3;
  return { rows: rows.filter((row) => matches(row.key, kind, view.filter)), distinct, exact: kind === 'target' };
}

function matches(key: string, kind: FilterPart['field'], filter: readonly FilterPart[]): boolean {
  return filter.every((part) => part.field !== kind || part.value === key);
}

function addressOf(kind: 'source' | 'target', rank: number, level: number): string {
  const { v4, v6 } = PREFIX_LEVELS[level as 0];
  if (kind === 'target' && rank === 0) return v4 === 32 ? '203.0.113.7' : `203.0.${v4 === 24 ? '113.0' : '0.0'}/${v4}`;
  if (rank % 9 === 4)
    return v6 === 128
      ? `2001:db8:${(rank * 7).toString(16)}:1::${(rank + 16).toString(16)}`
      : `2001:db8:${(rank * 7).toString(16)}::/${v6}`;
  const [a, b, c, d] = [
    kind === 'source' ? [198, 51, 100][rank % 3]! + Math.floor(rank / 3) : 203,
    (rank * 29) % 256,
    (rank * 53) % 256,
    1 + ((rank * 31) % 254),
  ];
  if (v4 === 32) return `${a}.${b}.${c}.${d}`;
  return v4 === 24 ? `${a}.${b}.${c}.0/24` : v4 === 16 ? `${a}.${b}.0.0/16` : `${a}.0.0.0/8`;
}

function portTop(ports: readonly number[], i: number, pps: number, seed: number): TalkerTop {
  const rows = ports.map((port, rank) =>
    talker(String(port), pps * (0.6 / (rank + 1) ** 1.4) * (0.9 + 0.2 * noise(i, rank, seed)), 300, i),
  );
  return { rows, distinct: 58_211, exact: false };
}

function flowTop(i: number, pps: number): TalkerTop {
  const rows = Array.from({ length: 60 }, (_, rank) => {
    const key = `udp ${addressOf('source', rank, 0)}:53 > 203.0.113.7:${40_000 + rank * 13}`;
    return talker(key, pps * (0.02 / (rank + 1)) * (0.9 + 0.2 * noise(i, rank, 5)), 1400, i);
  });
  return { rows, distinct: 1_204_311, exact: false };
}

function incidentsAt(nowSec: number): Incident[] {
  const openedAt = FIXTURE_START_SEC + ONSET_SEC;
  const age = nowSec - openedAt;
  return [
    {
      ...UNJUDGED,
      id: 'i-1',
      target: '203.0.113.7',
      vectors: [
        { id: 'tcp-syn', name: 'SYN flood', share: 0.742, confidence: 0.98, active: true, pps: 1_010_000 },
        { id: 'refl-dns', name: 'DNS amplification', share: 0.214, confidence: 0.95, active: true, pps: 291_000 },
      ],
      severity: 'critical',
      state: 'attack',
      openedAt,
      detectedAt: openedAt + 1.2,
      acknowledgedAt: null,
      mitigatedAt: null,
      endedAt: null,
      peakPps: 1_372_000,
      peakBps: 8.9e9,
      peakRps: null,
      packets: Math.round(age * 1.1e6),
      bytes: Math.round(age * 9e8),
      sources: {
        distinct: 18_412,
        verdict: 'botnet',
        top: Array.from({ length: 12 }, (_, rank) => ({
          key: addressOf('source', rank, 0),
          packets: Math.round((1_900_000 / (rank + 1)) * (age / 40)),
          bytes: 61_000_000,
        })),
      },
      evidence: [
        '1.24M pps to 203.0.113.7 against a floor of 50.0k pps; the baseline of the last 60 s was 38.1k pps',
        'SYN packets are 74.2% of its packets; 0.4% were answered by an ACK, 96% is normal here',
        'DNS answers from port 53 nobody asked for: 266k pps, mean 1 402 bytes, 3 names, all ANY or TXT',
        'Sources: 18 412 seen in 10 s, 212 before; TTLs 48 to 61 in 94% of SYN packets',
      ],
      actions: [],
    },
    {
      ...UNJUDGED,
      id: 'i-0',
      target: '2001:db8:7:1::80',
      vectors: [{ id: 'udp-flood', name: 'UDP flood', share: 0.91, confidence: 0.88, active: false, pps: 0 }],
      severity: 'medium',
      state: 'ended',
      openedAt: FIXTURE_START_SEC - 900,
      detectedAt: FIXTURE_START_SEC - 898,
      acknowledgedAt: null,
      mitigatedAt: null,
      endedAt: FIXTURE_START_SEC - 640,
      peakPps: 210_400,
      peakBps: 1.1e9,
      peakRps: null,
      packets: 41_000_000,
      bytes: 21e9,
      sources: { distinct: 214, verdict: 'spoofed', top: [] },
      evidence: ['210k pps of UDP to 2001:db8:7:1::80 against a floor of 50.0k pps'],
      actions: [],
    },
  ];
}

/** A feed under the hand of the test: ticks come by emit(), or every 250 ms after run(). */
export class FixtureFeed implements Feed {
  readonly views: ViewRequest[] = [];
  readonly evidence: EvidenceRequest[] = [];
  readonly #listeners = new Set<(tick: Tick) => void>();
  #timer: NodeJS.Timeout | null = null;
  #view: ViewRequest = DEFAULT_VIEW;
  #tick = 0;

  constructor(readonly options: FixtureOptions = {}) {}

  run(intervalMs = 250): this {
    this.#timer = setInterval(() => this.emit(), intervalMs);
    return this;
  }

  emit(): void {
    this.#tick += 1;
    const tick = makeTick(this.#tick, this.#view, this.options);
    for (const listener of this.#listeners) listener(tick);
  }

  subscribe(listener: (tick: Tick) => void): () => void {
    this.#listeners.add(listener);
    listener(makeTick(this.#tick, this.#view, this.options));
    return () => void this.#listeners.delete(listener);
  }

  setView(view: ViewRequest): void {
    this.#view = view;
    this.views.push(view);
  }

  estimateImpact(request: {
    readonly sources: readonly string[];
    readonly targets: readonly string[];
    readonly seconds: number;
  }): Promise<ImpactEstimate> {
    const count = request.sources.length + request.targets.length;
    return Promise.resolve({
      seconds: 58,
      sampledRows: 41_200,
      packets: 2_412_340 * count,
      bytes: 1_900_000_000 * count,
      share: Math.min(0.93, 0.04 * count),
      good: { matched: 0, rows: 1204 },
    });
  }

  writeEvidence(request: EvidenceRequest): Promise<EvidenceResult> {
    this.evidence.push(request);
    return Promise.resolve({ path: '/tmp/evidence.pcapng', packets: 1200, bytes: 72_000, sampleRate: 1, remarks: [] });
  }

  listenToNews(): void {}

  close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    return Promise.resolve();
  }
}
