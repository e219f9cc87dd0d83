/** Why do we call this an attack? Vectors with confidence, the floors that were crossed, who sends. */
import { memo } from 'react';
import { fitCells } from '../../src/format/cell-text.js';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBpsUnit, formatBytes, formatCount, formatPpsUnit, formatShare } from '../../src/format/number-format.js';
import { formatDateTime, formatDuration } from '../../src/format/time-format.js';
import type { Incident } from '../../src/incident/incident.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { barText } from '../widgets/bar.js';
import { paneLines } from '../widgets/pane.js';
import { wrapWords } from '../widgets/wrap.js';

export type IncidentDetailProps = {
  readonly incident: Incident | null;
  readonly nowSec: number /* capture time, epoch seconds */;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

const LABEL_CELLS = 11;
const field = (label: string, ...value: Line): Line => [span(` ${label.padEnd(LABEL_CELLS)}`, 'dim'), ...value];

export const IncidentDetail = memo(function IncidentDetail({
  incident,
  nowSec,
  width,
  height,
  theme,
}: IncidentDetailProps) {
  const content = incident ? detailLines(incident, nowSec, width - 2) : [[span('  no incident is chosen', 'dim')]];
  const title = incident ? `Evidence: ${cleanText(incident.target, 45)}` : 'Evidence';
  return <Block lines={paneLines({ title }, content, width, height)} width={width} height={height} theme={theme} />;
});

function detailLines(incident: Incident, nowSec: number, width: number): Line[] {
  const end = incident.endedAt ?? nowSec;
  const lines: Line[] = [];
  for (const [i, vector] of incident.vectors.entries()) {
    const name = fitCells(cleanText(vector.name, 26), 26);
    const share = `${formatShare(vector.share).padStart(5)} of the attack  `;
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
    case 'unknown':
      return ': not enough seen to say';
  }
}
