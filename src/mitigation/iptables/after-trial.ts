/** What a state will be once a trial was carried out, as far as only iptables knows of it. */

import { groupSetNames, type IptablesRules, jumpText } from './group-rules.js';
import { type GroupPart, type IptablesGroup, NO_PART } from './group-state.js';
import {
  type Family,
  GROUP_CHAINS,
  GROUPS_CHAIN,
  groupChain,
  LOCK_SET,
  MAIN_CHAIN,
  MAIN_ROLES,
  mainSet,
  ND_CHAIN,
} from './names.js';
import type { IptablesState, LayoutPart } from './read-state.js';

export function groupToBe(id: string, why: string, rules: IptablesRules): IptablesGroup {
  const counted = { packets: 0, bytes: 0 };
  const part = (family: Family): GroupPart =>
    rules.families.includes(family)
      ? {
          jumps: [jumpText(id, rules, why, family)],
          chains: GROUP_CHAINS.map((chain) => groupChain(id, chain)),
          isWhole: true,
        }
      : NO_PART;
  return {
    id,
    words: rules.words,
    why,
    limitPps: rules.limitPps,
    sample: rules.isSample ? { good: counted } : null,
    counted,
    hasLease: true,
    isWhole: true,
    hasMatches: true,
    parts: { 4: part(4), 6: part(6) },
    setNames: groupSetNames(id, rules),
  };
}

/** Chains and sets all there, and the lock given back. */
export function asLaidOut(state: IptablesState): IptablesState {
  const groups = [...state.groups.values()];
  const layout = (family: Family): LayoutPart => ({
    chains: [
      ...[MAIN_CHAIN, GROUPS_CHAIN, ...(family === 6 ? [ND_CHAIN] : [])],
      ...groups.flatMap(({ parts }) => parts[family].chains),
    ],
    jumps: 1,
    isFirst: true,
    isWired: true,
  });
  const main = ([4, 6] as const).flatMap((family) => MAIN_ROLES.map((role) => mainSet(role, family)));
  return {
    ...state,
    layout: { 4: layout(4), 6: layout(6) },
    lock: { exists: true, generation: state.lock.generation ?? 1, holder: null },
    setNames: [...new Set([...main, ...groups.flatMap(({ setNames }) => setNames), LOCK_SET])],
  };
}
