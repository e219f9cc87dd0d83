/** Makes the frozen view of a tick from the aggregates. Called four times a second at most; a few milliseconds. */
import type { TrafficAggregate } from '../aggregate/traffic-aggregate.js';
import { DETAIL_FROM_LEVEL } from '../records/shedding.js';
import type { ViewRequest } from '../records/view-request.js';
import { type Payloads, payloadTexts } from './payload-texts.js';
import { addressTop, flowTop, numberTop, type Ranking } from './ranked-text.js';
import type { Counters, Snapshot, SourceStatus, TalkerTop } from './snapshot.js';
import { trafficMix } from './traffic-mix.js';
import { isWhole, windowOf } from './view-window.js';

export interface SnapshotInput {
  readonly aggregate: TrafficAggregate;
  readonly source: SourceStatus;
  readonly view: ViewRequest;
  readonly tick: number;
  /** Newest capture time the clock accepted, epoch seconds; NaN before the first packet. */
  readonly nowSec: number;
  readonly firstSec: number;
  /** The running second of the tables. */
  readonly runningSec: number;
  readonly late: number;
  readonly dropped: number;
  readonly payloads: Payloads;
}

export function takeSnapshot(input: SnapshotInput): Snapshot {
  const { aggregate, view, nowSec } = input;
  const { name, scope, tableSec, mixSec } = windowOf(input);
  const ranking: Ranking = { rows: view.rows, scope, windowSec: tableSec };
  const mix = trafficMix(aggregate, { ...ranking, windowSec: mixSec });
  const layer = aggregate.filtered?.layer ?? (view.layer === 'inner' ? aggregate.inner : null) ?? aggregate.outer;
  const rates = isWhole(input) ? meanRates(aggregate, mixSec) : lastSecond(input);
  const { shedding } = aggregate;
  const addresses = (dimensions: typeof layer.sources, level: ViewRequest['sourceLevel']): TalkerTop => {
    const dimension = levelOf(dimensions, level);
    return !shedding.hasDetail && level >= DETAIL_FROM_LEVEL
      ? withoutRows(dimension.distinct())
      : known(aggregate, addressTop(dimension, level, ranking));
  };
  return {
    tick: input.tick,
    source: input.source,
    shedding,
    nowSec,
    firstSec: input.firstSec,
    totals: countersOf(aggregate, input.late, input.dropped),
    ...rates,
    series: aggregate.series.read(input.source.state === 'ended' ? Number.POSITIVE_INFINITY : input.runningSec),
    window: name,
    windowSec: tableSec,
    windowPps: mix.reduce((sum, { pps }) => sum + pps, 0),
    windowBps: mix.reduce((sum, { bps }) => sum + bps, 0),
    sampled: aggregate.filtered?.isSampled ?? false,
    view,
    sources: addresses(layer.sources, view.sourceLevel),
    targets: addresses(layer.targets, view.targetLevel),
    sourcePorts: known(aggregate, numberTop(layer.sourcePorts, ranking)),
    targetPorts: known(aggregate, numberTop(layer.targetPorts, ranking)),
    flows: shedding.hasDetail ? flowTop(layer.flows, ranking) : withoutRows(layer.flows.distinct()),
    mix,
    texts: payloadTexts(input.payloads, view, { ...ranking, windowSec: mixSec }, aggregate.sampledPackets > 0),
  };
}

/** Not counted now: rows would be those of a moment ago. */
function withoutRows({ distinct }: { readonly distinct: number }): TalkerTop {
  return { rows: [], distinct, exact: false };
}

/** Once packets were sampled, there are keys that nobody saw. */
function known({ sampledPackets }: TrafficAggregate, top: TalkerTop): TalkerTop {
  return sampledPackets === 0 ? top : { ...top, exact: false };
}

function levelOf<T>(dimensions: readonly T[], level: number): T {
  return dimensions[Math.min(level, dimensions.length - 1)] as T;
}

export function countersOf(aggregate: TrafficAggregate, late: number, dropped: number): Counters {
  const { packets, bytes, bytesCaptured, truncated, malformed, unsupported, nonIp, arp, tunnelled } = aggregate;
  const { sampledPackets: sampled, undetailedPackets: undetailed } = aggregate;
  const { fragments } = aggregate.outer;
  return {
    packets,
    bytes,
    bytesCaptured,
    truncated,
    malformed,
    unsupported,
    nonIp,
    arp,
    tunnelled,
    fragments,
    late,
    dropped,
    sampled,
    undetailed,
  };
}

function meanRates({ packets, bytes }: TrafficAggregate, seconds: number): { pps: number; bps: number } {
  return { pps: packets / seconds, bps: (bytes * 8) / seconds };
}

/** Whole traffic over the newest full second. */
function lastSecond({ aggregate, nowSec, runningSec, firstSec }: SnapshotInput): { pps: number; bps: number } {
  if (Number.isNaN(nowSec)) return { pps: 0, bps: 0 };
  if (runningSec - 1 < Math.floor(firstSec)) {
    const { packets, bytes } = aggregate.series.at(runningSec);
    const span = Math.max(0.25, nowSec - firstSec);
    return { pps: packets / span, bps: (bytes * 8) / span };
  }
  const { packets, bytes } = aggregate.series.at(runningSec - 1);
  return { pps: packets, bps: bytes * 8 };
}
