/** The tables of the screens: names, tabs, the part of the snapshot each one shows. */
import { formatDuration } from '../../src/format/time-format.js';
import type { EdgeView } from '../../src/snapshot/edge-view.js';
import {
  DETAIL_FROM_LEVEL,
  PREFIX_LEVELS,
  type Snapshot,
  type TalkerTop,
  type WindowName,
} from '../../src/snapshot/snapshot.js';
import type { TableTab } from '../panels/TalkerPanel.js';
import type { TableId } from '../panels/talker-columns.js';

export const TABLE_IDS: readonly TableId[] = ['sources', 'targets', 'sourcePorts', 'targetPorts', 'flows'];

export const TABLE_TABS: readonly TableTab[] = [
  { id: 'sources', label: 'Sources' },
  { id: 'targets', label: 'Targets' },
  { id: 'sourcePorts', label: 'From ports' },
  { id: 'targetPorts', label: 'To ports' },
  { id: 'flows', label: 'Flows' },
];

export const tableLabel = (id: TableId): string => TABLE_TABS.find((tab) => tab.id === id)!.label;

const NOTHING: TalkerTop = { rows: [], distinct: 0, exact: true };

export const topOf = (snapshot: Snapshot | null, id: TableId): TalkerTop => snapshot?.[id] ?? NOTHING;

/** Above capacity it is not counted: rows would be those of a moment ago. */
export function isShed(snapshot: Snapshot | null, id: TableId): boolean {
  if (snapshot === null || snapshot.shedding.hasDetail) return false;
  const { sourceLevel, targetLevel } = snapshot.view;
  const level = id === 'sources' ? sourceLevel : id === 'targets' ? targetLevel : 0;
  return id === 'flows' || level >= DETAIL_FROM_LEVEL;
}

/** "the last 10 s", "everything". */
export const windowText = (window: WindowName): string =>
  window === 'all' ? 'everything' : `the last ${window.replace('s', ' s')}`;

/** What rates are means of: the window, and the full seconds it covers by now where those are others. */
export function windowLabel(snapshot: Snapshot | null, windowSec = snapshot?.windowSec ?? Number.NaN): string {
  if (snapshot === null || Number.isNaN(snapshot.nowSec)) return '';
  const { window } = snapshot;
  const covered = Math.floor(windowSec);
  if (window === 'all') return `all ${formatDuration(windowSec)}`;
  const name = window.replace('s', ' s');
  return covered >= Number.parseInt(window, 10) ? `last ${name}` : `last ${name}: ${Math.max(1, covered)} s`;
}

/** The same of an edge's tables. */
export function edgeWindowLabel(view: EdgeView | null): string {
  if (view === null || Number.isNaN(view.nowSec)) return '';
  const { windowSec } = view;
  if (view.view.window === 'all') return `all ${formatDuration(windowSec)}`;
  return `last ${Math.max(1, Math.floor(windowSec))} s`;
}

/** Head of the key column; says how addresses are grouped. */
export function keyHead(snapshot: Snapshot | null, id: TableId): string {
  if (id === 'flows') return 'FLOW';
  if (id === 'sourcePorts' || id === 'targetPorts') return 'PORT';
  const word = id === 'sources' ? 'SOURCE' : 'TARGET';
  const level = id === 'sources' ? snapshot?.view.sourceLevel : snapshot?.view.targetLevel;
  if (!level) return word;
  const { v4, v6 } = PREFIX_LEVELS[level];
  return `${word} /${v4} /${v6}`;
}
