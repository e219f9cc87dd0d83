/** Which attacks are there, and what do we know about each? */
import { memo } from 'react';
import { cutMiddle } from '../../src/format/cell-text.js';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBps, formatCount, formatPps } from '../../src/format/number-format.js';
import { formatClock, formatDuration } from '../../src/format/time-format.js';
import type { Incident } from '../../src/incident/incident.js';
import { span } from '../theme/paint.js';
import type { Theme, Token } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { type TableColumn, tableLines } from '../widgets/table.js';

export type IncidentsPanelProps = {
  readonly incidents: readonly Incident[];
  readonly nowSec: number /* capture time, epoch seconds */;
  readonly selected: number /* -1 = none */;
  readonly offset: number;
  readonly isFocused: boolean;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

const STATE_WORDS: Readonly<Record<Incident['state'], { readonly text: string; readonly color: Token }>> = {
  attack: { text: '! attack', color: 'critical' },
  ending: { text: '. ending', color: 'suspect' },
  suspect: { text: '? suspect', color: 'suspect' },
  ended: { text: '  ended', color: 'dim' },
};

export const vectorNames = (incident: Incident): string =>
  incident.vectors.map((vector) => vector.name).join(' + ') || 'unnamed';

function columns(nowSec: number): TableColumn<Incident>[] {
  return [
    {
      id: 'state',
      head: 'STATE',
      cells: 9,
      priority: 0,
      text: (row) => STATE_WORDS[row.state].text,
      color: (row) => STATE_WORDS[row.state].color,
    },
    {
      id: 'target',
      head: 'TARGET',
      cells: 15,
      priority: 0,
      text: (row, cells) => cutMiddle(cleanText(row.target, 60), cells),
      color: () => 'title',
    },
    {
      id: 'vector',
      head: 'VECTOR',
      cells: 12,
      growTo: 64,
      priority: 0,
      text: (row, cells) => cleanText(vectorNames(row), cells),
      color: (row) => (row.state === 'ended' ? 'dim' : 'attack'),
    },
    {
      id: 'peak',
      head: 'PEAK PPS',
      cells: 8,
      align: 'right',
      priority: 1,
      text: (row) => formatPps(row.peakPps),
      color: () => 'text',
    },
    {
      id: 'bits',
      head: 'PEAK BIT/S',
      cells: 10,
      align: 'right',
      priority: 5,
      text: (row) => formatBps(row.peakBps),
      color: () => 'text',
    },
    {
      id: 'sources',
      head: 'SOURCES',
      cells: 7,
      align: 'right',
      priority: 4,
      text: (row) => formatCount(row.sources.distinct),
      color: () => 'text',
    },
    { id: 'verdict', head: 'VERDICT', cells: 9, priority: 6, text: (row) => row.sources.verdict, color: () => 'text' },
    { id: 'since', head: 'SINCE', cells: 8, priority: 3, text: (row) => formatClock(row.openedAt), color: () => 'dim' },
    {
      id: 'lasted',
      head: 'LASTS',
      cells: 6,
      align: 'right',
      priority: 2,
      text: (row) => formatDuration((row.endedAt ?? nowSec) - row.openedAt),
      color: () => 'text',
    },
    { id: 'severity', head: 'SEVERITY', cells: 8, priority: 7, text: (row) => row.severity, color: () => 'text' },
  ];
}

export const IncidentsPanel = memo(function IncidentsPanel(props: IncidentsPanelProps) {
  const { incidents, width, height, theme } = props;
  const content = tableLines(
    {
      columns: columns(props.nowSec),
      rows: incidents,
      offset: props.offset,
      selected: props.selected,
      isFocused: props.isFocused,
      isMarked: () => false,
      sortId: '',
      isDescending: true,
      empty: 'no incident so far',
    },
    width - 2,
    height - 2,
  );
  const open = incidents.filter((incident) => incident.state !== 'ended').length;
  const note = [span(`${open} open, ${incidents.length - open} ended`, open > 0 ? 'attack' : 'dim')];
  const lines = paneLines(
    { title: 'Incidents', hotKey: '6', note, isFocused: props.isFocused },
    content,
    width,
    height,
  );
  return <Block lines={lines} width={width} height={height} theme={theme} />;
});
