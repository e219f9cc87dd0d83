/** Which attacks on its networks does the edge see, and what does it do about them? */
import { memo } from 'react';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBps, formatPps, formatShare } from '../../src/format/number-format.js';
import { formatClock, formatDuration } from '../../src/format/time-format.js';
import type { EdgeAttack, EdgeNetworkView } from '../../src/snapshot/edge-network-view.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { type TableColumn, tableLines } from '../widgets/table.js';
import { freshness, targetWords } from './edge-network-words.js';
import type { RateUnit } from './TrafficPanel.js';

export type EdgeAttacksPanelProps = {
  readonly view: EdgeNetworkView;
  readonly unit: RateUnit;
  readonly offset: number;
  readonly selected: number /* index into the attacks, -1 = none */;
  readonly isFocused: boolean;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

/** Less got stopped than half: somebody should look. */
const LITTLE_DROPPED = 0.5;

function columnsOf(unit: RateUnit, nowSec: number): readonly TableColumn<EdgeAttack>[] {
  const droppedShare = ({ droppedPackets, packets }: EdgeAttack) => droppedPackets / packets;
  return [
    {
      id: 'state',
      head: 'STATE',
      cells: 7,
      priority: 0,
      text: ({ endSec }) => (endSec === null ? 'ongoing' : 'over'),
      color: ({ endSec }) => (endSec === null ? 'attack' : 'dim'),
    },
    {
      id: 'vector',
      head: 'VECTOR',
      cells: 18,
      priority: 0,
      text: ({ vector }, cells) => cleanText(vector === '' ? 'not named' : vector, cells),
      color: ({ endSec }) => (endSec === null ? 'title' : 'text'),
    },
    {
      id: 'target',
      head: 'TARGET',
      cells: 22,
      growTo: 48,
      priority: 0,
      text: (attack, cells) => cleanText(targetWords(attack), cells),
      color: () => 'text',
    },
    {
      id: 'peak',
      head: unit === 'pps' ? 'PEAK PPS' : 'PEAK BPS',
      cells: 8,
      align: 'right',
      priority: 1,
      text: ({ peakPps, peakBps }) => (unit === 'pps' ? formatPps(peakPps) : formatBps(peakBps)),
      color: () => 'title',
    },
    {
      id: 'dropped',
      head: 'DROPPED',
      cells: 7,
      align: 'right',
      priority: 2,
      text: (attack) => formatShare(droppedShare(attack)),
      color: (attack) => (droppedShare(attack) < LITTLE_DROPPED ? 'critical' : 'ok'),
    },
    {
      id: 'since',
      head: 'SINCE',
      cells: 8,
      priority: 3,
      text: ({ startSec }) => formatClock(startSec),
      color: () => 'dim',
    },
    {
      id: 'lasts',
      head: 'LASTS',
      cells: 6,
      align: 'right',
      priority: 5,
      text: ({ startSec, endSec }) => formatDuration(Math.max(0, (endSec ?? nowSec) - startSec)),
      color: () => 'dim',
    },
    {
      id: 'does',
      head: 'DOES',
      cells: 10,
      priority: 6,
      text: ({ mitigation }, cells) => cleanText(mitigation, cells),
      color: () => 'dim',
    },
    {
      id: 'rule',
      head: 'RULE',
      cells: 30,
      priority: 4,
      text: ({ rule, reason }, cells) => cleanText(rule === '' ? reason : rule, cells),
      color: () => 'dim',
    },
  ];
}

export const EdgeAttacksPanel = memo(function EdgeAttacksPanel(props: EdgeAttacksPanelProps) {
  const { view, unit, offset, selected, isFocused, width, height, theme } = props;
  const { attacks } = view;
  const content = tableLines(
    {
      columns: [...columnsOf(unit, view.atMs / 1000)],
      rows: attacks,
      offset,
      selected,
      isFocused,
      isMarked: () => false,
      sortId: 'since',
      isDescending: true,
      empty: 'attacks' in view.lagSec ? 'no network attack in the last day' : 'no word about attacks yet',
    },
    width - 2,
    height - 2,
  );
  const last = Math.min(attacks.length, offset + height - 3);
  const ongoing = attacks.filter(({ endSec }) => endSec === null).length;
  const note: Line =
    ongoing > 0 ? [span(`${ongoing} ongoing  `, 'attack', true), ...freshness(view, SEEN)] : freshness(view, SEEN);
  const frame = {
    title: 'Network attacks at the edge',
    note,
    footHead: newestNotification(view, width - 30),
    foot: attacks.length > 0 ? ([span(`${offset + 1}-${last} of ${attacks.length}`, 'dim')] as Line) : [],
    isFocused,
  };
  return <Block lines={paneLines(frame, content, width, height)} width={width} height={height} theme={theme} />;
});

function newestNotification({ notifications }: EdgeNetworkView, cells: number): Line {
  const newest = notifications.at(-1);
  if (newest === undefined || cells < 20) return [];
  const { sec, name, type, text } = newest;
  const words = [name === '' ? type : name, text].filter((part) => part !== '').join(': ');
  return [span(`notified ${formatClock(sec)} `, 'dim'), span(cleanText(words, cells - 20), 'text')];
}

/** Of attacks there may be none for days: packets say how late the edge is. */
const SEEN = ['dosdSeries', 'magicTransitSeries', 'spectrumSeries'];
