/** What is told of a mitigation at the edge: the store says what was done and until when, the edge whether it is there. Pure. */
import type { LiveMitigation, MitigationRequest } from '../types.js';
import type { Unfinished } from '../unfinished.js';
import type { VanishedMitigation } from '../vanished.js';
import type { Discovery } from './edge-discovery.js';
import type { EdgeStep } from './edge-step.js';
import { stepWords } from './edge-steps.js';
import type { EdgeEntry } from './inverse-store.js';

/** The running program looks each second; later than that nobody ran. */
const OVERDUE_MS = 10_000;
export const OVERDUE = 'overdue: nobody ran to take it back';

export function endOf({ state, confirmByMs, expiresAtMs }: EdgeEntry): number {
  return state === 'confirmed' ? (expiresAtMs ?? confirmByMs) : confirmByMs;
}

export function liveOf(
  entries: readonly EdgeEntry[],
  discovery: Discovery,
  nowMs: number,
  isUnderWay: (entry: EdgeEntry) => boolean,
): LiveMitigation[] {
  const known = new Set(entries.map(({ id }) => id));
  const own = entries.map((entry) => describe(entry, discovery, nowMs, isUnderWay));
  const others = [...discovery.found].filter(([id]) => !known.has(id)).map(([id, steps]) => describeFound(id, steps));
  return [...own, ...others].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function describe(
  entry: EdgeEntry,
  discovery: Discovery,
  nowMs: number,
  isUnderWay: (entry: EdgeEntry) => boolean,
): LiveMitigation {
  const { id, request, words } = entry;
  const problem = problemOf(entry, discovery, nowMs, isUnderWay);
  return {
    ...(problem === null ? {} : { problem }),
    id,
    ...addressesOf(request),
    allow: request.allow,
    rules: { words, limitPps: null },
    edgeRules: discovery.ruleIds.get(id) ?? [],
    why: request.why,
    packets: 0,
    bytes: 0,
    expiresInSec: Math.max(0, Math.ceil((endOf(entry) - nowMs) / 1000)),
    state: entry.state === 'confirmed' ? 'confirmed' : 'unconfirmed',
  };
}

function addressesOf({ blockSources, blockTargets, edge }: MitigationRequest) {
  const listed = edge?.of === 'ip-list' ? edge.items : edge?.of === 'ip-access' ? [edge.value] : [];
  return { prefixes: [...blockSources, ...listed], targets: blockTargets };
}

function describeFound(id: string, steps: readonly EdgeStep[]): LiveMitigation {
  return {
    problem: `made by another ddostop, or what is known of it here is lost: nobody ends it; undo ${id} takes it back`,
    id,
    prefixes: [],
    targets: [],
    allow: [],
    rules: { words: stepWords(steps), limitPps: null },
    why: '',
    packets: 0,
    bytes: 0,
    expiresInSec: null,
    state: 'orphan',
  };
}

function problemOf(
  entry: EdgeEntry,
  discovery: Discovery,
  nowMs: number,
  isUnderWay: (entry: EdgeEntry) => boolean,
): string | null {
  const { state, remarks } = entry;
  const last = remarks.at(-1);
  if (state === 'ending') return `being taken back${last === undefined ? '' : `: ${last}`}`;
  if (state === 'applying')
    return isUnderWay(entry) ? 'being applied' : `begun and not finished: ${pendingWords(entry)}`;
  if (isGone(entry, discovery)) return 'not in force: it was removed at the edge by somebody else';
  if (nowMs - endOf(entry) > OVERDUE_MS) return OVERDUE;
  return last ?? null;
}

function pendingWords({ pending }: EdgeEntry): string {
  return pending === null ? 'whoever made it was ended between two calls' : `whoever made it was ended at ${pending}`;
}

/** Values carry no name, so nothing is said of them; where something could not be read, nothing either. */
function isGone({ id, steps }: EdgeEntry, { acting, unread }: Discovery): boolean {
  return unread.length === 0 && steps.some(({ kind }) => kind === 'rule' || kind === 'access-rule') && !acting.has(id);
}

export function unfinishedOf(
  entries: readonly EdgeEntry[],
  discovery: Discovery,
  nowMs: number,
  isUnderWay: (entry: EdgeEntry) => boolean,
): Unfinished[] {
  return entries.flatMap((entry): Unfinished[] => {
    const outcome = outcomeOf(entry, discovery, nowMs, isUnderWay);
    if (outcome === null) return [];
    const { id, state, startedAtMs, user } = entry;
    const action = state === 'ending' ? 'undo' : state === 'confirmed' ? 'confirm' : 'apply';
    return [{ id, action, time: new Date(startedAtMs).toISOString(), user, outcome }];
  });
}

function outcomeOf(
  entry: EdgeEntry,
  { found, acting }: Discovery,
  nowMs: number,
  isUnderWay: (entry: EdgeEntry) => boolean,
): string | null {
  const { id, state, steps } = entry;
  const there = found.get(id);
  const isValue = steps.some(({ kind }) => kind === 'value');
  const now = isValue
    ? `what was set may be in force (${stepWords(steps)})`
    : there === undefined
      ? 'nothing of it is at the edge'
      : `at the edge ${acting.has(id) ? 'and in force' : 'but not in force'}: ${stepWords(there)}`;
  if (state === 'ending') return `it was not taken back in whole: ${now}`;
  if (state === 'applying') return isUnderWay(entry) ? null : `${pendingWords(entry)}; ${now}`;
  return nowMs - endOf(entry) > OVERDUE_MS ? `${OVERDUE}; ${now}` : null;
}

export function vanishedOf(entries: readonly EdgeEntry[], discovery: Discovery, nowMs: number): VanishedMitigation[] {
  return entries
    .filter((entry) => entry.state === 'confirmed' && endOf(entry) > nowMs && isGone(entry, discovery))
    .map((entry) => ({ id: entry.id, request: entry.request, untilMs: endOf(entry) }));
}
