/** Of screen 3: what it begins with, its layout, and that the cursor is in sight. */
import { visibleDiffRows } from '../../../components/panels/DiffPanel.js';
import type { DiffRow } from '../../../components/panels/diff-rows.js';
import type { DiffView } from '../../../components/panels/diff-view.js';
import { type DiffLayout, diffLayout } from '../../../components/screens/diff-layout.js';
import type { DiffRequest } from '../../records/diff-request.js';
import type { RuleMatch } from '../../signature/rule.js';
import type { EdgeDiffAsk } from '../edge/edge-protocol.js';
import type { UiState } from './ui-state.js';

export type DiffEffect =
  | { readonly kind: 'analyse'; readonly request: DiffRequest | EdgeDiffAsk }
  | { readonly kind: 'measure'; readonly match: RuleMatch };

export const NO_DIFF: DiffView = {
  phase: 'none',
  target: null,
  isOfEdge: false,
  error: null,
  analysis: null,
  rows: [],
  index: -1,
  offset: 0,
  pane: 'diff',
  ruleScroll: 0,
  match: { kind: 'packet', target: null, clauses: [] },
  clauseIndex: 0,
  rule: null,
  backends: [],
  isEdited: false,
  isMeasuring: false,
  backend: 'nft',
};

export function offsetFor(state: UiState, index: number, offset: number, rows: readonly DiffRow[]): number {
  const visible = visibleDiffRows(diffLayoutOf(state).diff.height);
  const last = Math.max(0, rows.length - visible);
  // The attribute's own line, and the section's, stay above its first value.
  const head = index <= 2 ? 0 : rows[index - 1]?.kind === 'attribute' ? index - 1 : index;
  if (head < offset) return Math.min(head, last);
  return Math.min(last, index >= offset + visible ? index - visible + 1 : offset);
}

export const diffLayoutOf = (state: UiState): DiffLayout =>
  diffLayout(state.columns, state.rows, state.view.filter.length > 0);

/** After a resize: the cursor is in sight. */
export function refitDiff(state: UiState): UiState {
  return {
    ...state,
    diff: { ...state.diff, offset: offsetFor(state, state.diff.index, state.diff.offset, state.diff.rows) },
  };
}
