/** Screen 5: what its keys do, and how new figures come in without anything moving under the cursor. Pure. */
import type { RulesPane, RulesUi } from '../../../components/panels/rules-props.js';
import { type RulesLayout, rulesLayout } from '../../../components/screens/rules-layout.js';
import type { RuleRow, RulesView } from '../../snapshot/rules-view.js';
import type { UiState, UiStep } from './ui-state.js';

export type RulesEffect =
  /** Somebody looks: counters are read from now on. */
  | { readonly kind: 'watchRules' }
  /** The set whose elements are to be read; null: none. */
  | { readonly kind: 'openSet'; readonly key: string | null };

export const NO_RULES: RulesUi = {
  view: null,
  why: 'Reading the counters of the firewall…',
  rows: [],
  pane: 'rules',
  ruleKey: null,
  ruleIndex: 0,
  ruleOffset: 0,
  setIndex: 0,
  setOffset: 0,
  elementOffset: 0,
};

/** As src/mitigation/nft/group-rules.ts names them. */
const OWN_SENDERS = /^top[46]_[a-z2-7]{5}_[0-9]+$/;

export const rulesLayoutOf = (state: UiState): RulesLayout =>
  rulesLayout(state.columns, state.rows, state.view.filter.length > 0);

/** Senders counted by the kernel for us are what their set is for: it is opened by itself, once. */
export function openOwnSenders(state: UiState, before: RulesView | null): UiStep {
  const { view } = state.rules;
  const isNew = (key: string) => !(before?.sets.some((set) => set.key === key) ?? false);
  const set = view?.sets.find(({ name, key }) => OWN_SENDERS.test(name) && isNew(key));
  if (set === undefined || view?.openSet != null) return { state, effects: [] };
  return { state, effects: [{ kind: 'openSet', key: set.key }] };
}

/** A new picture. While the cursor has been put on a row, all rows keep their places; new ones come behind them. */
export function takeRules(state: UiState, view: RulesView): UiState {
  const { rules } = state;
  const rows = rules.ruleKey === null ? view.rows : inPlace(rules.rows, view.rows);
  const found = rules.ruleKey === null ? 0 : rows.findIndex(({ key }) => key === rules.ruleKey);
  const setIndex = clamp(rules.setIndex, view.sets.length);
  return refitRules({
    ...state,
    rules: { ...rules, view, rows, ruleIndex: Math.max(0, found), ruleKey: found < 0 ? null : rules.ruleKey, setIndex },
  });
}

function inPlace(before: readonly RuleRow[], now: readonly RuleRow[]): RuleRow[] {
  const byKey = new Map(now.map((row) => [row.key, row]));
  const kept = before.map(({ key }) => byKey.get(key)).filter((row) => row !== undefined);
  const known = new Set(kept.map(({ key }) => key));
  return [...kept, ...now.filter(({ key }) => !known.has(key))];
}

export function moveInRules(state: UiState, delta: number): UiState {
  const { rules } = state;
  switch (rules.pane) {
    case 'rules': {
      const ruleIndex = clamp(rules.ruleIndex + delta, rules.rows.length);
      return refitRules({ ...state, rules: { ...rules, ruleIndex, ruleKey: rules.rows[ruleIndex]?.key ?? null } });
    }
    case 'sets':
      return refitRules({
        ...state,
        rules: { ...rules, setIndex: clamp(rules.setIndex + delta, rules.view?.sets.length ?? 0) },
      });
    case 'dropped':
      return refitRules({ ...state, rules: { ...rules, elementOffset: Math.max(0, rules.elementOffset + delta) } });
  }
}

export function moveRulesPane(state: UiState, by: 1 | -1): UiState {
  const { panes } = rulesLayoutOf(state);
  const at = panes.indexOf(state.rules.pane);
  const pane = panes[(at + by + panes.length) % panes.length] as RulesPane;
  return refitRules({ ...state, rules: { ...state.rules, pane } });
}

/** Enter: into a set, or into the set that a rule looks up. */
export function drillRules(state: UiState): UiStep {
  const { rules } = state;
  const { view } = rules;
  if (view === null) return { state, effects: [] };
  const row = rules.rows[rules.ruleIndex];
  const key =
    rules.pane === 'sets'
      ? view.sets[rules.setIndex]?.key
      : view.sets.find(({ name, table }) => row?.sets.includes(name) && (table === '' || table === row.table))?.key;
  if (key === undefined) return { state, effects: [] };
  const next = { ...state, rules: { ...rules, pane: 'dropped' as const, elementOffset: 0 } };
  return { state: next, effects: [{ kind: 'openSet', key }] };
}

/** Esc: out of a set, then off the row; null when there is nothing to go back from. */
export function leaveRules(state: UiState): UiStep | null {
  const { rules } = state;
  if (rules.view?.openSet != null || rules.pane === 'dropped')
    return {
      state: { ...state, rules: { ...rules, pane: 'sets', elementOffset: 0 } },
      effects: [{ kind: 'openSet', key: null }],
    };
  if (rules.pane !== 'rules') return { state: { ...state, rules: { ...rules, pane: 'rules' } }, effects: [] };
  if (rules.ruleKey === null) return null;
  const free = { ...rules, ruleKey: null, ruleIndex: 0, ruleOffset: 0, rows: rules.view?.rows ?? [] };
  return { state: { ...state, rules: free }, effects: [] };
}

/** `y`: the rule or the set under the cursor. */
export function rulesText({ rules }: UiState): string {
  const row = rules.rows[rules.ruleIndex];
  if (rules.pane === 'sets') return rules.view?.sets[rules.setIndex]?.name ?? '';
  if (rules.pane === 'dropped')
    return (rules.view?.openSet?.rows ?? rules.view?.topDropped ?? []).map(({ value }) => value).join('\n');
  return row === undefined ? '' : `${row.family} ${row.table} ${row.chain} ${row.text}`;
}

/** The cursor is in sight. */
export function refitRules(state: UiState): UiState {
  const { rules } = state;
  const layout = rulesLayoutOf(state);
  const upper = layout.rulesHeight - 3;
  const lower = (layout.isSingle ? layout.rulesHeight : layout.lowerHeight) - 3;
  const elements = rules.view?.openSet?.rows.length ?? rules.view?.topDropped.length ?? 0;
  return {
    ...state,
    rules: {
      ...rules,
      ruleOffset: offsetFor(rules.ruleIndex, rules.ruleOffset, upper, rules.rows.length),
      setOffset: offsetFor(rules.setIndex, rules.setOffset, lower, rules.view?.sets.length ?? 0),
      elementOffset: Math.max(0, Math.min(rules.elementOffset, elements - lower)),
    },
  };
}

function offsetFor(index: number, offset: number, visible: number, count: number): number {
  const last = Math.max(0, count - visible);
  if (index < offset) return Math.min(index, last);
  return Math.min(last, index >= offset + visible ? index - visible + 1 : offset);
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}
