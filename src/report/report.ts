/** The triage of a capture as data: schema `ddostop.report/1`. Built once, when the source has ended. */
import type { AddressDimension, NumberDimension } from '../aggregate/dimension.js';
import type { LayerAggregate } from '../aggregate/layer-aggregate.js';
import type { CaptureTime, TrafficAggregate } from '../aggregate/traffic-aggregate.js';
import type { RankedRow } from '../aggregate/windowed-table.js';
import type { UserError } from '../errors.js';
import type { Incident } from '../incident/incident.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { PrefixLevel } from '../records/prefix-levels.js';
import { addressKey } from '../snapshot/ranked-text.js';
import { layer7Of, type ReportLayer7 } from './layer7-report.js';
import { type ReportRow, type ReportTop, ranked } from './report-top.js';

export interface ReportLayer {
  readonly sources: ReportTop;
  readonly targets: ReportTop;
  /** /24 and /64. */
  readonly sourcePrefixes: ReportTop;
  readonly targetPrefixes: ReportTop;
  readonly sourcePorts: ReportTop;
  readonly targetPorts: ReportTop;
  readonly protocols: ReportTop;
  readonly tcpFlags: ReportTop;
  readonly ttls: ReportTop;
  readonly flows: { readonly distinct: number; readonly exact: boolean };
  readonly fragments: number;
}

export interface Report extends ReportLayer7 {
  readonly schema: 'ddostop.report/1';
  readonly source: {
    readonly name: string;
    readonly format: 'pcap' | 'pcapng' | null;
    readonly linkTypes: Readonly<Record<string, number>>;
    readonly sha256?: string;
  };
  readonly packets: number;
  readonly bytesOnWire: number;
  readonly bytesCaptured: number;
  /** Decimal seconds since the epoch as text, in file order; null without packets. */
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  readonly ipVersions: { readonly '4': number; readonly '6': number; readonly none: number };
  readonly counters: {
    readonly truncated: number;
    readonly malformed: number;
    readonly unsupported: number;
    readonly nonIp: number;
    readonly tunnelled: number;
    readonly dropped: number;
  };
  /** A live source above capacity: how many packets were not counted in full. Null: all were. */
  readonly sampling: {
    /** Packets of which one in N was decoded; at most N was `largestRate`. Figures of tables are estimates. */
    readonly packets: number;
    readonly largestRate: number;
    /** Packets that distinct flows do not count. */
    readonly withoutDetail: number;
  } | null;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly atByte: number;
    readonly hint: string;
  } | null;
  readonly outer: ReportLayer;
  readonly inner: ReportLayer;
  readonly frameLengths: ReportTop;
  readonly timeline: readonly { readonly second: number; readonly packets: number; readonly bytes: number }[];
  readonly incidents: readonly Incident[];
  /** Local lists that sources were held against. Left out without any. */
  readonly reputation?: readonly {
    readonly list: string;
    readonly entries: number;
    /** Lines that could not be read. */
    readonly damaged: number;
  }[];
  readonly signatures: readonly never[];
}

export interface ReportSource {
  readonly name: string;
  readonly format: 'pcap' | 'pcapng' | null;
  readonly sha256?: string;
  readonly damage: { readonly error: UserError; readonly atByte: number } | null;
}

/** `rows`: keys per list. */
export function buildReport(pipeline: Pipeline, source: ReportSource, rows: number): Report {
  const { aggregate } = pipeline;
  const { packets, bytes, bytesCaptured, truncated, malformed, unsupported, nonIp, tunnelled, outer } = aggregate;
  const isWhole = aggregate.sampledPackets === 0;
  return {
    schema: 'ddostop.report/1',
    source: {
      name: source.name,
      format: source.format,
      linkTypes: Object.fromEntries(pipeline.linkTypes),
      ...(source.sha256 === undefined ? {} : { sha256: source.sha256 }),
    },
    packets,
    bytesOnWire: bytes,
    bytesCaptured,
    firstTime: aggregate.first === null ? null : decimalSeconds(aggregate.first),
    lastTime: aggregate.first === null ? null : decimalSeconds(aggregate.last),
    ipVersions: { '4': outer.ipVersions.v4, '6': outer.ipVersions.v6, none: nonIp },
    counters: { truncated, malformed, unsupported, nonIp, tunnelled, dropped: pipeline.dropped },
    sampling: samplingOf(aggregate),
    error: source.damage === null ? null : errorOf(source.damage),
    outer: layerOf(outer, rows, isWhole),
    inner: layerOf(aggregate.inner ?? outer, rows, isWhole),
    frameLengths: numbersOf(aggregate.frameLengths, rows, isWhole),
    ...layer7Of(pipeline.layer7, pipeline.layer7Reader.losses(), rows, isWhole),
    timeline: aggregate.timeline.seconds(),
    incidents: pipeline.incidents(),
    signatures: [],
  };
}

function samplingOf(aggregate: TrafficAggregate): Report['sampling'] {
  const { sampledPackets, worstRate, undetailedPackets } = aggregate;
  if (undetailedPackets === 0) return null;
  return { packets: sampledPackets, largestRate: worstRate, withoutDetail: undetailedPackets };
}

function errorOf({ error, atByte }: { error: UserError; atByte: number }): NonNullable<Report['error']> {
  return { code: error.code, message: error.what, atByte, hint: error.hint };
}

/** `isWhole`: no packet was left out; else there may be keys that nobody saw. */
function layerOf(layer: LayerAggregate, rows: number, isWhole: boolean): ReportLayer {
  const addresses = (dimensions: readonly AddressDimension[], level: PrefixLevel) =>
    addressesOf(dimensions[level] as AddressDimension, level, rows, isWhole);
  const numbers = (dimension: NumberDimension, keyText?: (key: number) => string) =>
    numbersOf(dimension, rows, isWhole, keyText);
  return {
    sources: addresses(layer.sources, 0),
    targets: addresses(layer.targets, 0),
    sourcePrefixes: addresses(layer.sources, 1),
    targetPrefixes: addresses(layer.targets, 1),
    sourcePorts: numbers(layer.sourcePorts),
    targetPorts: numbers(layer.targetPorts),
    protocols: numbers(layer.protocols, (key) => (key < 256 ? `4/${key}` : `6/${key - 256}`)),
    tcpFlags: numbers(layer.tcpFlags, (key) => `0x${key.toString(16).padStart(3, '0')}`),
    ttls: numbers(layer.ttls),
    flows: layer.flows.distinct(),
    fragments: layer.fragments,
  };
}

function addressesOf(dimension: AddressDimension, level: PrefixLevel, rows: number, isWhole: boolean): ReportTop {
  const all = dimension.top(rows).map(({ version, row }) => rowOf(addressKey(version, row.words, level), row));
  const { distinct, exact } = dimension.distinct();
  return { distinct, exact: exact && isWhole, ...ranked(all, rows) };
}

function numbersOf(
  dimension: NumberDimension,
  rows: number,
  isWhole: boolean,
  keyText: (key: number) => string = String,
): ReportTop {
  const all = dimension.table.top(rows).map((row) => rowOf(keyText(row.words[0] as number), row));
  const { distinct, exact } = dimension.distinct();
  return { distinct, exact: exact && isWhole, ...ranked(all, rows) };
}

function rowOf(key: string, row: RankedRow): ReportRow {
  return { key, packets: row.packets, bytes: row.bytes };
}

/** "1770126425.732560000"; times before 1970 have a minus sign. */
export function decimalSeconds({ sec, nsec }: CaptureTime): string {
  const isNegative = sec < 0;
  const whole = isNegative && nsec > 0 ? -sec - 1 : Math.abs(sec);
  const fraction = isNegative && nsec > 0 ? 1_000_000_000 - nsec : nsec;
  // BigInt prints seconds beyond 10^21 without an exponent.
  return `${isNegative ? '-' : ''}${BigInt(whole)}.${String(fraction).padStart(9, '0')}`;
}
