/**
 * The frozen view of the traffic, made once per tick. From here on numbers are plain readonly objects with units in
 * their names; nothing to the right of it ever reaches back. Crosses from the ingest worker by structured clone.
 */
import type { Layer7Counts } from '../aggregate/layer7-aggregate.js';
import type { SourceState } from '../records/collector.js';
import type { Shedding } from '../records/shedding.js';
import type { TextRole } from '../records/text-role.js';
import type { ViewRequest, WindowName } from '../records/view-request.js';

export { PREFIX_LEVELS, type PrefixLevel } from '../records/prefix-levels.js';
export { DETAIL_FROM_LEVEL, NOTHING_SHED, type Shedding } from '../records/shedding.js';
export { TEXT_ROLES, type TextRole } from '../records/text-role.js';
export { type FilterPart, type ViewRequest, WINDOWS, type WindowName } from '../records/view-request.js';

/** One ranked key: an address, prefix, port, flag set... */
export interface Talker {
  /** Text of the key: "192.0.2.1", "192.0.2.0/24", "443", "0x002". */
  readonly key: string;
  /** Packets per second, mean of the window. */
  readonly pps: number;
  /** Bit/s, mean of the window. */
  readonly bps: number;
  /** Since the start of the source (or of the filter). */
  readonly packets: number;
  readonly bytes: number;
  /** Of sources: local lists that hold it, of a prefix all of it. Names of files: may hold anything. Left out where none does. */
  readonly lists?: readonly string[];
}

export interface TalkerTop {
  /** Union of the top rows by packets and by bytes in the window; order is unspecified, the reader sorts. */
  readonly rows: readonly Talker[];
  /** Distinct keys since the start; an estimate unless `exact`. Of sampled packets only those that were seen. */
  readonly distinct: number;
  readonly exact: boolean;
}

/** Messages that were not read, or not all of them. */
export interface PayloadLosses {
  /** Flows whose message was not complete when its place was needed. */
  readonly streams: number;
  /** Flows that wait for the rest of a request's head, as slow clients make them, and of a body. */
  readonly openHeads: number;
  readonly openBodies: number;
  readonly quicConnections: number;
  /** QUIC Initials that were too many to decrypt. */
  readonly quicInitials: number;
}

/** Of each kind one in so many is read now, and stands for them. */
export interface PayloadStride {
  readonly names: number;
  /** HTTP requests, and ClientHellos over TCP. */
  readonly starts: number;
  readonly syns: number;
  /** Of DTLS. */
  readonly hellos: number;
}

/** What payloads said: names, requests, handshakes. Packets of a row are messages. No filter narrows it. */
export interface PayloadTexts {
  /** Messages since the start. */
  readonly messages: Readonly<Layer7Counts>;
  /** Messages a second, mean of the window. */
  readonly perSec: Readonly<Layer7Counts>;
  /** What the window really covers of all traffic, seconds. */
  readonly windowSec: number;
  readonly losses: PayloadLosses;
  readonly oneIn: PayloadStride;
  /** Roles with at least one text since the start. */
  readonly seen: readonly TextRole[];
  /** Of the wanted roles those that were seen. Keys are as sent: hostile. Of DNS "name type", the type as a number. */
  readonly tops: Readonly<Partial<Record<TextRole, TalkerTop>>>;
}

export interface Counters {
  readonly packets: number;
  /** Bytes on the wire. */
  readonly bytes: number;
  readonly bytesCaptured: number;
  readonly truncated: number;
  readonly malformed: number;
  readonly unsupported: number;
  readonly nonIp: number;
  readonly arp: number;
  readonly tunnelled: number;
  readonly fragments: number;
  /** Older than the windows still open; counted in the totals only. */
  readonly late: number;
  /** Lost before they reached us, as the source counts them. */
  readonly dropped: number;
  /** Of `packets`, those of which only one in N was decoded: what else is counted of them is an estimate. */
  readonly sampled: number;
  /** Of `packets`, those that flows and wide prefixes do not count. */
  readonly undetailed: number;
}

/** Per-second sums. Index i is second `startSec + i`; NaN = no data (a gap, not a zero). */
export interface Series {
  readonly startSec: number;
  readonly packets: readonly number[];
  /** Bytes on the wire. */
  readonly bytes: readonly number[];
  /** Packets of the vectors of open incidents, to their targets; 0 when nothing is known. Never more than `packets`. */
  readonly attackPackets: readonly number[];
  readonly attackBytes: readonly number[];
}

export interface MixRow {
  /** "tcp syn", "udp", "udp frag", "icmp", "arp"... */
  readonly name: string;
  readonly pps: number;
  /** Bit/s. */
  readonly bps: number;
}

export interface SourceStatus {
  /** "pcap eth0", "pcap flood.pcap", "demo". */
  readonly name: string;
  readonly state: SourceState;
  readonly detail: string;
  /** Capture time runs against the wall clock (live, replay, demo) or as fast as it can be read. */
  readonly paced: boolean;
}

export interface Snapshot {
  /** Counts up by one per snapshot. */
  readonly tick: number;
  readonly source: SourceStatus;
  /** What is left out now, above capacity; what is left out has no rows. */
  readonly shedding: Shedding;
  /** Newest capture time, epoch seconds with fraction; NaN before the first packet. */
  readonly nowSec: number;
  readonly firstSec: number;
  readonly totals: Counters;
  /** Whole traffic over the newest full second. */
  readonly pps: number;
  /** Bit/s. */
  readonly bps: number;
  readonly series: Series;
  /** What the rates of the tables look back on. */
  readonly window: WindowName;
  /** Span they are means of, seconds: what the window really covers by now. */
  readonly windowSec: number;
  /** Whole traffic over the window. */
  readonly windowPps: number;
  /** Bit/s. */
  readonly windowBps: number;
  /** True when the tables began with sampled rows (a filter set on traffic that had already passed): figures are estimates. */
  readonly sampled: boolean;
  readonly view: ViewRequest;
  readonly sources: TalkerTop;
  readonly targets: TalkerTop;
  readonly sourcePorts: TalkerTop;
  readonly targetPorts: TalkerTop;
  readonly flows: TalkerTop;
  /** By pps, largest first; the parts sum to the whole. */
  readonly mix: readonly MixRow[];
  /** Null unless the view wants texts. */
  readonly texts: PayloadTexts | null;
}

/** What a set of prefixes would have matched, measured on what was sampled in the last seconds. */
export interface ImpactEstimate {
  /** Seconds the estimate looks back on; less than asked when the source is younger. */
  readonly seconds: number;
  /** Rows looked at; each stands for `packets / rows` packets on average. */
  readonly sampledRows: number;
  readonly packets: number;
  readonly bytes: number;
  /** Of all packets in the span, 0..1. */
  readonly share: number;
  /** Packets of the good reference (before the onset) that would have matched, and how many it holds; null without one. */
  readonly good: { readonly matched: number; readonly rows: number } | null;
}
