/** Who, where and how urgent: the first table of a report, and what urgency and relevance are made of. */
import { formatCount } from '../../format/number-format.js';
import { formatDateTime } from '../../format/time-format.js';
import type { Incident, ScorePart } from '../../incident/incident.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import type { ReportContext } from './engineer-report.js';
import type { Block, Fact, Section, Tag, Tone } from './incident-document.js';
import { MARK_WORDS, STATE_WORDS, spanWords } from './report-words.js';

const SEVERITY_TONE: Readonly<Record<Incident['severity'], Tone>> = {
  low: 'plain',
  medium: 'warning',
  high: 'attack',
  critical: 'attack',
};

export function tagsOf({ incident, lostSight, mark }: StoredIncident): Tag[] {
  const { state, severity, urgency, relevance } = incident;
  const isOver = state === 'ended';
  return [
    lostSight === null || isOver
      ? { text: STATE_WORDS[state], tone: isOver ? 'good' : 'attack' }
      : { text: 'out of sight', tone: 'warning' },
    { text: `severity ${severity}`, tone: SEVERITY_TONE[severity] },
    ...(urgency === null ? [] : [{ text: `urgency ${formatCount(urgency)} of 100`, tone: 'plain' as const }]),
    ...(relevance === null ? [] : [{ text: `relevance ${formatCount(relevance)} of 100`, tone: 'plain' as const }]),
    ...(mark === null ? [] : [{ text: `marked ${mark.mark}`, tone: 'warning' as const }]),
  ];
}

export function headSection(stored: StoredIncident, { related }: ReportContext): Section {
  const { incident, origin, sensor, mark } = stored;
  const { id, target, scope, direction } = incident;
  const rows: (Fact | null)[] = [
    { name: 'incident', value: id },
    { name: 'target', value: scope === 'host' ? target : `${target} (${scope})` },
    direction === 'unknown' ? null : { name: 'direction', value: direction },
    { name: 'seen by', value: sensor === '' || sensor === origin ? origin : `${origin} on ${sensor}` },
    ...timeFacts(incident),
    mark === null ? null : { name: 'mark', value: markWords(mark) },
    related.length === 0
      ? null
      : {
          name: 'same target and time',
          value: related.map((one) => `${one.id} (${one.target}, ${one.origin})`).join(', '),
        },
  ];
  return { id: 'incident', title: 'Incident', blocks: [{ kind: 'facts', rows: rows.filter((row) => row !== null) }] };
}

function timeFacts({ state, openedAt, detectedAt, acknowledgedAt, mitigatedAt, endedAt }: Incident): Fact[] {
  const after = (at: number | null, none: string) => {
    const span = spanWords(openedAt, at);
    return at === null ? none : `${formatDateTime(at)}${span === null ? '' : `, after ${span}`}`;
  };
  return [
    { name: 'began', value: formatDateTime(openedAt) },
    { name: 'detected', value: after(detectedAt, state === 'suspect' ? 'not yet' : 'not known') },
    { name: 'acknowledged', value: after(acknowledgedAt, 'by nobody') },
    { name: 'mitigated', value: after(mitigatedAt, 'not from here') },
    { name: 'ended', value: after(endedAt, 'not yet') },
  ];
}

function markWords({ mark, of, reason, by }: NonNullable<StoredIncident['mark']>): string {
  return `${MARK_WORDS[mark]}${of === null ? '' : ` (${of})`}${by === '' ? '' : `, by ${by}`}${reason === '' ? '' : `: ${reason}`}`;
}

/** What the two scores are made of; nothing where neither was judged. */
export function scoreSection({ incident }: StoredIncident): Section {
  const { urgency, urgencyParts, relevance, relevanceParts } = incident;
  const blocks = [scoreBlock('Urgency', urgency, urgencyParts), scoreBlock('Relevance', relevance, relevanceParts)];
  return { id: 'scores', title: 'Urgency and relevance', blocks: blocks.filter((block) => block !== null) };
}

function scoreBlock(title: string, score: number | null, parts: readonly ScorePart[]): Block | null {
  if (score === null || parts.length === 0) return null;
  return {
    kind: 'table',
    title: `${title}: ${formatCount(score)} of 100`,
    columns: [
      { title: 'part', align: 'left' },
      { title: 'points', align: 'right', bars: parts.map(({ value, cap }) => (cap > 0 ? value / cap : 0)) },
      { title: 'because', align: 'left' },
    ],
    rows: parts.map(({ name, value, cap, words }) => [name, `${pointsOf(value)} of ${pointsOf(cap)}`, words]),
    note: '',
  };
}

/** One decimal at most: points are estimates. */
function pointsOf(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(1))) : '-';
}
