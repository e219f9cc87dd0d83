/**
 * State and wish -> what is sent. Pure but for the lock's token. What is made goes: sets without what drops, rules of IPv4, rules of IPv6, then the elements
 * that arm it; what is taken out goes the other way. So whatever command is the last that was carried out, nothing is dropped that does not end by itself.
 */
import { UserError } from '../../errors.js';
import type { PlannedTrial } from '../backend.js';
import { confirmChanges, type ElementChanges, orphanChanges, trialChanges, undoChanges } from '../element-changes.js';
import { elementsOf, endedGroups, idsOf, type LiveElement, orphansOf } from '../firewall-state.js';
import type { Transaction } from '../transaction.js';
import { groupRuleLines, groupSetLines, type IptablesRules } from './group-rules.js';
import type { IptablesGroup } from './group-state.js';
import { MAX_ELEMENTS, mainSetLines } from './layout.js';
import { layoutLines, removeGroupLines, removeLayoutLines } from './layout-lines.js';
import { FAMILIES, type Family, LOCK_SET, parseSetName, setNameOf } from './names.js';
import type { IptablesState } from './read-state.js';
import { changeLines, strictRemoval } from './set-lines.js';
import { rulesTransaction, setsTransaction } from './transaction-text.js';
import { claimLines, releaseLine } from './write-lock.js';

/** ipset(8): "the largest possible timeout is 2147483 (in seconds)". */
const MAX_TIMEOUT_SEC = 2_147_483;

type RuleLines = Readonly<Record<Family, readonly string[]>>;

export function trialTransactions(state: IptablesState, trial: PlannedTrial, token: string): Transaction[] {
  refuseLife(trial.ttlSec);
  const rules = trial.rules as IptablesRules | null;
  const changes = trialChanges(state, trial.entries, trial, setNameOf);
  refuseFull(state, changes);
  const group = (family: Family) => (rules === null ? [] : groupRuleLines(trial.id, rules, trial.why, family));
  const lines = { 4: [...layoutLines(state, 4), ...group(4)], 6: [...layoutLines(state, 6), ...group(6)] };
  return build(state, token, rules === null ? [] : groupSetLines(trial.id, rules), lines, changes);
}

export function confirmTransactions(
  state: IptablesState,
  id: string,
  ttlSec: number | null,
  token: string,
): Transaction[] {
  refuseLife(ttlSec ?? 0);
  refuseLost(state, id);
  const lines = { 4: layoutLines(state, 4), 6: layoutLines(state, 6) };
  return build(state, token, [], lines, confirmChanges(state, id, ttlSec), stillThere(state, id));
}

/** Fails where its time ran out since the state was read: what has ended must not begin again. All that `id` alone holds ends together. */
function stillThere(state: IptablesState, id: string): string[] {
  const own = elementsOf(state, id).find(
    ({ entry, owners }) => entry !== null && entry.role !== 'guard' && entry.role !== 'allow' && owners.length === 1,
  );
  if (own === undefined) return [];
  return strictRemoval(own);
}

/** The layout goes with the last element, unless somebody put things of their own into it. */
export function undoTransactions(state: IptablesState, id: string, token: string): Transaction[] {
  const others = idsOf(state);
  others.delete(id);
  const isLast = others.size === 0 && orphansOf(state).length === 0 && state.strangers.length === 0;
  const group = state.groups.get(id);
  return takeOut(state, token, undoChanges(state, id), isLast, group === undefined ? [] : [group]);
}

export function removeOrphansTransactions(state: IptablesState, token: string): Transaction[] {
  const isLast = idsOf(state).size === 0 && state.strangers.length === 0;
  return takeOut(state, token, orphanChanges(state), isLast, []);
}

/** Takes out rules whose lease is over, and everything when nothing of ours is live. Not while somebody else is writing: what looks dead may be about to live. */
export function sweepTransactions(state: IptablesState, token: string): Transaction[] {
  const { holder } = state.lock;
  if (!state.isPresent || (holder !== null && holder !== token)) return [];
  const isLast = state.elements.length === 0 && state.strangers.length === 0;
  const ended = endedGroups(state);
  if (!isLast && ended.length === 0) return holder === token ? [setsTransaction([releaseLine()])] : [];
  return takeOut(state, token, { removed: [], created: [] }, isLast, ended);
}

/** Asks nobody: whatever state it is in, and whoever writes. The jumps go first, which ends all effect. */
export function removeAllTransactions(state: IptablesState): Transaction[] {
  if (!state.isPresent) return [];
  const sets = state.setNames.filter((name) => name !== LOCK_SET);
  return [
    ...ruleTransactions(
      [4, 6],
      bothFamilies((family) => removeLayoutLines(state, family)),
    ),
    ...(sets.length === 0 ? [] : [setsTransaction(sets.map(destroyLine))]),
    ...(state.lock.exists ? [setsTransaction([destroyLine(LOCK_SET)])] : []),
  ];
}

function build(
  state: IptablesState,
  token: string,
  groupSets: readonly string[],
  lines: RuleLines,
  changes: ElementChanges,
  proof: readonly string[] = [],
): Transaction[] {
  const claim = claimLines(state.lock, token);
  const arm = [...proof, ...changeLines(changes), releaseLine()];
  const rules = ruleTransactions([4, 6], lines);
  if (rules.length === 0) return [setsTransaction([...claim, ...groupSets, ...arm])];
  return [setsTransaction([...claim, ...mainSetLines(), ...groupSets]), ...rules, setsTransaction(arm)];
}

/** IPv6 before IPv4, so that each step undoes one of the trial. */
function takeOut(
  state: IptablesState,
  token: string,
  changes: ElementChanges,
  isLast: boolean,
  groups: readonly IptablesGroup[],
): Transaction[] {
  const lines = bothFamilies((family) =>
    isLast ? removeLayoutLines(state, family) : groups.flatMap((group) => removeGroupLines(group, family)),
  );
  const sets = isLast ? state.setNames.filter((name) => name !== LOCK_SET) : groups.flatMap(({ setNames }) => setNames);
  const disarm = [...claimLines(state.lock, token), ...changeLines(changes)];
  const end = isLast ? destroyLine(LOCK_SET) : releaseLine();
  const rules = ruleTransactions([6, 4], lines);
  if (rules.length === 0 && sets.length === 0) return [setsTransaction([...disarm, end])];
  return [setsTransaction(disarm), ...rules, setsTransaction([...sets.map(destroyLine), end])];
}

function ruleTransactions(order: readonly Family[], lines: RuleLines): Transaction[] {
  return order.filter((family) => lines[family].length > 0).map((family) => rulesTransaction(family, lines[family]));
}

function bothFamilies(linesOf: (family: Family) => readonly string[]): RuleLines {
  const [four, six] = FAMILIES.map(linesOf) as [readonly string[], readonly string[]];
  return { 4: four, 6: six };
}

function destroyLine(name: string): string {
  return `destroy ${name}`;
}

function refuseLife(ttlSec: number): void {
  if (ttlSec < MAX_TIMEOUT_SEC) return;
  throw new UserError(
    'BAD_TTL',
    `expected a life of at most 24 days, which is what ipset can count, got ${ttlSec} s`,
    'Take a shorter one, or use --backend nft.',
  );
}

/** ipset would stop in the middle. */
function refuseFull({ elements }: IptablesState, { created }: ElementChanges): void {
  const fills = new Map<string, Set<string>>();
  const add = (name: string, key: string) => {
    if (parseSetName(name)?.role === 'lease') return;
    fills.set(name, (fills.get(name) ?? new Set()).add(key));
  };
  for (const { setName, entry, value } of elements) add(setName, keyOf(entry, value));
  for (const { setName, entry } of created) add(setName, keyOf(entry, null));
  for (const [name, keys] of fills) {
    if (keys.size <= MAX_ELEMENTS) continue;
    throw new UserError(
      'MITIGATION_FULL',
      `set ${name} takes ${MAX_ELEMENTS} elements, and with this plan it would have ${keys.size}`,
      'Block wider prefixes, or undo what is not needed any more.',
    );
  }
}

function keyOf(entry: LiveElement['entry'], value: LiveElement['value'] | null): string {
  return JSON.stringify(entry ?? value);
}

/** Rules of a group are in the kernel only: what somebody flushed cannot be written again from there. */
function refuseLost(state: IptablesState, id: string): void {
  const lease = elementsOf(state, id).find(({ entry }) => entry?.role === 'lease');
  if (lease === undefined || state.wiredSets.has(lease.setName)) return;
  throw new UserError(
    'MITIGATION_LOST',
    `the rules of ${id} are not in the kernel any more, somebody flushed them: it drops nothing`,
    `Take it back with "ddostop mitigate undo ${id}" and apply it again.`,
  );
}
