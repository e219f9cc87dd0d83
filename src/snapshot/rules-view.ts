/** What the rules screen shows: one frozen picture of a host's firewall, made at each poll. Missing is null and a gap, never zero. */
import type { RuleFamily, RuleVerdict } from '../records/counter-sample.js';

/** A rate that is not known this time (first look, reset, reload) is null. */
export interface LiveRate {
  readonly packets: number | null;
  readonly bytes: number | null;
  readonly pps: number | null;
  readonly bps: number | null;
}

export interface RuleRow extends LiveRate {
  readonly key: string;
  /** Policy rows stand at the end of their chain. */
  readonly kind: 'rule' | 'policy' | 'counter';
  readonly by: 'nft' | 'iptables' | 'iptables-legacy';
  readonly family: RuleFamily;
  readonly table: string;
  readonly chain: string;
  readonly position: number;
  /** Not cleaned. */
  readonly text: string;
  readonly comment: string;
  readonly verdict: RuleVerdict;
  /** Of the packets the host received meanwhile, 0..1; null: not known. */
  readonly share: number | null;
  /** pps of the polls up to now, oldest first, at most 60; null: a gap. */
  readonly trend: readonly (number | null)[];
  /** Seconds since we first saw it, as long as we have watched. */
  readonly ageSec: number;
  /** It was there at our first look, so it may be older than `ageSec`. */
  readonly isOlder: boolean;
  /** Seconds since its counter last moved; null: never while we watched. With packets 0 it has never matched. */
  readonly idleSec: number | null;
  readonly sets: readonly string[];
  /** Of ours; with the seconds it has left, null: not known. */
  readonly mitigationId: string | null;
  readonly leftSec: number | null;
}

export interface SetRow {
  readonly key: string;
  readonly by: 'nft' | 'ipset';
  readonly family: RuleFamily | null;
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly flags: readonly string[];
  readonly elements: number | null;
  readonly maxElements: number | null;
  /** 0..1; null: no bound known. At 1 a dynamic set lets new sources pass. */
  readonly fill: number | null;
}

/** An element of the set that is looked into. */
export interface ElementRow extends LiveRate {
  readonly value: string;
  readonly expiresSec: number | null;
  readonly comment: string;
}

/** What the host's stack says without any right: "SYN cookies sent". */
export interface SignalRow {
  readonly id: string;
  readonly label: string;
  /** Per second; null for what is a level. */
  readonly rate: number | null;
  /** Level 0..1, e.g. of the connection table. */
  readonly fill: number | null;
  /** Absolute. */
  readonly value: number | null;
  readonly isAlarming: boolean;
  /** What it means in a few words. */
  readonly meaning: string;
}

export interface RulesView {
  /** "" is this machine. */
  readonly host: string;
  /** `failed`: nothing could be read yet, `detail` says why and what to do; `stale`: the last poll failed, figures are of `atMs`. */
  readonly state: 'waiting' | 'live' | 'stale' | 'failed';
  readonly detail: string;
  /** Epoch ms of the figures; 0 before the first. */
  readonly atMs: number;
  /** Milliseconds between polls now; follows from what one costs. */
  readonly everyMs: number;
  /** Of one core, 0..1, what polling takes. */
  readonly cost: number;
  /** "nft -j, iptables-save -c, ipset" as in use. */
  readonly through: string;
  /** Received by the host; null: not known. */
  readonly rxPps: number | null;
  readonly rxBps: number | null;
  /** Busiest first, then in the order of the firewall; bounded, `ruleCount` is all. */
  readonly rows: readonly RuleRow[];
  readonly ruleCount: number;
  readonly sets: readonly SetRow[];
  /** The set being looked into. */
  readonly openSet: { readonly key: string; readonly rows: readonly ElementRow[]; readonly total: number } | null;
  /** Sources our own and foreign drop sets with counters have dropped most of, of the last element poll. */
  readonly topDropped: readonly ElementRow[];
  readonly signals: readonly SignalRow[];
  /** Partial views, resets, reloads: the newest first, in words. */
  readonly notes: readonly string[];
}
