/** Screen 3: what is asked for, where the cursor is, how the rule is edited. Pure; what it takes is measured by the analysis worker. */
import { type DiffRow, diffRows, valueRowsOf } from '../../../components/panels/diff-rows.js';
import type { DiffView } from '../../../components/panels/diff-view.js';
import type { TableId } from '../../../components/panels/talker-columns.js';
import { formatFineShare, formatShare } from '../../format/number-format.js';
import type { RowLabel } from '../../records/diff-request.js';
import type { Analysis, BackendRule, Proposal } from '../../signature/analysis.js';
import { BACKEND_TITLES, BACKENDS, type Backend } from '../../signature/backend.js';
import { toggleChoice } from '../../signature/edit-rule.js';
import type { MeasuredRule, RuleMatch } from '../../signature/rule.js';
import type { EdgeOnsetView } from '../../snapshot/edge-view.js';
import type { FilterPart } from '../../snapshot/snapshot.js';
import { offsetFor } from './ui-diff-view.js';
import { edgeHostOf } from './ui-edge.js';
import { chosenIncident, shownTick, type UiEffect, type UiState, type UiStep, withNotice } from './ui-state.js';
import { chosenKeys } from './ui-tables.js';

const MOST_LABELS = 32;
const MOST_ANALYSED = 64;

const step = (state: UiState, ...effects: UiEffect[]): UiStep => ({ state, effects });
const withDiff = (state: UiState, change: Partial<DiffView>): UiState => ({
  ...state,
  diff: { ...state.diff, ...change },
});

/** `d`: analyses the chosen target, and opens the screen. */
export function askForDiff(state: UiState): UiStep {
  const host = hostToCompare(state);
  if (host !== null) {
    const next = withDiff(
      { ...state, screen: 'diff', overlay: null },
      { phase: 'working', target: host, isOfEdge: true, error: null },
    );
    return step(next, { kind: 'analyse', request: { of: 'edge', target: host, labels: state.edge.labels } });
  }
  const target = targetOf(state);
  if (target === null) {
    return step(withNotice(state, 'Nothing to compare: choose an incident, or a target on screen 1 or 2.', 'suspect'));
  }
  const next = withDiff(
    { ...state, screen: 'diff', overlay: null },
    { phase: 'working', target, isOfEdge: false, error: null },
  );
  return step(next, { kind: 'analyse', request: { target, labels: state.labels } });
}

/** Age of an attack, seconds of capture time, at which it is looked at unasked: what is on screen 3 is then ready when somebody comes. */
const UNASKED_AFTER_SEC = 3;

/** Looks at the newest attack once, unasked; nothing that somebody is at work with is touched. */
export function analyseUnasked(state: UiState): UiStep {
  const tick = state.newest;
  if (tick === null || state.screen === 'diff' || state.diff.isEdited || state.diff.phase === 'working')
    return step(state);
  const { nowSec } = tick.snapshot;
  const due = tick.incidents.find(
    ({ id, state: phase, detectedAt, scope }) =>
      phase === 'attack' &&
      scope !== 'site' &&
      detectedAt !== null &&
      nowSec - detectedAt >= UNASKED_AFTER_SEC &&
      !state.analysed.includes(id),
  );
  if (due === undefined) return step(state);
  const analysed = [...state.analysed, due.id].slice(-MOST_ANALYSED);
  const next = withDiff({ ...state, analysed }, { phase: 'working', target: due.target, isOfEdge: false, error: null });
  return step(next, { kind: 'analyse', request: { target: due.target, labels: [] } });
}

/** Of an edge's log: the host looked at on screen 4, or on the diff screen the same again. */
function hostToCompare(state: UiState): string | null {
  if (state.screen === 'diff') return state.diff.isOfEdge ? state.diff.target : null;
  if (state.focus === 'incidents') {
    const incident = chosenIncident(state);
    return incident?.scope === 'site' ? incident.target : null;
  }
  return state.screen === 'requests' && state.edge.isShown ? edgeHostOf(state) : null;
}

/** The same of an edge's onset: the host that gets most of what is new. */
export function analyseOnset(state: UiState): UiStep {
  const { view } = state.edge;
  if (view === null || state.screen === 'diff' || state.diff.isEdited || state.diff.phase === 'working')
    return step(state);
  const due = view.onsets.find(
    (onset) =>
      onset.endSec === null &&
      view.nowSec - onset.sinceSec >= UNASKED_AFTER_SEC &&
      !state.analysed.includes(onsetId(onset)),
  );
  if (due === undefined) return step(state);
  const analysed = [...state.analysed, onsetId(due)].slice(-MOST_ANALYSED);
  const next = withDiff({ ...state, analysed }, { phase: 'working', target: due.host, isOfEdge: true, error: null });
  return step(next, { kind: 'analyse', request: { of: 'edge', target: due.host, labels: [] } });
}

/** What a rule is measured on: the analysis of that host, made anew unless it is at hand or under way. */
export function compareHost(state: UiState, host: string): UiStep {
  const { isOfEdge, target, phase } = state.diff;
  if (isOfEdge && target === host && (phase === 'ready' || phase === 'working')) return step(state);
  const next = withDiff(state, { phase: 'working', target: host, isOfEdge: true, error: null });
  return step(next, { kind: 'analyse', request: { of: 'edge', target: host, labels: state.edge.labels } });
}

const onsetId = ({ host, sinceSec }: EdgeOnsetView): string => `edge ${sinceSec} ${host}`;

/** An incident's or the row's; on the diff screen the same again; else that of the largest incident. */
function targetOf(state: UiState): string | null {
  if (state.screen === 'diff' && state.diff.target !== null) return state.diff.target;
  if (state.focus === 'incidents') return chosenIncident(state)?.target ?? null;
  const isTable = state.screen === 'overview' || state.screen === 'talkers';
  if (isTable && state.focus === 'targets') {
    const [key] = chosenKeys(state.tables.targets);
    if (key !== undefined) return key;
  }
  const filter = state.view.filter.find(({ field }) => field === 'target');
  return filter?.value ?? (shownTick(state)?.incidents ?? [])[0]?.target ?? null;
}

export function takeAnalysis(state: UiState, analysis: Analysis): UiState {
  const taken = shown(state, analysis);
  return state.screen === 'diff' ? taken : withNotice(taken, readyWords(analysis), 'accent');
}

function readyWords({ target, proposal, requests }: Analysis): string {
  const rule = proposal.rule ?? requests?.rule ?? null;
  const to = target === null ? '' : ` to ${target}`;
  if (rule === null) return `What tells the attack${to} from good traffic: screen 3.`;
  const { recall, collateral } = rule;
  return `A rule against the attack${to} is on screen 3: ${formatShare(recall.estimate)} of it, ${formatFineShare(collateral.estimate)} of good traffic.`;
}

function shown(state: UiState, analysis: Analysis): UiState {
  const rows = diffRows(analysis);
  const { diff } = state;
  const isSameTarget = diff.analysis?.target === analysis.target;
  return withDiff(state, {
    phase: 'ready',
    error: null,
    analysis,
    rows,
    ...placeOf(rows, isSameTarget ? diff.rows[diff.index] : undefined, state),
    ...proposed(analysis, startingBackend(analysis, diff.backend)),
  });
}

/** The one that was shown, unless it cannot match what the attack is made of. */
function startingBackend(analysis: Analysis, before: Backend): Backend {
  const { proposal, requests } = analysis;
  if (proposal.rule !== null && proposal.rule.kind !== 'packet') return 'waf';
  const isOfRequests = proposal.rule === null && requests?.rule != null;
  if (isOfRequests || (before === 'waf' && requests !== null)) return 'waf';
  return before === 'waf' ? 'nft' : before;
}

export function failAnalysis(state: UiState, message: string): UiState {
  return withDiff(state, { phase: 'failed', error: message });
}

/** The answer to an older rule than the one that is shown is passed over. */
export function takeMeasure(
  state: UiState,
  match: RuleMatch,
  rule: MeasuredRule | null,
  backends: readonly BackendRule[],
): UiState {
  return match === state.diff.match ? withDiff(state, { rule, backends, isMeasuring: false }) : state;
}

/** The cursor stays on its value where there still is one. */
function placeOf(
  rows: readonly DiffRow[],
  before: DiffRow | undefined,
  state: UiState,
): Pick<DiffView, 'index' | 'offset'> {
  const values = valueRowsOf(rows);
  const same = values.find((i) => isSameValue(rows[i], before));
  const index = same ?? values[0] ?? -1;
  return { index, offset: offsetFor(state, index, state.diff.offset, rows) };
}

function isSameValue(row: DiffRow | undefined, before: DiffRow | undefined): boolean {
  if (row?.kind !== 'value' || before?.kind !== 'value') return false;
  return JSON.stringify([row.rowKind, row.choice]) === JSON.stringify([before.rowKind, before.choice]);
}

export function moveInDiff(state: UiState, delta: number): UiState {
  const { diff } = state;
  if (diff.pane === 'rule') {
    const ruleScroll = Math.max(
      0,
      Math.min(diff.ruleScroll + (Number.isFinite(delta) ? delta : delta > 0 ? 500 : -500), 500),
    );
    return withDiff(state, { ruleScroll });
  }
  const values = valueRowsOf(diff.rows);
  if (values.length === 0) return state;
  const at = Math.max(0, values.indexOf(diff.index));
  const index = values[Math.max(0, Math.min(at + delta, values.length - 1))] as number;
  return withDiff(state, { index, offset: offsetFor(state, index, diff.offset, diff.rows) });
}

export function moveDiffPane(state: UiState): UiState {
  return withDiff(state, { pane: state.diff.pane === 'diff' ? 'rule' : 'diff' });
}

/** Space: the value under the cursor into the rule, or out of it. */
export function toggleInDiff(state: UiState): UiStep {
  const { diff } = state;
  const row = diff.rows[diff.index];
  if (diff.analysis === null || row?.kind !== 'value') return step(state);
  if (!row.isUsable) return step(withNotice(state, 'Shown to tell them apart; no backend can match it.', 'dim'));
  const hasOtherKind = diff.match.kind !== row.rowKind && diff.match.clauses.length > 0;
  if (hasOtherKind)
    return step(withNotice(state, 'A rule is of packets or of requests: take the other values out first.', 'dim'));
  const match = toggleChoice({ ...diff.match, kind: row.rowKind }, diff.clauseIndex, row.choice);
  const isEmpty = match.clauses.length === 0;
  const clauseIndex = Math.max(0, Math.min(diff.clauseIndex, match.clauses.length - 1));
  const change = {
    match,
    clauseIndex,
    isEdited: true,
    isMeasuring: !isEmpty,
    ...(isEmpty ? { rule: null, backends: [] } : {}),
  };
  return step(withDiff(state, change), ...(isEmpty ? [] : [{ kind: 'measure' as const, match }]));
}

/** Enter: the next clause is the one that is edited; behind the last one a new one begins. */
export function nextClause(state: UiState): UiState {
  const { clauseIndex, match } = state.diff;
  const next = clauseIndex >= match.clauses.length ? 0 : clauseIndex + 1;
  const words =
    next >= match.clauses.length
      ? 'The next value begins a new clause.'
      : `Clause ${next + 1} of ${match.clauses.length} is edited.`;
  return withNotice(withDiff(state, { clauseIndex: next }), words, 'dim');
}

export function nextBackend(state: UiState): UiStep {
  if (state.screen !== 'diff' || state.diff.analysis === null) return step(state);
  const { backend, analysis } = state.diff;
  const all = BACKENDS.filter((each) => each !== 'waf' || hasRequests(analysis));
  const next = all[(all.indexOf(backend) + 1) % all.length] as Backend;
  return step(withNotice(withBackend(state, analysis, next), `backend: ${BACKEND_TITLES[next]}`));
}

function hasRequests({ diffs }: Analysis): boolean {
  return diffs.some(({ kind }) => kind !== 'packet');
}

/** A WAF matches requests, the others packets: where that changes, the rule proposed for the other kind takes the place of the one shown. */
function withBackend(state: UiState, analysis: Analysis, backend: Backend): UiState {
  const next = withDiff(state, { backend, ruleScroll: 0 });
  const isOfPackets = state.diff.match.kind === 'packet';
  if ((backend !== 'waf') === isOfPackets) return next;
  return withDiff(next, proposed(analysis, backend));
}

function proposed(analysis: Analysis, backend: Backend): Partial<DiffView> {
  const { rule, backends } = proposalFor(analysis, backend);
  return {
    match: rule ?? { kind: backend === 'waf' ? 'request' : 'packet', target: analysis.target, clauses: [] },
    clauseIndex: 0,
    rule,
    backends,
    isEdited: false,
    isMeasuring: false,
    ruleScroll: 0,
    backend,
  };
}

function proposalFor({ proposal, requests }: Analysis, backend: Backend): Proposal {
  return backend === 'waf' ? (requests ?? proposal) : proposal;
}

/** What `y` copies: the commands of the backend that is shown. */
export function ruleText({ diff }: UiState): string {
  const backend = diff.backends.find((each) => each.backend === diff.backend);
  return backend === undefined ? '' : [...backend.text, ...backend.ip6].join('\n');
}

const LABEL_FIELDS: Readonly<Partial<Record<TableId, FilterPart['field']>>> = {
  sources: 'source',
  sourcePorts: 'sourcePort',
  targetPorts: 'targetPort',
};

/** `=` and `-`: rows as good or attack, for the next diff. The same key again takes the label off. */
export function labelRows(state: UiState, is: RowLabel['is']): UiStep {
  const isTable = state.screen === 'overview' || state.screen === 'talkers';
  const field = isTable && state.focus !== 'incidents' ? LABEL_FIELDS[state.focus] : undefined;
  if (field === undefined || state.focus === 'incidents') {
    return step(
      withNotice(state, 'Sources and ports can be marked good (=) or attack (-): choose one on screen 1 or 2.', 'dim'),
    );
  }
  const keys = chosenKeys(state.tables[state.focus]);
  const [first] = keys;
  if (first === undefined) return step(state);
  const isOff = state.labels.some((label) => label.field === field && label.value === first && label.is === is);
  const others = state.labels.filter((label) => label.field !== field || !keys.includes(label.value));
  const labels = isOff ? others : [...others, ...keys.map((value) => ({ field, value, is }))].slice(-MOST_LABELS);
  const count = (which: RowLabel['is']) => labels.filter((label) => label.is === which).length;
  const words = `${count('good')} marked good, ${count('attack')} as attack: d compares them.`;
  return step(withNotice({ ...state, labels }, words, 'accent'));
}
