/** The frozen view of an edge's requests, made once per tick. Crosses from the edge worker by structured clone. */
import type { EdgeRole, EdgeViewRequest } from '../records/edge-role.js';
import type { TalkerTop } from './snapshot.js';

export type EdgeState = 'connecting' | 'live' | 'retrying' | 'paused' | 'ended';

/** One zone's log session. Nothing in here is secret: neither its URL nor its id. */
export interface EdgeZone {
  /** Name, or id where the name is not known. */
  readonly zone: string;
  readonly state: EdgeState;
  /** "next try in 8 s", "no Bot Management fields on this plan". */
  readonly detail: string;
  /** Log fields the session has. */
  readonly fields: readonly string[];
  /** One in so many, as we asked for it. */
  readonly sample: number;
  /** Wall clock, epoch ms, at which the session must be renewed; null: none is open. */
  readonly renewByMs: number | null;
}

/** received + shed + unparsable = records that were sent to us. */
export interface EdgeCounts {
  /** Records that were counted; each stands for `sampleInterval` requests. */
  readonly records: number;
  readonly unparsable: number;
  /** Taken off a full queue. */
  readonly shed: number;
  /** Records older than the newest by more than the windows reach. */
  readonly late: number;
  /** Requests they stand for. */
  readonly requests: number;
  /** Bytes sent to clients. */
  readonly bytes: number;
}

/** Requests a second, means of the window. */
export interface EdgeRates {
  readonly requests: number;
  /** Blocked or challenged at the edge. */
  readonly stopped: number;
  /** Answered by the edge itself, from cache or without an origin. */
  readonly answeredAtEdge: number;
  readonly toOrigin: number;
  /** Bit/s to clients. */
  readonly bps: number;
}

/** Per-second sums, index i is second `startSec + i`; NaN = no data (a gap, not a zero). */
export interface EdgeSeries {
  readonly startSec: number;
  readonly requests: readonly number[];
  readonly stopped: readonly number[];
  /** Above the level of before an onset, an estimate; empty while there was none. */
  readonly attack: readonly number[];
}

/** A host that began to get far more requests than before: a flood, or a crowd. */
export interface EdgeOnsetView {
  readonly host: string;
  /** Epoch seconds. */
  readonly sinceSec: number;
  /** Null: it goes on. */
  readonly endSec: number | null;
  readonly rps: number;
  readonly baselineRps: number;
}

export interface EdgeView {
  readonly tick: number;
  readonly zones: readonly EdgeZone[];
  readonly counts: EdgeCounts;
  /** Newest time of a record, epoch seconds; NaN before the first. */
  readonly nowSec: number;
  /** Wall clock behind the newest record, seconds; NaN before the first. */
  readonly lagSec: number;
  readonly rates: EdgeRates;
  /** What the rates really cover, seconds. */
  readonly windowSec: number;
  readonly series: EdgeSeries;
  /** Newest first; those that are over for a while as well. */
  readonly onsets: readonly EdgeOnsetView[];
  /** Mean `sampleInterval` of the window: figures are estimates above 1. */
  readonly sampleInterval: number;
  /** Requests a second of the window by status class, index 1 = 1xx … 5 = 5xx; 0 = not logged. */
  readonly statusClasses: readonly number[];
  /** Shares 0..1 of the requests by tens of their score (1–10, 11–20 …); null: not logged. */
  readonly botScores: readonly number[] | null;
  readonly wafScores: readonly number[] | null;
  readonly view: EdgeViewRequest;
  /** True when the tables began with sampled rows (a filter set on what had passed). */
  readonly sampled: boolean;
  /** Roles with at least one text since the start. */
  readonly seen: readonly EdgeRole[];
  /** Packets of a row are requests. Keys are as logged: hostile. */
  readonly tops: Readonly<Partial<Record<EdgeRole, TalkerTop>>>;
}
