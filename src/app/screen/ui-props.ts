/** State -> what the screen is given. The only place that knows both sides. */
import type { KeyHint } from '../../../components/panels/BottomLines.js';
import { TEXT_WORDS } from '../../../components/panels/text-roles.js';
import type { LogRow, ScreenProps } from '../../../components/screens/screen-props.js';
import type { Theme } from '../../../components/theme/theme.js';
import { recordingBadge } from '../ingest/recording-words.js';
import { type ActionName, bindingOf, keyHelp } from './keymap.js';
import { isOnNetwork } from './ui-edge-network.js';
import { lackingFor } from './ui-edge-rights.js';
import { isUnconfirmed } from './ui-mitigation.js';
import { shownTick, type UiState } from './ui-state.js';
import { focusedText, requestsLayoutOf } from './ui-texts.js';

const KEY_HELP = keyHelp();

/** Short words for the hint line, the most useful first; help is always the last one and always fits. */
const HINTS: Readonly<Record<ScreenProps['screen'] | 'edge' | 'network', readonly (readonly [ActionName, string])[]>> =
  {
    overview: [
      ['drill', 'drill'],
      ['mitigate', 'mitigate'],
      ['diff', 'diff'],
      ['pane.next', 'pane'],
      ['sort.next', 'sort'],
      ['unit', 'unit'],
      ['aggregate', 'group'],
      ['mark', 'mark'],
      ['freeze', 'freeze'],
      ['screen.talkers', 'talkers'],
      ['screen.requests', 'requests'],
      ['screen.rules', 'rules'],
      ['screen.incidents', 'incidents'],
      ['window.longer', 'window'],
      ['evidence', 'evidence'],
      ['screen.actions', 'actions'],
      ['screen.log', 'log'],
      ['quit', 'quit'],
      ['help', 'help'],
    ],
    talkers: [
      ['drill', 'drill'],
      ['mitigate', 'mitigate'],
      ['pane.next', 'table'],
      ['sort.next', 'sort'],
      ['unit', 'unit'],
      ['aggregate', 'group'],
      ['mark', 'mark'],
      ['freeze', 'freeze'],
      ['window.longer', 'window'],
      ['copy', 'copy'],
      ['evidence', 'evidence'],
      ['screen.overview', 'overview'],
      ['help', 'help'],
    ],
    diff: [
      ['mark', 'take in, out'],
      ['backend', 'backend'],
      ['copy', 'copy the rule'],
      ['pane.next', 'pane'],
      ['drill', 'clause'],
      ['diff', 'look again'],
      ['mitigate', 'mitigate'],
      ['screen.overview', 'overview'],
      ['help', 'help'],
    ],
    requests: [
      ['pane.next', 'table'],
      ['sort.next', 'sort'],
      ['unit', 'unit'],
      ['window.longer', 'window'],
      ['copy', 'copy'],
      ['mark', 'mark'],
      ['freeze', 'freeze'],
      ['screen.overview', 'overview'],
      ['help', 'help'],
    ],
    edge: [
      ['drill', 'drill'],
      ['mitigate', 'mitigate'],
      ['diff', 'diff'],
      ['pane.next', 'table'],
      ['label.attack', 'attack'],
      ['label.good', 'good'],
      ['sort.next', 'sort'],
      ['window.longer', 'window'],
      ['filterThere', 'filter there'],
      ['intel', 'who is it'],
      ['underAttack', 'under attack'],
      ['copy', 'copy'],
      ['freeze', 'freeze'],
      ['help', 'help'],
    ],
    network: [
      ['diff', 'diff'],
      ['screen.requests', 'next page'],
      ['unit', 'unit'],
      ['copy', 'copy'],
      ['freeze', 'freeze'],
      ['screen.actions', 'actions'],
      ['screen.overview', 'overview'],
      ['help', 'help'],
    ],
    rules: [
      ['pane.next', 'pane'],
      ['drill', 'into the set'],
      ['unit', 'unit'],
      ['copy', 'copy'],
      ['screen.actions', 'actions'],
      ['screen.overview', 'overview'],
      ['help', 'help'],
    ],
    incidents: [
      ['drill', 'traffic to it'],
      ['diff', 'diff'],
      ['mitigate', 'mitigate'],
      ['triage', 'acknowledge'],
      ['hooks', 'ticket'],
      ['evidence', 'evidence'],
      ['screen.incidents', 'team'],
      ['copy', 'copy target'],
      ['screen.overview', 'overview'],
      ['help', 'help'],
    ],
    actions: [
      ['undo', 'undo'],
      ['confirm', 'confirm'],
      ['extend', 'extend'],
      ['keep', 'keep while it matches'],
      ['again', 'apply again'],
      ['audit', 'audit log'],
      ['screen.rules', 'rules'],
      ['screen.overview', 'overview'],
      ['help', 'help'],
    ],
    log: [
      ['cursor.up', 'older'],
      ['cursor.down', 'newer'],
      ['screen.overview', 'overview'],
      ['help', 'help'],
    ],
  };

const OVERLAY_HINTS: readonly KeyHint[] = [
  { key: bindingOf('cursor.down').label, text: 'scroll down' },
  { key: bindingOf('cursor.up').label, text: 'scroll up' },
  { key: bindingOf('escape').label, text: 'close' },
];

function hintsOf(state: UiState): readonly KeyHint[] {
  if (state.overlay) return OVERLAY_HINTS;
  const isEdge = state.screen === 'requests' && state.edge.isShown;
  const hints = isOnNetwork(state) ? 'network' : isEdge ? 'edge' : state.screen;
  return HINTS[hints].map(([action, text]) => ({
    key: bindingOf(action).label,
    text: action === 'pane.next' && state.screen === 'requests' && !isEdge ? nextTables(state) : text,
    isOff: isEdge && lackingFor(state, action) !== null,
  }));
}

/** Tables that have no room on this page are named. */
function nextTables(state: UiState): string {
  const { next } = requestsLayoutOf(state);
  if (next.length === 0) return 'table';
  const names = next.slice(0, 2).map((role) => TEXT_WORDS[role].label);
  return `table, then ${names.join(', ')}${next.length > 2 ? '…' : ''}`;
}

/** One object as long as nothing changes, so that panels stay memoized. */
const KEPT = new WeakMap<ReadonlyMap<string, number>, ReadonlySet<string>>();

function keptOf(kept: ReadonlyMap<string, number>): ReadonlySet<string> {
  const ids = KEPT.get(kept) ?? new Set(kept.keys());
  KEPT.set(kept, ids);
  return ids;
}

export interface UiSurroundings {
  readonly theme: Theme;
  readonly isAscii: boolean;
  readonly log: readonly LogRow[];
}

export function screenProps(state: UiState, { theme, isAscii, log }: UiSurroundings): ScreenProps {
  const tick = shownTick(state);
  const incidents = tick?.incidents ?? [];
  const found = state.cases.rows.findIndex(({ id }) => id === state.incidentId);
  const confirmByMs = isUnconfirmed(state.mitigation) ? (state.mitigation?.confirmByMs ?? null) : null;
  return {
    columns: state.columns,
    rows: state.rows,
    theme,
    isAscii,
    isReadOnly: state.options.isReadOnly,
    screen: state.screen,
    snapshot: tick?.snapshot ?? null,
    incidents,
    cases: state.cases,
    tables: state.tables,
    focus: state.focus,
    texts: state.texts,
    textFocus: focusedText(state),
    edge: state.edge,
    diff: state.diff,
    rules: state.rules,
    unit: state.unit,
    incidentIndex: Math.max(0, found),
    actions: state.actions,
    kept: keptOf(state.kept),
    actionsError:
      state.actionsError ?? (state.options.cannotAct && state.actions.length === 0 ? state.options.cannotAct : null),
    actionIndex: state.actionIndex,
    log,
    logScroll: state.logScroll,
    detailScroll: state.detailScroll,
    overlay: state.overlay,
    mitigation: state.mitigation,
    nowMs: state.nowMs,
    actsOn: state.options.actsOn,
    frozenSec: state.frozen ? Math.floor((state.nowMs - state.frozen.sinceMs) / 1000) : null,
    confirmInSec: confirmByMs === null ? null : Math.max(0, Math.ceil((confirmByMs - state.nowMs) / 1000)),
    recording: recordingBadge(tick?.recording ?? null),
    feedGapSec: state.gap ? state.gap.seconds : null,
    hints: hintsOf(state),
    notice: state.notice,
    keyHelp: KEY_HELP,
  };
}
