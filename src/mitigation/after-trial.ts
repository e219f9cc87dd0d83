/** The state as it will be right after a trial: what confirming and undoing it would send can be shown before anything is done. */
import type { FirewallBackend, PlannedTrial } from './backend.js';
import { entryKey } from './entry.js';
import type { FirewallState, LiveOwner } from './firewall-state.js';

export function afterTrial(backend: FirewallBackend, state: FirewallState, trial: PlannedTrial): FirewallState {
  const { id, why, ttlSec, windowSec, entries, rules } = trial;
  const byKey = new Map(state.byKey);
  for (const entry of entries) {
    const held = state.byKey.get(entryKey(entry));
    const owner: LiveOwner = { id, confirmed: false, ttlSec, lifeSec: windowSec, leftSec: windowSec };
    byKey.set(entryKey(entry), {
      setName: backend.setNameOf(entry),
      value: { kind: 'single', text: '' },
      entry,
      owners: [...(held?.owners ?? []), owner],
      why,
      expiresSec: Math.max(windowSec, held?.expiresSec ?? 0),
      counted: held?.counted ?? { packets: 0, bytes: 0 },
    });
  }
  const unreadable = state.elements.filter((element) => element.entry === null);
  const wiredSets = new Set([...state.wiredSets, ...entries.map((entry) => backend.setNameOf(entry))]);
  const groups = new Map(state.groups);
  if (rules !== null) groups.set(id, backend.groupToBe(trial, rules));
  const elements = [...unreadable, ...byKey.values()];
  const after = { ...state, isPresent: true, byKey, wiredSets, groups, elements };
  return backend.laidOut?.(after) ?? after;
}
