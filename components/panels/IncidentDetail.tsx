/** Why do we call this an attack, how urgent is it, and what was done about it? */
import { memo } from 'react';
import { fitCells } from '../../src/format/cell-text.js';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBpsUnit, formatBytes, formatCount, formatPpsUnit, formatShare } from '../../src/format/number-format.js';
import { formatClock, formatDateTime, formatDuration } from '../../src/format/time-format.js';
import type { Incident, ScorePart } from '../../src/incident/incident.js';
import type { StoredIncident } from '../../src/incident/stored-incident.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { barText } from '../widgets/bar.js';
import { paneLines } from '../widgets/pane.js';
import { wrapWords } from '../widgets/wrap.js';

export type IncidentDetailProps = {
  readonly incident: Incident | null;
  /** What is kept of it; null: nothing, or it is being read. */
  readonly stored: StoredIncident | null;
  readonly nowSec: number /* capture time, epoch seconds */;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

const LABEL_CELLS = 11;
const field = (label: string, ...value: Line): Line => [span(` ${label.padEnd(LABEL_CELLS)}`, 'dim'), ...value];

export const IncidentDetail = memo(function IncidentDetail({
  incident,
  stored,
  nowSec,
  width,
  height,
  theme,
}: IncidentDetailProps) {
  const content = incident
    ? [...detailLines(incident, nowSec, width - 2), ...(stored === null ? [] : caseLines(stored, width - 2))]
    : [[span('  no incident is chosen', 'dim')]];
  const title = incident ? `Evidence: ${cleanText(incident.target, 45)}` : 'Evidence';
  return <Block lines={paneLines({ title }, content, width, height)} width={width} height={height} theme={theme} />;
});

function detailLines(incident: Incident, nowSec: number, width: number): Line[] {
  const end = incident.endedAt ?? nowSec;
  const lines: Line[] = [];
  for (const [i, vector] of incident.vectors.entries()) {
    const name = fitCells(cleanText(vector.name, 26), 26);
    const share = `${formatShare(vector.share).padStart(5)} of its traffic  `;
    lines.push(
      field(
        i === 0 ? 'vectors' : '',
        span(`${name} `, vector.active ? 'attack' : 'dim', true),
        span(share, 'text'),
        span(`${barText(vector.share, 12)}  `, 'attack'),
        span(
          `${vector.active ? `${formatPpsUnit(vector.pps).padStart(9)}  ` : '     over  '}confidence ${formatShare(vector.confidence)}`,
          'dim',
        ),
      ),
    );
  }
  lines.push(
    field(
      'time',
      span(formatDateTime(incident.openedAt), 'text'),
      span(`  for ${formatDuration(end - incident.openedAt)}`, 'text'),
      span(detectedIn(incident), 'dim'),
    ),
  );
  lines.push(
    field(
      'peak',
      span(`${formatPpsUnit(incident.peakPps)}  ${formatBpsUnit(incident.peakBps)}`, 'title'),
      span(`   in all ${formatCount(incident.packets)} packets, ${formatBytes(incident.bytes)}`, 'dim'),
    ),
  );
  lines.push(field('severity', span(incident.severity, incident.severity === 'critical' ? 'critical' : 'text', true)));
  lines.push(...scoreLines('urgency', incident.urgency, incident.urgencyParts, width));
  lines.push(...scoreLines('relevance', incident.relevance, incident.relevanceParts, width));
  const { distinct, verdict, top } = incident.sources;
  lines.push(
    field(
      'sources',
      span(`${formatCount(distinct)} seen, `, 'text'),
      span(verdict, 'title', true),
      span(verdictWords(verdict), 'dim'),
    ),
  );
  const perSource = 30;
  const perLine = Math.max(1, Math.floor((width - LABEL_CELLS - 1) / perSource));
  for (let i = 0; i < Math.min(top.length, perLine * 4); i += perLine) {
    const cells = top
      .slice(i, i + perLine)
      .map((source) => fitCells(`${cleanText(source.key, 20)} ${formatCount(source.packets)}`, perSource));
    lines.push(field('', span(cells.join(''), 'text')));
  }
  lines.push([]);
  for (const [i, sentence] of incident.evidence.entries()) {
    for (const [j, text] of wrapWords(cleanText(sentence, 2000), width - LABEL_CELLS - 4).entries()) {
      lines.push(field(i === 0 && j === 0 ? 'evidence' : '', span(j === 0 ? '· ' : '  ', 'dim'), span(text, 'text')));
    }
  }
  for (const [i, { name, vote, words }] of incident.votes.entries()) {
    const side = vote > 0 ? 'attack ' : vote < 0 ? 'crowd  ' : 'neither ';
    const text = cleanText(`${name}: ${words}`, width - LABEL_CELLS - 12);
    lines.push(
      field(i === 0 ? 'votes' : '', span(side, vote > 0 ? 'attack' : vote < 0 ? 'good' : 'dim'), span(text, 'text')),
    );
  }
  for (const [i, action] of incident.actions.entries())
    lines.push(field(i === 0 ? 'actions' : '', span(cleanText(action, width - LABEL_CELLS - 2), 'ok')));
  return lines;
}

function detectedIn(incident: Incident): string {
  return incident.detectedAt === null
    ? '  not decided yet'
    : `  detected after ${formatDuration(incident.detectedAt - incident.openedAt)}`;
}

function verdictWords(verdict: Incident['sources']['verdict']): string {
  switch (verdict) {
    case 'spoofed':
      return ': forged addresses; blocking them hits bystanders';
    case 'reflected':
      return ': third parties that answer; the sender hides behind them';
    case 'botnet':
      return ': real hosts; blocking them works';
    case 'few':
      return ': a few hosts send all of it; blocking them works';
    case 'unknown':
      return ': not enough seen to say';
  }
}

/** "64  rate 2.1 of 3: 90k pps, 4.5 times the limit". */
function scoreLines(label: string, score: number | null, parts: readonly ScorePart[], width: number): Line[] {
  if (score === null) return [];
  const words = parts.map(({ name, value, cap, words: why }) => `${name} ${value.toFixed(1)} of ${cap}: ${why}`);
  return wrapWords(cleanText(words.join('; '), 1000), width - LABEL_CELLS - 7).map((text, i) =>
    field(
      i === 0 ? label : '',
      span(i === 0 ? String(Math.round(score)).padEnd(5) : '     ', 'title', true),
      span(text, 'dim'),
    ),
  );
}

/** Entries of the timeline that are shown. */
const SHOWN_ENTRIES = 12;

function caseLines({ mark, notes, signature, effects, timeline, files }: StoredIncident, width: number): Line[] {
  const room = width - LABEL_CELLS - 2;
  const lines: Line[] = [[]];
  if (mark !== null) {
    const words = `${mark.mark}${mark.of === null ? '' : ` of ${mark.of}`} by ${mark.by}${mark.reason === '' ? '' : `: ${mark.reason}`}`;
    lines.push(field('marked', span(cleanText(words, room), 'accent', true)));
  }
  if (signature !== null)
    lines.push(field('rule', span(cleanText(signature.refused ?? signature.words, room), 'text')));
  for (const { attackBeforePps, attackAfterPps, droppedPackets } of effects.slice(-1)) {
    const after = attackAfterPps === null ? 'not seen from here' : formatPpsUnit(attackAfterPps);
    const dropped = droppedPackets === null ? '' : `, ${formatCount(droppedPackets)} packets dropped`;
    lines.push(
      field(
        'effect',
        span(`attack ${formatPpsUnit(attackBeforePps ?? Number.NaN)} before, ${after} after${dropped}`, 'ok'),
      ),
    );
  }
  for (const [i, { path, packets }] of files.entries())
    lines.push(
      field(i === 0 ? 'files' : '', span(cleanText(`${formatCount(packets)} packets  ${path}`, room), 'text')),
    );
  for (const [i, { at, by, text }] of notes.entries())
    lines.push(field(i === 0 ? 'notes' : '', span(cleanText(`${formatDateTime(at)} ${by}: ${text}`, room), 'text')));
  for (const [i, { at, words, by }] of timeline.slice(-SHOWN_ENTRIES).entries()) {
    const who = by === '' ? '' : `  ${by}`;
    lines.push(
      field(
        i === 0 ? 'timeline' : '',
        span(`${formatClock(at)}Z  `, 'dim'),
        span(cleanText(`${words}${who}`, room - 11), 'text'),
      ),
    );
  }
  return lines;
}
