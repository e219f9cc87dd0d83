/** What is ours in the firewall, as read from the kernel: elements with their owners, rules in force while a lease lives. Nothing here remembers anything. */
import type { NftCounter, NftElement, NftValue } from '../platform/nft-json.js';
import { type Entry, entryKey } from './entry.js';
import { type Owner, parseComment } from './owner-comment.js';

/** An owner and the seconds it still has. */
export interface LiveOwner extends Owner {
  readonly leftSec: number;
}

export interface LiveElement {
  readonly setName: string;
  readonly value: NftValue;
  /** Null: of a shape we never write. */
  readonly entry: Entry | null;
  /** Owners whose time is not over; empty for an orphan. */
  readonly owners: readonly LiveOwner[];
  readonly why: string;
  /** Seconds to the end in the kernel, null = none. */
  readonly expiresSec: number | null;
  /** Of this element and of those it replaced. */
  readonly counted: NftCounter;
}

/** Rules of one mitigation, in chains named after it. */
export interface LiveGroup {
  readonly id: string;
  readonly words: string;
  readonly why: string;
  /** Packets a second that pass; null: not a limit, or none of a single rate. */
  readonly limitPps: number | null;
  /** It counts and drops nothing; `good` are packets of known good sources among them. */
  readonly sample: { readonly good: NftCounter } | null;
  /** Dropped so far; of a sample, matched. */
  readonly counted: NftCounter;
  readonly hasLease: boolean;
  /** Everything that makes it act is there. */
  readonly isWhole: boolean;
  /** What it is still there for when its time is over; absent: nothing, it can be swept. */
  readonly keeps?: string;
  /** Without a rule that matches it was undone. */
  readonly hasMatches: boolean;
}

export interface FirewallState<Group extends LiveGroup = LiveGroup> {
  readonly isPresent: boolean;
  /** Something of our name that is not laid out as ours: somebody else's, not to be touched. */
  readonly isForeign: boolean;
  readonly elements: readonly LiveElement[];
  /** Elements by `entryKey`. */
  readonly byKey: ReadonlyMap<string, LiveElement>;
  /** Sets that exist and are looked up by a rule where it counts. */
  readonly wiredSets: ReadonlySet<string>;
  /** By id; also what dead ones have left behind. */
  readonly groups: ReadonlyMap<string, Group>;
  /** Things in our part of the firewall that we did not make. */
  readonly strangers: readonly string[];
}

/** An element with what its comment says, and with what is left to each owner by the kernel's own clock. */
export function liveElement(setName: string, entry: Entry | null, element: NftElement): LiveElement {
  const comment = parseComment(element.comment);
  const { timeoutSec, expiresSec } = element;
  const ageSec = timeoutSec === null || expiresSec === null ? 0 : Math.max(0, timeoutSec - expiresSec);
  const live = (comment?.owners ?? []).map((owner) => ({
    ...owner,
    // nft prints whole seconds, cut: a sole owner has exactly what the kernel says, the others what is left of their share.
    leftSec: Math.min(expiresSec ?? Number.POSITIVE_INFINITY, owner.lifeSec - ageSec),
  }));
  // The element is there, so at least the owner with the longest life is.
  const longest = Math.max(...live.map((owner) => owner.lifeSec));
  const owners = live.filter((owner) => owner.leftSec > 0 || owner.lifeSec === longest);
  const counter = element.counter ?? { packets: 0, bytes: 0 };
  const was = comment?.was ?? { packets: 0, bytes: 0 };
  return {
    setName,
    value: element.value,
    entry,
    owners:
      timeoutSec === null || entry === null
        ? []
        : owners.map((owner) => ({ ...owner, leftSec: Math.max(0, owner.leftSec) })),
    why: comment?.why ?? '',
    expiresSec,
    counted: { packets: counter.packets + was.packets, bytes: counter.bytes + was.bytes },
  };
}

export function byEntryKey(elements: readonly LiveElement[]): Map<string, LiveElement> {
  const map = new Map<string, LiveElement>();
  for (const element of elements) if (element.entry !== null) map.set(entryKey(element.entry), element);
  return map;
}

/** Elements that `id` holds, alone or with others. */
export function elementsOf(state: FirewallState, id: string): LiveElement[] {
  return state.elements.filter((element) => element.owners.some((owner) => owner.id === id));
}

export function orphansOf(state: FirewallState): LiveElement[] {
  return state.elements.filter((element) => element.owners.length === 0);
}

/** Groups whose lease is over; `hasMatches` tells those that ended by themselves from those that were undone. */
export function endedGroups<Group extends LiveGroup>(state: FirewallState<Group>): Group[] {
  const leased = new Set(state.elements.flatMap(({ entry }) => (entry?.role === 'lease' ? [entry.id] : [])));
  return [...state.groups.values()].filter(({ id }) => !leased.has(id));
}

export function idsOf(state: FirewallState): Set<string> {
  return new Set(state.elements.flatMap((element) => element.owners.map((owner) => owner.id)));
}
