/** Packets and bits per second around the peak, with what happened when. */
import { formatBpsUnit, formatPpsUnit } from '../../format/number-format.js';
import { formatClock } from '../../format/time-format.js';
import type { PeakPicture } from '../../incident/journal-event.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import type { ChartBlock, ChartMark, Section } from './incident-document.js';
import { counted } from './report-words.js';

const MOST_SEC = 3600;

export function chartSection({ picture, incident }: StoredIncident): Section {
  const section = { id: 'traffic', title: 'Traffic' };
  if (picture === null || picture.pps.length === 0) return { ...section, blocks: [] };
  const marks = marksOf(incident, picture);
  const common = { kind: 'chart' as const, startSec: picture.startSec, stepSec: 1, marks };
  const pps = seriesOf(picture.pps);
  const attack = seriesOf(picture.attackPps);
  const bps = seriesOf(picture.bps);
  const blocks: ChartBlock[] = [
    {
      ...common,
      title: 'Packets per second',
      unit: 'pps',
      total: pps,
      attack,
      words: chartWords('packets', picture, pps, formatPpsUnit),
    },
    {
      ...common,
      title: 'Bits per second',
      unit: 'bit/s',
      total: bps,
      attack: [],
      words: chartWords('bits', picture, bps, formatBpsUnit),
    },
  ];
  return { ...section, blocks: blocks.filter(({ total }) => total.some((value) => value !== null)) };
}

/** What is no number is no data; rates are never below zero. */
function seriesOf(values: readonly (number | null)[]): (number | null)[] {
  return values
    .slice(0, MOST_SEC)
    .map((value) => (value === null || !Number.isFinite(value) ? null : Math.max(0, value)));
}

function marksOf(
  { detectedAt, acknowledgedAt, mitigatedAt, endedAt }: StoredIncident['incident'],
  { startSec, pps }: PeakPicture,
): ChartMark[] {
  const all: [string, number | null][] = [
    ['detected', detectedAt],
    ['acknowledged', acknowledgedAt],
    ['mitigated', mitigatedAt],
    ['ended', endedAt],
  ];
  const end = startSec + Math.min(pps.length, MOST_SEC);
  return all.flatMap(([label, at]) => (at !== null && at >= startSec && at <= end ? [{ at, label }] : []));
}

function chartWords(
  what: string,
  { startSec }: PeakPicture,
  values: readonly (number | null)[],
  format: (rate: number) => string,
): string {
  let peak = 0;
  let peakAt = 0;
  let gaps = 0;
  for (const [i, value] of values.entries()) {
    if (value === null) gaps += 1;
    else if (value > peak) [peak, peakAt] = [value, i];
  }
  const missing = gaps === 0 ? '' : ` No data for ${counted(gaps, 'second')}.`;
  return `All ${what} per second of the source, ${formatClock(startSec)} to ${formatClock(startSec + values.length)} UTC; largest ${format(peak)} at ${formatClock(startSec + peakAt)}.${missing}`;
}
