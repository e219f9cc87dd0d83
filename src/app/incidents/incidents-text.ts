/** Lists of incidents and figures of the team as text. Every cell is cleaned: targets and names may be anybody's. */
import { cellWidth, fitCells } from '../../format/cell-text.js';
import { cleanText } from '../../format/clean-text.js';
import {
  formatBpsUnit,
  formatBytes,
  formatCount,
  formatExact,
  formatPpsUnit,
  formatShare,
  NO_DATA,
} from '../../format/number-format.js';
import { formatDateTime, formatDuration } from '../../format/time-format.js';
import type { Compaction } from '../../incident/store/compact-store.js';
import type { IncidentRow } from '../../incident/store/incident-row.js';
import type { FigureRow, SpanFigures, TeamFigures } from '../../incident/store/stats.js';

const MOST_CELLS = 48;
const NAMED_VECTORS = 3;

export function listText(
  rows: readonly IncidentRow[],
  related: ReadonlyMap<string, readonly string[]>,
  more: number,
  nowSec: number,
): string {
  if (rows.length === 0) return 'no incident\n';
  const header = [
    'ID',
    'STATE',
    'URG',
    'SEVERITY',
    'TARGET',
    'VECTORS',
    'PEAK',
    'BEGAN',
    'LASTED',
    'SEEN BY',
    'REMARKS',
  ];
  const lines = alignedRows([header, ...rows.map((row) => cellsOf(row, related.get(row.id) ?? [], nowSec))]);
  const rest = more > 0 ? [`${more} more: --limit ${rows.length + more}`] : [];
  return `${[...lines, ...rest].join('\n')}\n`;
}

function cellsOf(row: IncidentRow, related: readonly string[], nowSec: number): string[] {
  const end = row.endedAt ?? (row.lostSight === null ? nowSec : row.updatedAt);
  return [
    row.id,
    row.lostSight === null ? row.state : 'out of sight',
    row.urgency === null ? NO_DATA : formatCount(row.urgency),
    row.severity,
    row.direction === 'outgoing' ? `${row.target} (outgoing)` : row.target,
    row.vectors
      .slice(0, NAMED_VECTORS)
      .map(({ name, share }) => `${name} ${formatShare(share)}`)
      .join(', ') || NO_DATA,
    peakWords(row),
    formatDateTime(row.openedAt),
    formatDuration(Math.max(0, end - row.openedAt)),
    row.origin,
    remarksOf(row, related),
  ];
}

function peakWords({ peakPps, peakBps, peakRps }: IncidentRow): string {
  if (peakRps !== null && peakPps === 0) return `${formatCount(peakRps)} requests/s`;
  return peakBps > 0 ? `${formatPpsUnit(peakPps)} ${formatBpsUnit(peakBps)}` : formatPpsUnit(peakPps);
}

function remarksOf({ acknowledgedAt, mitigatedAt, mark }: IncidentRow, related: readonly string[]): string {
  const parts = [
    mark === null ? '' : `${mark.mark}${mark.of === null ? '' : ` of ${mark.of}`}`,
    acknowledgedAt === null ? '' : 'acknowledged',
    mitigatedAt === null ? '' : 'mitigated',
    related.length === 0 ? '' : `with ${related.slice(0, 3).join(', ')}${related.length > 3 ? '…' : ''}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

export function statsText({ all, byWeek, byVector }: TeamFigures, by: 'week' | 'vector'): string {
  if (all.incidents === 0) return 'no incident\n';
  const header = [
    by === 'week' ? 'WEEK' : 'VECTOR',
    'INCIDENTS',
    'DETECT',
    'ACKNOWLEDGE',
    'MITIGATE',
    'FALSE POSITIVES',
  ];
  const rows = [...(by === 'week' ? byWeek : byVector), all];
  const lines = alignedRows([header, ...rows.map(figureCells)]);
  return `${[...lines, '', 'Spans: median / nine of ten within (incidents). Duplicates and tests are left out.'].join('\n')}\n`;
}

function figureCells({ key, incidents, detect, acknowledge, mitigate, falsePositives, judged, falseShare }: FigureRow) {
  const falseWords =
    falseShare === null ? NO_DATA : `${formatShare(falseShare)} (${falsePositives} of ${judged} marked)`;
  return [key, formatExact(incidents), spanWords(detect), spanWords(acknowledge), spanWords(mitigate), falseWords];
}

function spanWords({ median, p90, n }: SpanFigures): string {
  if (median === null || p90 === null) return NO_DATA;
  return `${formatDuration(median)} / ${formatDuration(p90)} (${n})`;
}

export function mergedText(merged: Compaction | null): string {
  if (merged === null) return 'nothing to merge\n';
  const { files, bytesBefore, bytesAfter, incidents, forgotten, damaged } = merged;
  const lines = [
    `${files} files with ${formatBytes(bytesBefore)} became one with ${formatBytes(bytesAfter)}: ${incidents} incidents, ${forgotten} forgotten`,
    ...(damaged > 0 ? [`${damaged} lines could not be read: their files are kept with the ending .damaged`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function alignedRows(rows: readonly (readonly string[])[]): string[] {
  const clean = rows.map((row) => row.map((cell) => cleanText(cell, MOST_CELLS)));
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...clean.map((row) => cellWidth(row[i] as string))));
  return clean.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : fitCells(cell, widths[i] as number)))
      .join('  ')
      .trimEnd(),
  );
}
