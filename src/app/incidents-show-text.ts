/** All that is known of an incident as text, the most useful first. Whatever is in it was cleaned when it leaves here. */
import { cleanText } from '../format/clean-text.js';
import {
  formatBpsUnit,
  formatBytes,
  formatCount,
  formatExact,
  formatPps,
  formatPpsUnit,
  formatShare,
} from '../format/number-format.js';
import { formatDateTime, formatDuration } from '../format/time-format.js';
import type { Incident, ScorePart } from '../incident/incident.js';
import type { StoredIncident } from '../incident/stored-incident.js';

const MOST_CELLS = 400;
const MOST_ROWS = 12;

export function incidentText(stored: StoredIncident, related: readonly string[], nowSec: number): string {
  const { incident, notes, alerts, files, signature, picture, timeline } = stored;
  const sections: [string, string[]][] = [
    ['', headLines(stored, related, nowSec)],
    [
      'vectors',
      incident.vectors.map(
        ({ name, id, share, confidence }) =>
          `${formatShare(share)}  ${name} (${id})${confidence > 0 ? `, ${formatShare(confidence)} sure` : ''}`,
      ),
    ],
    ['evidence', [...incident.evidence]],
    ['urgency', scoreLines(incident.urgency, incident.urgencyParts)],
    ['relevance', scoreLines(incident.relevance, incident.relevanceParts)],
    [
      'attack or crowd',
      incident.votes.map(
        ({ name, vote, words }) => `${vote > 0 ? 'attack' : vote < 0 ? 'crowd' : 'open'}  ${name}: ${words}`,
      ),
    ],
    ['sources', sourceLines(incident)],
    ['rule', signature === null ? [] : ruleLines(signature)],
    ['how well it was seen', [...(picture?.losses ?? [])]],
    [
      'told elsewhere',
      alerts.flatMap(({ from, reference, details, url }) => [
        `${from}${reference === '' ? '' : ` ${reference}`}${url === null ? '' : `  ${url}`}`,
        ...details.map((line) => `  ${line}`),
      ]),
    ],
    [
      'notes',
      notes.flatMap(({ at, by, text }) => [
        `${formatDateTime(at)}  ${by}:`,
        ...text.split('\n').map((line) => `  ${line}`),
      ]),
    ],
    [
      'files',
      files.map(
        ({ path, bytes, sha256, words }) =>
          `${path}  ${formatBytes(bytes)}  sha256 ${sha256}${words === '' ? '' : `  ${words}`}`,
      ),
    ],
    [
      'timeline (UTC)',
      timeline.map(({ at, words, by }) => `${formatDateTime(at)}  ${words}${by === '' ? '' : `  [${by}]`}`),
    ],
  ];
  const lines = sections.flatMap(([title, rows]) => sectionLines(title, rows));
  return `${lines.map(clean).join('\n')}\n`;
}

function sectionLines(title: string, rows: readonly string[]): string[] {
  if (rows.length === 0) return [];
  return title === '' ? [...rows] : ['', title, ...rows.map((row) => `  ${row}`)];
}

function headLines(
  { incident, origin, sensor, lostSight, mark }: StoredIncident,
  related: readonly string[],
  nowSec: number,
): string[] {
  const { id, state, severity, target, scope, direction, openedAt, endedAt, acknowledgedAt, mitigatedAt } = incident;
  const lasted = formatDuration(Math.max(0, (endedAt ?? nowSec) - openedAt));
  const began = `began ${formatDateTime(openedAt)}, ${endedAt === null ? 'goes on' : `over ${formatDateTime(endedAt)}`}, ${lasted}`;
  return [
    `${id}  ${state}  severity ${severity}${direction === 'unknown' ? '' : `  ${direction}`}`,
    `target ${target}${scope === 'host' ? '' : ` (${scope})`}, seen by ${origin}${sensor === origin ? '' : ` on ${sensor}`}`,
    lostSight === null ? began : `began ${formatDateTime(openedAt)}; nobody watches it: ${lostSight}`,
    peakLine(incident),
    `acknowledged ${whenWords(acknowledgedAt)}, mitigated ${whenWords(mitigatedAt)}`,
    ...(mark === null
      ? []
      : [
          `marked ${mark.mark}${mark.of === null ? '' : ` of ${mark.of}`} by ${mark.by}${mark.reason === '' ? '' : `: ${mark.reason}`}`,
        ]),
    ...(related.length === 0 ? [] : [`same target and time: ${related.join(', ')}`]),
  ];
}

function peakLine({ peakPps, peakBps, peakRps, packets, bytes, pulses }: Incident): string {
  const requests = peakRps === null ? '' : `, ${formatCount(peakRps)} requests/s`;
  const volume = packets === 0 ? '' : `; ${formatExact(packets)} packets, ${formatBytes(bytes)}`;
  return `peak ${formatPpsUnit(peakPps)}, ${formatBpsUnit(peakBps)}${requests}${volume}${pulses > 0 ? `; came back ${pulses} times` : ''}`;
}

function whenWords(sec: number | null): string {
  return sec === null ? 'not yet' : formatDateTime(sec);
}

function scoreLines(score: number | null, parts: readonly ScorePart[]): string[] {
  if (score === null) return [];
  return [
    `${formatCount(score)} of 100`,
    ...parts.map(({ name, value, cap, words }) => `${name} ${formatPps(value)} of ${cap}: ${words}`),
  ];
}

function sourceLines({ sources }: Incident): string[] {
  if (sources.distinct === 0 && sources.top.length === 0) return [];
  const top = sources.top.slice(0, MOST_ROWS);
  return [
    `${formatCount(sources.distinct)} sources, ${sources.verdict}`,
    ...top.map(({ key, packets, bytes }) => `${key}  ${formatCount(packets)} packets, ${formatBytes(bytes)}`),
  ];
}

function ruleLines({ words, backends, refused }: NonNullable<StoredIncident['signature']>): string[] {
  if (refused !== null) return [`none: ${refused}`];
  return [words, ...Object.entries(backends).flatMap(([name, lines]) => lines.map((line) => `${name}: ${line}`))];
}

function clean(line: string): string {
  const [indentation] = /^ */.exec(line) as unknown as [string];
  return indentation + cleanText(line.slice(indentation.length), MOST_CELLS);
}
