/**
 * Fixed limits: what a host must receive in a second before we speak of an attack. Of a prefix twice as much, of classes that are attacks by
 * themselves; what good traffic is made of too (a busy /24 has more of it than any host) must also be three times what the prefix had before.
 */
import { DNS_QUERY } from '../kernel/class-numbers.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '../records/traffic-class.js';
import { type Floors, floorOf, REQUEST_CLASSES } from './floors.js';
import { isHost, type Rates } from './rate-window.js';
import type { GroupFloors } from './target-groups.js';
import {
  ALL_TCP,
  ALL_TRAFFIC,
  ALL_UDP,
  type CrossedLimit,
  NOTHING_CROSSED,
  packetsOf,
  type Trigger,
} from './trigger.js';

/** Limits of a prefix are those of a host times this. */
const PREFIX_FACTOR = 2;
/** What a prefix receives is more than usual from this multiple on. */
const OVER_BEFORE = 3;
/** Part of its traffic that makes a flood of a prefix nothing is known of. */
const LARGE_PART = 0.5;
/** Weight of the newest quiet second in the usual request rate. */
const USUAL_WEIGHT = 0.1;
/** Quiet seconds before the usual rate is trusted. */
const USUAL_AFTER_SEC = 10;
/** Of sampled traffic a floor counts as reached only with so many packets seen: ±25 %, where one packet may stand for a thousand. */
const LEAST_SAMPLED = 16;

interface Usual {
  requests: number;
  seconds: number;
}

export class FloorTrigger implements Trigger {
  readonly name = 'floor';
  readonly #usual = new WeakMap<object, Usual>();

  /** `groupOf`: whose floors hold for a target, now. */
  constructor(readonly groupOf: (rates: Rates) => GroupFloors) {}

  crossed(rates: Rates, sec: number, factor: number): readonly CrossedLimit[] {
    const floors = this.groupOf(rates).at(sec);
    const isOne = isHost(rates);
    const times = isOne ? 1 : PREFIX_FACTOR;
    const over: CrossedLimit[] = [];
    // An attack ends only when it is seen to end, so few packets are enough to hold it open.
    const least = rates.sampleRate > 1 && factor === 1 ? LEAST_SAMPLED * rates.sampleRate : 0;
    const check = (trafficClass: number, what: CrossedLimit['what'], packets: number, rate: number, floor: number) => {
      const limit = floor * times;
      if (!(rate >= limit * factor) || packets < least || packets === 0) return;
      if (!isOne && !isUnusual(rates, trafficClass, packets, factor)) return;
      over.push({ trigger: 'floor', trafficClass, what, rate, limit, words: null });
    };
    check(ALL_TRAFFIC, 'packets', rates.packets, rates.packets, floors.pps);
    check(ALL_TRAFFIC, 'bits', rates.packets, rates.bytes * 8, floors.bps);
    this.#checkProtocols(rates, floors, check);
    for (const i of rates.classes) {
      const entry = TRAFFIC_CLASSES[i] as TrafficClass;
      const packets = rates.classPackets[i] as number;
      if (entry.kind === 'request') check(i, 'requests', packets, packets, this.#requestFloor(rates, floors, i));
      else check(i, 'packets', packets, packets, floorOf(entry, floors));
    }
    return over.length === 0 ? NOTHING_CROSSED : over;
  }

  #checkProtocols(
    rates: Rates,
    floors: Floors,
    check: (trafficClass: number, what: CrossedLimit['what'], packets: number, rate: number, floor: number) => void,
  ): void {
    for (const [protocol, floor] of [
      [ALL_UDP, floors.udpPps],
      [ALL_TCP, floors.tcpPps],
    ] as const) {
      if (floor === Number.POSITIVE_INFINITY) continue;
      const packets = packetsOf(rates, protocol);
      check(protocol, 'packets', packets, packets, floor);
    }
  }

  learn(rates: Rates): void {
    const usual = this.#usual.get(rates.key) ?? { requests: 0, seconds: 0 };
    this.#usual.set(rates.key, usual);
    usual.seconds += 1;
    usual.requests += (requestsOf(rates) - usual.requests) * Math.max(USUAL_WEIGHT, 1 / usual.seconds);
  }

  /** Queries of DNS come in bursts of hundreds (one page, a tunnel), so for them knowing what is usual lowers nothing. */
  #requestFloor({ key }: Rates, floors: Floors, trafficClass: number): number {
    const usual = this.#usual.get(key);
    if (usual === undefined || usual.seconds < USUAL_AFTER_SEC) return floors.requestsPerSec;
    const least = trafficClass === DNS_QUERY ? floors.requestsPerSec : floors.requestsPerSecLeast;
    return Math.max(least, floors.requestsOverUsual * usual.requests);
  }
}

/** Of a prefix: more than it had before; where that is not known, only an attack by itself that is most of what comes. */
function isUnusual(rates: Rates, trafficClass: number, packets: number, factor: number): boolean {
  const kind = trafficClass < 0 ? 'carrier' : (TRAFFIC_CLASSES[trafficClass] as TrafficClass).kind;
  if (kind === 'illegal') return true;
  const before = rates.before(trafficClass);
  if (before !== null) return packets >= before * OVER_BEFORE * factor;
  return (kind === 'flood' || kind === 'reflection') && packets >= rates.packets * LARGE_PART * factor;
}

export function requestsOf({ classPackets }: Pick<Rates, 'classPackets'>): number {
  return REQUEST_CLASSES.reduce((sum, i) => sum + (classPackets[i] as number), 0);
}
