/** The traffic around the peak of an incident, and how well it was seen, from the snapshot of a tick. */
import { formatCount, formatShare } from '../format/number-format.js';
import type { Snapshot, TalkerTop } from '../snapshot/snapshot.js';
import type { Incident } from './incident.js';
import type { PeakPicture, PictureTop } from './journal-event.js';

/** Before the onset, so that a reader sees what was usual. */
const LEAD_SEC = 60;
const MOST_SEC = 3600;
const MOST_ROWS = 10;

/** `tops`: what an analysis found of the attack; the tables of the snapshot are of all traffic, and follow. */
export function pictureOf(snapshot: Snapshot, incident: Incident, tops: readonly PictureTop[]): PeakPicture {
  const { series, source } = snapshot;
  const from = Math.max(0, Math.floor(incident.openedAt) - LEAD_SEC - series.startSec);
  const to = Math.min(
    series.packets.length,
    Math.ceil((incident.endedAt ?? snapshot.nowSec) + LEAD_SEC) - series.startSec,
  );
  const first = Math.max(from, to - MOST_SEC);
  const cut = (values: readonly number[], scale: number) =>
    values.slice(first, Math.max(first, to)).map((value) => (Number.isNaN(value) ? null : value * scale));
  return {
    startSec: series.startSec + first,
    pps: cut(series.packets, 1),
    attackPps: cut(series.attackPackets, 1),
    bps: cut(series.bytes, 8),
    tops: [sourcesOf(incident), ...tops, ...(snapshot.view.filter.length === 0 ? tablesOf(snapshot) : [])],
    source: source.name,
    losses: lossesOf(snapshot),
  };
}

function sourcesOf({ sources, packets }: Incident): PictureTop {
  return {
    name: 'sources of the attack',
    rows: sources.top.slice(0, MOST_ROWS).map((row) => ({ ...row, share: row.packets / Math.max(1, packets) })),
    distinct: sources.distinct,
    exact: false,
  };
}

function tablesOf({ targets, sourcePorts, targetPorts, windowPps }: Snapshot): PictureTop[] {
  return [
    topOf('all traffic: targets', targets, windowPps),
    topOf('all traffic: source ports', sourcePorts, windowPps),
    topOf('all traffic: target ports', targetPorts, windowPps),
  ];
}

function topOf(name: string, { rows, distinct, exact }: TalkerTop, pps: number): PictureTop {
  const largest = rows.toSorted((a, b) => b.pps - a.pps).slice(0, MOST_ROWS);
  return {
    name,
    rows: largest.map((row) => ({
      key: row.key,
      packets: row.packets,
      bytes: row.bytes,
      share: row.pps / Math.max(1, pps),
    })),
    distinct,
    exact,
  };
}

/** Sentences with numbers; none: everything was counted. */
export function lossesOf({ totals, shedding }: Pick<Snapshot, 'totals' | 'shedding'>): string[] {
  const { packets, dropped, sampled, undetailed, truncated, malformed, unsupported, late } = totals;
  const all = packets + dropped;
  const losses: string[] = [];
  if (dropped > 0)
    losses.push(
      `${formatCount(dropped)} packets (${formatShare(dropped / all)}) were lost before they were read; rates are at least what is said.`,
    );
  if (sampled > 0)
    losses.push(
      `Of ${formatCount(sampled)} packets (${formatShare(sampled / packets)}) one in up to ${Math.max(2, shedding.sampleRate)} was decoded; their figures are estimates.`,
    );
  if (undetailed > sampled) losses.push(`${formatCount(undetailed)} packets are in no flow and no wide prefix.`);
  const bad = truncated + malformed + unsupported;
  if (bad > 0)
    losses.push(
      `${formatCount(truncated)} packets were cut by the capture, ${formatCount(malformed)} break their RFC, ${formatCount(unsupported)} are of protocols not known here.`,
    );
  if (late > 0) losses.push(`${formatCount(late)} packets were older than the window and are in the totals only.`);
  return losses;
}
