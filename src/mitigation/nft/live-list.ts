/** The elements of our table, grouped into live mitigations. */
import { ORPHAN_ID } from '../mitigation-id.js';
import type { LiveMitigation } from '../types.js';
import { entryText } from './entry.js';
import type { LiveElement, LiveOwner, TableState } from './table-state.js';

export function listLive(state: TableState): LiveMitigation[] {
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
  return [...groups].map(([id, members]) => describe(id, members, state)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function describe(
  id: string,
  members: readonly { readonly element: LiveElement; readonly owner: LiveOwner | null }[],
  state: TableState,
): LiveMitigation {
  const texts = (roles: readonly string[]) =>
    members
      .filter(({ element }) => roles.includes(element.entry?.role ?? ''))
      .map(({ element }) => (element.entry === null ? '' : entryText(element.entry)))
      .sort();
  const unreadable = members
    .filter(({ element }) => element.entry === null)
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
    why: members.find(({ element }) => element.why !== '')?.element.why ?? '',
    packets: sum(dropping.map(({ element }) => element.counted.packets)),
    bytes: sum(dropping.map(({ element }) => element.counted.bytes)),
    expiresInSec: finite.length === 0 ? null : Math.min(...finite),
    state: id === ORPHAN_ID ? 'orphan' : members.every(({ owner }) => owner?.confirmed) ? 'confirmed' : 'unconfirmed',
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
