/** Which attacks are there, which of them first, and has somebody looked at them? */
import { memo } from 'react';
import { cutMiddle } from '../../src/format/cell-text.js';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBps, formatCount, formatPps } from '../../src/format/number-format.js';
import { formatClock, formatDuration } from '../../src/format/time-format.js';
import type { Incident } from '../../src/incident/incident.js';
import { type QueueRow, vectorNames } from '../../src/incident/queue.js';
import { span } from '../theme/paint.js';
import type { Theme, Token } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { type TableColumn, tableLines } from '../widgets/table.js';

export type IncidentsPanelProps = {
  readonly rows: readonly QueueRow[];
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
const MARK_WORDS = { 'true-positive': 'true', 'false-positive': 'false', duplicate: 'double', test: 'test' } as const;
const ORIGIN_WORDS = { ddostop: '', fastnetmon: 'FastNetMon', cloudflare: 'Cloudflare', other: 'other' } as const;

function columns(nowSec: number): TableColumn<QueueRow>[] {
  return [
    {
      id: 'state',
      head: 'STATE',
      cells: 9,
      priority: 0,
      text: (row) => stateOf(row).text,
      color: (row) => stateOf(row).color,
    },
    {
      id: 'urgency',
      head: 'URG',
      cells: 3,
      align: 'right',
      priority: 2,
      text: (row) => (row.urgency === null ? '-' : String(Math.round(row.urgency))),
      color: (row) => urgencyColor(row),
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
      cells: 29,
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
      id: 'seen',
      head: 'SEEN',
      cells: 6,
      priority: 3,
      text: (row) => seenWords(row),
      color: (row) => (row.acknowledgedAt === null && row.mark === null ? 'suspect' : 'dim'),
    },
    {
      id: 'bits',
      head: 'PEAK BIT/S',
      cells: 10,
      align: 'right',
      priority: 7,
      text: (row) => formatBps(row.peakBps),
      color: () => 'text',
    },
    {
      id: 'sources',
      head: 'SOURCES',
      cells: 7,
      align: 'right',
      priority: 6,
      text: (row) => formatCount(row.sources),
      color: () => 'text',
    },
    { id: 'verdict', head: 'VERDICT', cells: 9, priority: 8, text: (row) => row.sourceVerdict, color: () => 'text' },
    { id: 'since', head: 'SINCE', cells: 8, priority: 5, text: (row) => formatClock(row.openedAt), color: () => 'dim' },
    {
      id: 'lasted',
      head: 'LASTS',
      cells: 6,
      align: 'right',
      priority: 2,
      text: (row) => formatDuration(lastedSec(row, nowSec)),
      color: () => 'text',
    },
    { id: 'severity', head: 'SEVERITY', cells: 8, priority: 9, text: (row) => row.severity, color: () => 'text' },
    {
      id: 'origin',
      head: 'FROM',
      cells: 13,
      priority: 4,
      text: (row) => originWords(row),
      color: () => 'dim',
    },
  ];
}

function stateOf({ state, lostSight }: QueueRow): { readonly text: string; readonly color: Token } {
  return lostSight === null ? STATE_WORDS[state] : { text: '? unseen', color: 'dim' };
}

function urgencyColor({ urgency, state }: QueueRow): Token {
  if (state === 'ended' || urgency === null) return 'dim';
  return urgency > 60 ? 'critical' : urgency >= 30 ? 'suspect' : 'text';
}

function seenWords({ acknowledgedAt, mark }: QueueRow): string {
  return mark === null ? (acknowledgedAt === null ? 'new' : 'ack') : MARK_WORDS[mark.mark];
}

/** Of what others told, or of earlier, nobody knows here how long it goes on. */
function lastedSec({ endedAt, openedAt, isLive }: QueueRow, nowSec: number): number {
  if (endedAt !== null) return endedAt - openedAt;
  return isLive ? nowSec - openedAt : Number.NaN;
}

function originWords({ origin, isLive, related }: QueueRow): string {
  const words = origin === 'ddostop' ? (isLive ? 'here' : 'earlier') : ORIGIN_WORDS[origin];
  return related > 0 ? `${words} +${related}` : words;
}

export const IncidentsPanel = memo(function IncidentsPanel(props: IncidentsPanelProps) {
  const { rows, width, height, theme } = props;
  const content = tableLines(
    {
      columns: columns(props.nowSec),
      rows,
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
  const open = rows.filter((row) => row.state !== 'ended' && row.lostSight === null).length;
  const lost = rows.filter((row) => row.lostSight !== null).length;
  const unseen = rows.filter(
    (row) => row.acknowledgedAt === null && row.mark === null && row.state !== 'suspect',
  ).length;
  const note = [
    span(
      `${open} open, ${lost > 0 ? `${lost} unseen, ` : ''}${rows.length - open - lost} ended`,
      open > 0 ? 'attack' : 'dim',
    ),
    span(unseen > 0 ? `, ${unseen} new` : '', 'suspect'),
  ];
  const lines = paneLines(
    { title: 'Incidents', hotKey: '6', note, isFocused: props.isFocused },
    content,
    width,
    height,
  );
  return <Block lines={lines} width={width} height={height} theme={theme} />;
});
