/** The elements of ours in the kernel, grouped into live mitigations. */
import { entryText } from './entry.js';
import { endedGroups, type FirewallState, type LiveElement, type LiveGroup, type LiveOwner } from './firewall-state.js';
import { ORPHAN_ID } from './mitigation-id.js';
import type { LiveMitigation } from './types.js';

export function listLive(state: FirewallState): LiveMitigation[] {
  const groups = new Map<string, { element: LiveElement; owner: LiveOwner | null }[]>();
  for (const element of state.elements) {
    const owners = element.owners.length === 0 ? [null] : element.owners;
    for (const owner of owners) {
      const id = owner?.id ?? ORPHAN_ID;
      const group = groups.get(id);
      if (group === undefined) groups.set(id, [{ element, owner }]);
      else group.push({ element, owner });
    }
  }
  const live = [...groups].map(([id, members]) => describe(id, members, state));
  return [...live, ...listEnded(state, new Set(groups.keys()))].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Those that were undone have no rule left that could match, and nothing to tell. */
function listEnded(state: FirewallState, live: ReadonlySet<string>): LiveMitigation[] {
  return endedGroups(state)
    .filter(({ id, hasMatches }) => hasMatches && !live.has(id))
    .map((group) => ({
      id: group.id,
      prefixes: [],
      targets: [],
      allow: [],
      ...endedRules(group),
      why: group.why,
      packets: group.counted.packets,
      bytes: group.counted.bytes,
      expiresInSec: null,
      state: 'ended',
    }));
}

function endedRules({ words, limitPps, sample, keeps }: LiveGroup): Pick<LiveMitigation, 'rules' | 'sample'> {
  return rulesOf({ words: keeps === undefined ? words : `${words}; ${keeps}`, limitPps, sample });
}

function rulesOf({
  words,
  limitPps,
  sample,
}: Pick<LiveGroup, 'words' | 'limitPps' | 'sample'>): Pick<LiveMitigation, 'rules' | 'sample'> {
  const rules = { words, limitPps };
  return sample === null
    ? { rules }
    : { rules, sample: { goodPackets: sample.good.packets, goodBytes: sample.good.bytes } };
}

function describe(
  id: string,
  members: readonly { readonly element: LiveElement; readonly owner: LiveOwner | null }[],
  state: FirewallState,
): LiveMitigation {
  const texts = (roles: readonly string[]) =>
    members
      .filter(({ element }) => roles.includes(element.entry?.role ?? ''))
      .map(({ element }) => (element.entry === null ? '' : entryText(element.entry)))
      .sort();
  const hasLease = members.some(({ element }) => element.entry?.role === 'lease');
  const group = hasLease ? state.groups.get(id) : undefined;
  const unreadable = members
    .filter(({ element }) => element.entry === null || (element.entry.role === 'lease' && group === undefined))
    .map(({ element }) => `unreadable element of set ${element.setName}`);
  const dropping = members.filter(({ element }) => element.entry?.role === 'block' || element.entry?.role === 'target');
  // Parts written together end together; the earliest end is the honest one.
  const lefts = members.map(({ element, owner }) => owner?.leftSec ?? element.expiresSec);
  const finite = lefts.filter((left): left is number => left !== null);
  const isUnwired = members.some(({ element }) => !state.wiredSets.has(element.setName));
  return {
    ...(isUnwired ? { problem: 'not in force: its rules were flushed; apply it again, or undo it' } : {}),
    id,
    prefixes: [...texts(['block']), ...unreadable],
    targets: texts(['target']),
    allow: texts(['allow', 'guard']),
    ...(group === undefined ? {} : rulesOf(group)),
    why: members.find(({ element }) => element.why !== '')?.element.why ?? '',
    packets: sum(dropping.map(({ element }) => element.counted.packets)) + (group?.counted.packets ?? 0),
    bytes: sum(dropping.map(({ element }) => element.counted.bytes)) + (group?.counted.bytes ?? 0),
    expiresInSec: finite.length === 0 ? null : Math.min(...finite),
    state: id === ORPHAN_ID ? 'orphan' : members.every(({ owner }) => owner?.confirmed) ? 'confirmed' : 'unconfirmed',
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
