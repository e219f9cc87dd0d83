/** State and wish -> the commands of one nft transaction. Pure: the same functions make the preview, the dry run and the act. */
import { UserError } from '../../errors.js';
import type { NftValue } from '../../platform/nft-json.js';
import type { PlannedTrial } from '../backend.js';
import { confirmChanges, type ElementChanges, orphanChanges, trialChanges, undoChanges } from '../element-changes.js';
import { elementsOf, endedGroups, idsOf, type LiveElement, orphansOf } from '../firewall-state.js';
import { disarmCommands, emptyCommands, groupCommands, type NftRules, sweepCommands } from './group-rules.js';
import type { NftState } from './read-state.js';
import { LEASE_PREFIX, parseSetName, setNameOf } from './set-names.js';
import {
  createElements,
  deleteElements,
  elementValue,
  fastCommand,
  ingressCommands,
  layoutCommands,
  type NftCommand,
  removeTableCommands,
  wireCommands,
} from './table-layout.js';

export function trialCommands(state: NftState, trial: PlannedTrial): NftCommand[] {
  const { id, why, entries } = trial;
  const rules = trial.rules as NftRules | null;
  const names = entries.filter(({ role }) => role !== 'lease').map(setNameOf);
  return [
    ...wiring(state, names, rules !== null || trial.ingress.length > 0),
    ...ingressCommands(trial.ingress),
    ...fastWiring(state, names, trial.ingress.length > 0),
    ...(rules === null ? [] : groupCommands(id, rules, why)),
    ...elementCommands(trialChanges(state, entries, trial, setNameOf)),
  ];
}

/** Deletion and creation in one transaction: every kernel takes the new timeout. */
export function confirmCommands(state: NftState, id: string, ttlSec: number | null = null): NftCommand[] {
  const names = elementsOf(state, id).map((element) => element.setName);
  refuseLost(names.find((name) => name.startsWith(LEASE_PREFIX) && !state.wiredSets.has(name)));
  return [...wiring(state, names), ...elementCommands(confirmChanges(state, id, ttlSec))];
}

/** Rules of a group are in the kernel only: what somebody flushed cannot be written again from there. */
function refuseLost(lease: string | undefined): void {
  if (lease === undefined) return;
  const id = lease.slice(LEASE_PREFIX.length);
  throw new UserError(
    'MITIGATION_LOST',
    `the rules of ${id} are not in the kernel any more, somebody flushed them: it drops nothing`,
    `Take it back with "ddostop mitigate undo ${id}" and apply it again.`,
  );
}

/** The table goes with the last element, unless somebody put things of their own into it, or connections need a rule of it. */
export function undoCommands(state: NftState, id: string): NftCommand[] {
  const others = idsOf(state);
  others.delete(id);
  if (others.size === 0 && orphansOf(state).length === 0 && isOnlyOurs(state)) return removeTableCommands();
  const { removed, created } = undoChanges(state, id);
  const group = state.groups.get(id);
  return [
    ...(group === undefined ? [] : group.isSynProxy ? disarmCommands(id) : emptyCommands(id, group.chains)),
    ...elementCommands({ removed: removed.filter(({ entry }) => entry?.role !== 'lease'), created }),
  ];
}

/** Takes out what groups have left behind whose time is over or that were undone: rules that match nothing. */
export function sweepEndedCommands(state: NftState): NftCommand[] {
  const ended = endedGroups(state);
  const dead = ended.filter(({ keeps }) => keeps === undefined);
  const isLast = state.elements.length === 0 && state.strangers.length === 0 && dead.length === state.groups.size;
  // Undoing others takes the table with the last of them; undoing a SYN proxy left it for this.
  return isLast && dead.some(({ isSynProxy }) => isSynProxy) ? removeTableCommands() : dead.flatMap(sweepCommands);
}

/** Connections made through a SYN proxy end with its rules, so the sweep looks for them after its end. */
function isOnlyOurs({ strangers, groups }: NftState): boolean {
  return strangers.length === 0 && ![...groups.values()].some(({ isSynProxy }) => isSynProxy);
}

/** Removes what carries no readable id from our sets. */
export function removeOrphansCommands(state: NftState): NftCommand[] {
  if (idsOf(state).size === 0 && isOnlyOurs(state)) return removeTableCommands();
  return elementCommands(orphanChanges(state));
}

/** Deletions and creations per set, so that a thousand elements are two commands. */
function elementCommands({ removed, created }: ElementChanges): NftCommand[] {
  const gone = grouped(removed, (element) => [element.setName, removedValue(element)]);
  const come = grouped(created, ({ setName, entry, timeoutSec, comment }) => [
    setName,
    { elem: { val: elementValue(entry), timeout: timeoutSec, comment } },
  ]);
  return [
    ...[...gone].map(([name, values]) => deleteElements(name, values)),
    ...[...come].map(([name, values]) => createElements(name, values)),
  ];
}

function grouped<T>(items: readonly T[], of: (item: T) => readonly [string, unknown]): Map<string, unknown[]> {
  const map = new Map<string, unknown[]>();
  for (const item of items) {
    const [key, value] = of(item);
    const values = map.get(key);
    if (values === undefined) map.set(key, [value]);
    else values.push(value);
  }
  return map;
}

/** On the hooks of devices every set of drops is looked up, also those that were there before; null sets: there are no such hooks. */
function fastWiring({ fastSets, wiredSets }: NftState, names: readonly string[], isNew: boolean): NftCommand[] {
  if (fastSets === null && !isNew) return [];
  return [...new Set([...wiredSets, ...names])].flatMap((name) => {
    const kind = parseSetName(name);
    const isDrop = kind !== null && (kind.role === 'block' || kind.role === 'target');
    return isDrop && !fastSets?.has(name) ? [fastCommand(name, kind)] : [];
  });
}

/** The table, its fixed rules, and set and rule for each of `names` that lacks them (somebody may have flushed the chains); nothing when all is there. */
function wiring(state: NftState, names: readonly string[], needsLayout = false): NftCommand[] {
  const missing = [...new Set(names)].filter((name) => !state.wiredSets.has(name));
  return missing.length === 0 && !needsLayout ? [] : [...layoutCommands(), ...missing.flatMap(wire)];
}

function wire(name: string): NftCommand[] {
  const kind = parseSetName(name);
  if (kind === null) throw new Error(`not a set of ours: ${name}`);
  // Guard sets belong to the fixed layout, leases to their group.
  return kind.role === 'guard' || kind.role === 'lease' ? [] : wireCommands(name, kind);
}

function removedValue({ entry, value }: LiveElement): unknown {
  return entry === null ? valueJson(value) : elementValue(entry);
}

function valueJson(value: NftValue): unknown {
  switch (value.kind) {
    case 'single':
      return value.text;
    case 'prefix':
      return { prefix: { addr: value.address, len: value.length } };
    case 'range':
      return { range: [value.low, value.high] };
    case 'concat':
      return { concat: value.parts.map(valueJson) };
  }
}
