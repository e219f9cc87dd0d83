/** Is something wrong, where, how much, and can the numbers be trusted? Two rows, the state always top left. */
import { memo } from 'react';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBpsUnit, formatCount, formatPps, formatShare } from '../../src/format/number-format.js';
import { formatClock, formatDuration } from '../../src/format/time-format.js';
import type { Incident } from '../../src/incident/incident.js';
import type { Snapshot } from '../../src/snapshot/snapshot.js';
import { chip, fitLine, type Line, lineWidth, type Span, span, spreadLine } from '../theme/paint.js';
import type { Theme, Token } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import type { EdgeUi } from './edge-props.js';
import { calmEdgeWords, edgeRates, edgeSource, onsetWords, openOnset } from './edge-status.js';

/** "REC", with what is missing in it. */
export interface RecordingBadge {
  readonly text: string;
  readonly isGood: boolean;
}

export type StatusLineProps = {
  readonly snapshot: Snapshot | null;
  readonly incidents: readonly Incident[];
  readonly isReadOnly: boolean;
  readonly frozenSec: number | null /* how long the picture has been held */;
  readonly confirmInSec: number | null /* seconds left to confirm a mitigation */;
  readonly feedGapSec: number | null /* we were stopped for this long a moment ago */;
  readonly recording: RecordingBadge | null /* null: nothing is recorded */;
  readonly edge: EdgeUi;
  readonly width: number /* cells */;
  readonly rows: 1 | 2;
  readonly theme: Theme;
};

/** The incident that matters most now; ended ones do not count. */
export function leadIncident(incidents: readonly Incident[]): Incident | null {
  const rank = { attack: 3, ending: 2, suspect: 1, ended: 0 } as const;
  let lead: Incident | null = null;
  for (const incident of incidents) {
    if (incident.state === 'ended') continue;
    const isWorse =
      !lead ||
      rank[incident.state] > rank[lead.state] ||
      (rank[incident.state] === rank[lead.state] && incident.peakPps > lead.peakPps);
    if (isWorse) lead = incident;
  }
  return lead;
}

export const StatusLine = memo(function StatusLine(props: StatusLineProps) {
  const lines = [firstRow(props), secondRow(props)].slice(0, props.rows);
  return <Block lines={lines} width={props.width} height={props.rows} theme={props.theme} />;
});

/** Always the same width, so that what follows does not move. */
function stateChip(snapshot: Snapshot | null, lead: Incident | null, edge: EdgeUi): Span[] {
  if (lead?.state === 'attack') return [chip('ATTACK', 'critical'), span('   ')];
  if (lead || openOnset(edge.view) !== null) return [chip('SUSPECT', 'suspect'), span('  ')];
  const hasRequests = edge.view !== null && !Number.isNaN(edge.view.nowSec);
  if (!hasRequests && (!snapshot || Number.isNaN(snapshot.nowSec))) return [chip('WAITING', 'dim'), span('  ')];
  return [chip('NORMAL', 'ok'), span('   ')];
}

function firstRow({
  snapshot,
  incidents,
  isReadOnly,
  frozenSec,
  confirmInSec,
  feedGapSec,
  recording,
  edge,
  width,
}: StatusLineProps): Line {
  const lead = leadIncident(incidents);
  const badges: Span[] = [];
  if (confirmInSec !== null)
    badges.push(chip(`CONFIRM ${String(confirmInSec).padStart(2)}s: c keep, z undo`, 'attack'), span(' '));
  if (frozenSec !== null) badges.push(chip(`FROZEN +${formatDuration(frozenSec)}`, 'accent'), span(' '));
  if (feedGapSec !== null) badges.push(chip(`feed gap ${formatDuration(feedGapSec)}`, 'suspect'), span(' '));
  if (recording) badges.push(chip(recording.text, recording.isGood ? 'dim' : 'critical'), span(' '));
  if (snapshot) badges.push(...loadBadge(snapshot));
  if (isReadOnly) badges.push(chip('READ-ONLY', 'good'), span(' '));
  const isEdgeOnly = isOfEdge(snapshot, edge);
  const nowSec = isEdgeOnly ? edge.view?.nowSec : snapshot?.nowSec;
  const clock = span(`  ${formatClock(nowSec ?? Number.NaN)}Z `, 'title', true);
  const { name, state } = isEdgeOnly ? edgeSource(edge) : packetSource(snapshot);
  const head = stateChip(snapshot, lead, edge);
  const onset = openOnset(edge.view);
  const words = lead
    ? incidentWords(lead, incidents)
    : onset !== null
      ? onsetWords(onset)
      : isEdgeOnly && edge.view !== null
        ? [span(calmEdgeWords(edge.view), 'dim')]
        : calmWords(snapshot);
  const left = [...head, ...words];
  // What is under attack matters more than the name of the source; the badges and the clock always stay.
  const rights: Line[] = [
    [...badges, ...name, ...state, clock],
    [...badges, ...state, clock],
    [...badges, clock],
  ];
  const right = rights.find((line) => lineWidth(left) + 1 + lineWidth(line) <= width) ?? rights[2]!;
  return spreadLine(fitLine(left, Math.max(0, width - lineWidth(right) - 1)), right, width);
}

/** Requests are all there is to see: no packet was, and a zone is watched. */
function isOfEdge(snapshot: Snapshot | null, edge: EdgeUi): boolean {
  return edge.isWatched && (snapshot === null || Number.isNaN(snapshot.nowSec));
}

function packetSource(snapshot: Snapshot | null): { readonly name: Line; readonly state: Line } {
  if (snapshot === null) return { name: [], state: [span('connecting', 'dim')] };
  return { name: [span(`${cleanText(snapshot.source.name, 40)}  `, 'text')], state: sourceState(snapshot) };
}

/** Above capacity figures are estimates, or missing: that is said wherever they are. */
function loadBadge({ shedding }: Snapshot): Span[] {
  if (shedding.level === 0) return [];
  return [chip(shedding.sampleRate > 1 ? `SAMPLED 1:${shedding.sampleRate}` : 'NO FLOWS', 'suspect'), span(' ')];
}

function incidentWords(lead: Incident, incidents: readonly Incident[]): Span[] {
  const open = incidents.filter((incident) => incident.state !== 'ended').length;
  const vector = lead.vectors[0];
  const more = lead.vectors.length > 1 ? ` +${lead.vectors.length - 1}` : '';
  const name = vector ? `${cleanText(vector.name, 24)} ${formatShare(vector.share)}${more}` : 'unnamed';
  return [
    span(name, 'attack', true),
    span(' → ', 'dim'),
    span(cleanText(lead.target, 45), 'title', true),
    span(open > 1 ? `  ${open} incidents` : '', 'suspect'),
  ];
}

function calmWords(snapshot: Snapshot | null): Span[] {
  if (!snapshot || Number.isNaN(snapshot.nowSec)) {
    // A source without packets says so itself.
    const detail = snapshot?.source.state === 'live' ? snapshot.source.detail : '';
    return [span(detail === '' ? 'waiting for packets' : cleanText(detail, 60), 'dim')];
  }
  return [span('no incident', 'dim')];
}

function sourceState({ source, totals }: Snapshot): Span[] {
  const tone: Record<typeof source.state, Token> = {
    live: 'ok',
    connecting: 'dim',
    retrying: 'suspect',
    paused: 'accent',
    ended: 'dim',
  };
  const word = source.state === 'live' && !source.paced ? 'reading' : source.state;
  const loss =
    totals.dropped > 0 ? [span(`  drop ${formatCount(totals.dropped)}`, 'critical', true)] : [span('  drop 0', 'dim')];
  return [span(word, tone[source.state]), ...loss];
}

function secondRow({ snapshot, edge, width }: StatusLineProps): Line {
  if (isOfEdge(snapshot, edge)) return fitLine(edgeRates(edge), width);
  if (!snapshot) return [];
  const { attackPackets, packets } = snapshot.series;
  const attack = attackPackets.at(-2) ?? attackPackets.at(-1) ?? Number.NaN; // the newest full second
  const whole = packets.at(-2) ?? packets.at(-1) ?? Number.NaN;
  const figure = (label: string, text: string, color: Token): Span[] => [
    span(` ${label} `, 'dim'),
    span(text, color, true),
    span(' '),
  ];
  const rates: Span[] = [
    ...figure('in', `${formatPps(snapshot.pps).padStart(5)} pps`, 'title'),
    span(`${formatBpsUnit(snapshot.bps).padEnd(11)} `, 'title', true),
    ...figure('attack', formatPps(attack).padStart(5), attack > 0 ? 'attack' : 'dim'),
    ...figure('good', formatPps(whole - attack).padStart(5), 'good'),
  ];
  const sources = figure(
    'sources',
    `${snapshot.sources.exact ? '' : '~'}${formatCount(snapshot.sources.distinct)}`.padStart(6),
    'text',
  );
  const right = doubtWords(snapshot);
  // Whose addresses these are must be said when they are not those on the wire.
  const mustSay = snapshot.view.layer === 'inner' ? right.slice(-1) : [];
  const fits = (left: Line, end: Line) => lineWidth(left) + lineWidth(end) < width;
  const left = fits([...rates, ...sources], mustSay) ? [...rates, ...sources] : rates;
  if (fits(left, right)) return spreadLine(left, right, width);
  return mustSay.length === 0
    ? fitLine(left, width)
    : spreadLine(fitLine(left, width - 1 - lineWidth(mustSay)), mustSay, width);
}

/** What may be wrong with the figures; the layer comes last. */
function doubtWords({ totals, view }: Snapshot): Span[] {
  const { truncated, malformed, late, sampled, packets } = totals;
  const words: Span[] = [];
  if (sampled > 0) words.push(span(`sampled ${formatCount(sampled)}  `, 'suspect'));
  if (malformed > 0) words.push(span(`malformed ${sampled > 0 ? '~' : ''}${formatCount(malformed)}  `, 'dim'));
  if (late > 0) words.push(span(`late ${formatCount(late)}  `, 'dim'));
  if (truncated > 0 && truncated === packets) words.push(span('headers only  ', 'dim'));
  words.push(view.layer === 'inner' ? span('inner layer', 'accent', true) : span('outer layer ', 'dim'));
  return words;
}
