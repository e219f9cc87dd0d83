/**
 * What a target must receive before we speak of an attack, as rates over one second. Defaults: reference thresholds of
 * the vector catalogue; the general floors are FastNetMon's (20 kpps) and a fifth of its 1000 Mbit/s.
 */
import { TRAFFIC_CLASSES, type TrafficClass } from '../records/traffic-class.js';

export interface Floors {
  /** Packets per second to one target, whatever they are. */
  readonly pps: number;
  /** Bit/s to one target. */
  readonly bps: number;
  readonly synPps: number;
  /** Packets per second from one known reflection port. */
  readonly reflectionPps: number;
  readonly icmpPps: number;
  /** Packets per second that no lawful stack sends. */
  readonly illegalPps: number;
  /** HTTP requests or TLS ClientHellos per second to one target, when nothing is known of its usual rate. */
  readonly requestsPerSec: number;
  /** ... and not below this multiple of the usual rate, once known. */
  readonly requestsOverUsual: number;
  /** ... nor below this. */
  readonly requestsPerSecLeast: number;
  /** All UDP and all TCP to one target, packets per second. Off unless they are set, as in FastNetMon. */
  readonly udpPps: number;
  readonly tcpPps: number;
}

export const DEFAULT_FLOORS: Floors = {
  pps: 20_000,
  bps: 200e6,
  synPps: 2000,
  reflectionPps: 500,
  icmpPps: 1000,
  illegalPps: 100,
  requestsPerSec: 500,
  requestsOverUsual: 4,
  requestsPerSecLeast: 50,
  udpPps: Number.POSITIVE_INFINITY,
  tcpPps: Number.POSITIVE_INFINITY,
};

/** Own floor of a class in packets per second; Infinity for what good traffic is made of too. */
export function floorOf(trafficClass: TrafficClass, floors: Floors): number {
  switch (trafficClass.kind) {
    case 'reflection':
      return floors.reflectionPps;
    case 'illegal':
      return floors.illegalPps;
    case 'flood':
      return trafficClass.id.startsWith('icmp') ? floors.icmpPps : floors.synPps;
    case 'request':
      return floors.requestsPerSec;
    case 'carrier':
      return Number.POSITIVE_INFINITY;
  }
}

/** Indexes of the classes that count requests. */
export const REQUEST_CLASSES: readonly number[] = TRAFFIC_CLASSES.flatMap((entry, i) =>
  entry.kind === 'request' ? [i] : [],
);
