/**
 * Which elements have to go and which have to come, for each step of a mitigation's life; in the words of no firewall. An element that is kept is
 * written anew: with its deletion in the same transaction every kernel takes the new timeout.
 */
import { UserError } from '../errors.js';
import { type Entry, entryKey, entryText } from './entry.js';
import { elementsOf, type FirewallState, type LiveElement, type LiveOwner, orphansOf } from './firewall-state.js';
import { formatComment, MAX_OWNERS, type Owner } from './owner-comment.js';

export interface NewElement {
  readonly setName: string;
  readonly entry: Entry;
  readonly timeoutSec: number;
  readonly comment: string;
}

export interface ElementChanges {
  readonly removed: readonly LiveElement[];
  readonly created: readonly NewElement[];
}

export interface Trial {
  readonly id: string;
  readonly why: string;
  readonly ttlSec: number;
  readonly windowSec: number;
}

interface Changes {
  readonly removed: LiveElement[];
  readonly created: NewElement[];
}

const NOTHING_COUNTED = { packets: 0, bytes: 0 };

/** `entries` for the confirm window. One that another plan holds is rewritten with both owners and the longer life. */
export function trialChanges(
  state: FirewallState,
  entries: readonly Entry[],
  { id, why, ttlSec, windowSec }: Trial,
  setNameOf: (entry: Entry) => string,
): ElementChanges {
  const changes: Changes = { removed: [], created: [] };
  for (const entry of entries) {
    const held = state.byKey.get(entryKey(entry));
    const owner: Owner = { id, confirmed: false, ttlSec, lifeSec: windowSec };
    if (held === undefined) {
      changes.created.push(newElement(setNameOf(entry), entry, [owner], why, NOTHING_COUNTED));
      continue;
    }
    refuseUnlessShareable(held, entry);
    rewrite(changes, held, [...held.owners.map(remaining), owner], why);
  }
  return changes;
}

/** Everything `id` holds gets its long life, from now on; `ttlSec` replaces the one it was made with. */
export function confirmChanges(state: FirewallState, id: string, ttlSec: number | null = null): ElementChanges {
  const changes: Changes = { removed: [], created: [] };
  for (const element of elementsOf(state, id)) {
    const owners = element.owners.map((owner) => {
      if (owner.id !== id) return remaining(owner);
      const life = ttlSec ?? owner.ttlSec;
      return { ...owner, confirmed: true, ttlSec: life, lifeSec: life };
    });
    rewrite(changes, element, owners, element.why);
  }
  return changes;
}

/** Without `id`; what other plans hold as well stays for them. */
export function undoChanges(state: FirewallState, id: string): ElementChanges {
  const changes: Changes = { removed: [], created: [] };
  for (const element of elementsOf(state, id)) {
    const others = element.owners.filter((owner) => owner.id !== id).map(remaining);
    if (others.length > 0) rewrite(changes, element, others, element.why);
    else changes.removed.push(element);
  }
  return changes;
}

export function orphanChanges(state: FirewallState): ElementChanges {
  return { removed: orphansOf(state), created: [] };
}

function rewrite(changes: Changes, element: LiveElement, owners: readonly Owner[], why: string): void {
  if (element.entry === null) return;
  changes.removed.push(element);
  changes.created.push(newElement(element.setName, element.entry, owners, why, element.counted));
}

function newElement(
  setName: string,
  entry: Entry,
  owners: readonly Owner[],
  why: string,
  was: { readonly packets: number; readonly bytes: number },
): NewElement {
  const timeoutSec = Math.max(...owners.map((owner) => owner.lifeSec));
  return { setName, entry, timeoutSec, comment: formatComment({ owners, why, was }) };
}

/** An owner as it is written into a fresh element: what is left of its life; at least a second, or the kernel would read "for ever". */
function remaining(owner: LiveOwner): Owner {
  const { id, confirmed, ttlSec } = owner;
  return { id, confirmed, ttlSec, lifeSec: Math.max(1, owner.leftSec) };
}

function refuseUnlessShareable(held: LiveElement, entry: Entry): void {
  const what = entryText(entry);
  if (held.owners.length === 0) {
    throw new UserError(
      'MITIGATION_ORPHAN',
      `${what} is already in our set ${held.setName}, put there by somebody else`,
      'Look at it with "ddostop mitigate list"; "ddostop mitigate undo orphan" removes it.',
    );
  }
  if (held.owners.length >= MAX_OWNERS) {
    const ids = held.owners.map((owner) => owner.id).join(', ');
    throw new UserError(
      'MITIGATION_SHARED',
      `${what} is already held by ${MAX_OWNERS} mitigations: ${ids}`,
      'Undo one of them, or wait until one has ended.',
    );
  }
}
