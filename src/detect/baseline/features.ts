/** The rates of a target that have a baseline, read off its second. */
import { TRAFFIC_CLASSES } from '../../records/traffic-class.js';
import type { Floors } from '../floors.js';
import type { Rates } from '../rate-window.js';
import { ALL_TRAFFIC, ALL_UDP, type CrossedLimit, classesOf } from '../trigger.js';

export interface Feature {
  readonly id: 'pps' | 'bps' | 'syn' | 'udp' | 'other' | 'requests';
  /** In front of its number. */
  readonly name: string;
  readonly what: Exclude<CrossedLimit['what'], 'score'>;
  /** What counts as one on the log scale: 8 kbit/s is a packet of 1000 bytes a second. */
  readonly unit: number;
  /** Whose limit it is; null: of the largest of its classes. */
  readonly trafficClass: number | null;
}

export const FEATURES: readonly Feature[] = [
  { id: 'pps', name: 'pps', what: 'packets', unit: 1, trafficClass: ALL_TRAFFIC },
  { id: 'bps', name: 'bit/s', what: 'bits', unit: 8000, trafficClass: ALL_TRAFFIC },
  { id: 'syn', name: 'SYN pps', what: 'packets', unit: 1, trafficClass: null },
  { id: 'udp', name: 'UDP pps', what: 'packets', unit: 1, trafficClass: ALL_UDP },
  { id: 'other', name: 'ICMP and other pps', what: 'packets', unit: 1, trafficClass: null },
  { id: 'requests', name: 'requests/s', what: 'requests', unit: 1, trafficClass: null },
];
export const FEATURE_COUNT = FEATURES.length;
const [PPS, BPS, SYN, UDP, OTHER, REQUESTS] = [0, 1, 2, 3, 4, 5] as const;

/** Part of a floor below which nothing is said, and the least of it whatever the floor. */
const FLOOR_PART = 0.1;
const LEAST_PPS = 200;
const LEAST_BPS = 2e6;
const LEAST_REQUESTS = 10;

/** Beside pps and bps: the features a class counts in. A query of DNS is a request and UDP. */
const FEATURES_OF: readonly (readonly number[])[] = TRAFFIC_CLASSES.map(({ id, kind }, i) => {
  const isUdp = classesOf(ALL_UDP)?.has(i) ?? false;
  if (kind === 'request') return isUdp ? [REQUESTS, UDP] : [REQUESTS];
  if (id.startsWith('tcp-syn') && !id.startsWith('tcp-synack') && id !== 'tcp-synfin') return [SYN];
  if (isUdp) return [UDP];
  return id.startsWith('tcp-') || id === 'land' ? [] : [OTHER];
});

/** Into `out`, FEATURE_COUNT numbers per second. Called for each target and tick; allocates nothing. */
export function readFeatures(rates: Rates, out: number[]): void {
  out.fill(0);
  out[PPS] = rates.packets;
  out[BPS] = rates.bytes * 8;
  const { classes, classPackets } = rates;
  for (let i = 0; i < classes.length; i += 1) {
    const trafficClass = classes[i] as number;
    const of = FEATURES_OF[trafficClass] as readonly number[];
    for (let at = 0; at < of.length; at += 1) out[of[at] as number]! += classPackets[trafficClass] as number;
  }
}

/** The traffic class a limit of the feature is about. */
export function classOfFeature(rates: Rates, feature: number): number {
  const fixed = (FEATURES[feature] as Feature).trafficClass;
  if (fixed !== null) return fixed;
  let largest = ALL_TRAFFIC;
  let most = 0;
  for (const i of rates.classes) {
    const packets = rates.classPackets[i] as number;
    if (!(FEATURES_OF[i] as readonly number[]).includes(feature) || packets <= most) continue;
    most = packets;
    largest = i;
  }
  return largest;
}

/** Below it a target of these floors has no alarm: what is far from harming is not worth one, however unusual. */
export function leastRate(feature: number, floors: Floors): number {
  switch (feature) {
    case PPS:
      return Math.max(LEAST_PPS, floors.pps * FLOOR_PART);
    case BPS:
      return Math.max(LEAST_BPS, floors.bps * FLOOR_PART);
    case SYN:
      return Math.max(LEAST_PPS, floors.synPps * FLOOR_PART);
    case UDP:
      return Math.max(LEAST_PPS, Math.min(floors.udpPps, floors.pps) * FLOOR_PART);
    case OTHER:
      return Math.max(LEAST_PPS, floors.icmpPps * FLOOR_PART);
    default:
      return Math.max(LEAST_REQUESTS, floors.requestsPerSec * FLOOR_PART);
  }
}
