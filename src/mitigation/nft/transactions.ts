/** State and wish -> the commands of one nft transaction. Pure: the same functions make the preview, the dry run and the act. */
import { UserError } from '../../errors.js';
import type { NftValue } from '../../platform/nft-json.js';
import { type Entry, entryKey, entryText, LEASE_PREFIX, parseSetName, setNameOf } from './entry.js';
import { formatComment, MAX_OWNERS, type Owner } from './owner-comment.js';
import { emptyCommands, type SignatureRules, signatureCommands, sweepCommands } from './signature-rules.js';
import type { LiveSignature } from './signature-state.js';
import {
  createElements,
  deleteElements,
  elementValue,
  layoutCommands,
  type NftCommand,
  removeTableCommands,
  wireCommands,
} from './table-layout.js';
import {
  elementsOf,
  endedSignatures,
  idsOf,
  type LiveElement,
  type LiveOwner,
  orphansOf,
  type TableState,
} from './table-state.js';

export interface TrialOptions {
  readonly id: string;
  readonly why: string;
  readonly ttlSec: number;
  readonly windowSec: number;
  /** The rules behind a lease among the entries. */
  readonly signature?: SignatureRules | null;
}

/** Puts `entries` in force for the confirm window. A prefix another plan holds is rewritten with both owners and the longer life. */
export function trialCommands(state: TableState, entries: readonly Entry[], options: TrialOptions): NftCommand[] {
  const { id, why, ttlSec, windowSec, signature = null } = options;
  const rewrite = new ElementRewrite();
  for (const entry of entries) {
    const held = state.byKey.get(entryKey(entry));
    const owner: Owner = { id, confirmed: false, ttlSec, lifeSec: windowSec };
    if (held === undefined) {
      rewrite.create(setNameOf(entry), entry, [owner], why, { packets: 0, bytes: 0 });
      continue;
    }
    refuseUnlessShareable(held, entry);
    rewrite.remove(held);
    rewrite.create(held.setName, entry, [...held.owners.map(remaining), owner], why, held.counted);
  }
  const names = entries.filter(({ role }) => role !== 'lease').map(setNameOf);
  const rules = signature === null ? [] : signatureCommands(id, signature, why);
  return [...wiring(state, names, signature !== null), ...rules, ...rewrite.commands()];
}

/** Gives everything `id` holds its long life, from now on. Deletion and creation in one transaction: every kernel takes the new timeout. */
export function confirmCommands(state: TableState, id: string): NftCommand[] {
  const rewrite = new ElementRewrite();
  const held = elementsOf(state, id);
  for (const element of held) {
    if (element.entry === null) continue;
    const owners = element.owners.map((owner) =>
      owner.id === id ? { ...owner, confirmed: true, lifeSec: owner.ttlSec } : remaining(owner),
    );
    rewrite.remove(element);
    rewrite.create(element.setName, element.entry, owners, element.why, element.counted);
  }
  const names = held.map((element) => element.setName);
  refuseLost(names.find((name) => name.startsWith(LEASE_PREFIX) && !state.wiredSets.has(name)));
  return [...wiring(state, names), ...rewrite.commands()];
}

/** Rules of a signature are in the kernel only: what somebody flushed cannot be written again from there. */
function refuseLost(lease: string | undefined): void {
  if (lease === undefined) return;
  const id = lease.slice(LEASE_PREFIX.length);
  throw new UserError(
    'MITIGATION_LOST',
    `the rules of ${id} are not in the kernel any more, somebody flushed them: it drops nothing`,
    `Take it back with "ddostop mitigate undo ${id}" and apply it again.`,
  );
}

/** Takes `id` out; what other plans hold as well stays for them. The table goes with the last element, unless somebody put things of their own into it. */
export function undoCommands(state: TableState, id: string): NftCommand[] {
  const others = idsOf(state);
  others.delete(id);
  if (others.size === 0 && orphansOf(state).length === 0 && state.strangers.length === 0) return removeTableCommands();
  const rewrite = new ElementRewrite();
  for (const element of elementsOf(state, id)) {
    if (element.entry?.role === 'lease') continue;
    const owners = element.owners.filter((owner) => owner.id !== id).map(remaining);
    rewrite.remove(element);
    if (owners.length > 0 && element.entry !== null) {
      rewrite.create(element.setName, element.entry, owners, element.why, element.counted);
    }
  }
  return [...(state.signatures.has(id) ? emptyCommands(id) : []), ...rewrite.commands()];
}

/** Takes out what signatures have left behind whose time is over or that were undone: rules that match nothing. */
export function sweepEndedCommands(state: TableState): NftCommand[] {
  return endedSignatures(state).flatMap(sweepCommands);
}

/** Removes what carries no readable id from our sets. */
export function removeOrphansCommands(state: TableState): NftCommand[] {
  if (idsOf(state).size === 0 && state.strangers.length === 0) return removeTableCommands();
  const rewrite = new ElementRewrite();
  for (const element of orphansOf(state)) rewrite.remove(element);
  return rewrite.commands();
}

/** The state as it will be right after the trial: what confirming and undoing it would send can be shown before anything is done. */
export function afterTrial(state: TableState, entries: readonly Entry[], options: TrialOptions): TableState {
  const { id, why, ttlSec, windowSec } = options;
  const byKey = new Map(state.byKey);
  for (const entry of entries) {
    const held = state.byKey.get(entryKey(entry));
    const owner: LiveOwner = { id, confirmed: false, ttlSec, lifeSec: windowSec, leftSec: windowSec };
    byKey.set(entryKey(entry), {
      setName: setNameOf(entry),
      value: { kind: 'single', text: '' },
      entry,
      owners: [...(held?.owners ?? []), owner],
      why,
      expiresSec: Math.max(windowSec, held?.expiresSec ?? 0),
      counted: held?.counted ?? { packets: 0, bytes: 0 },
    });
  }
  const unreadable = state.elements.filter((element) => element.entry === null);
  const wiredSets = new Set([...state.wiredSets, ...entries.map(setNameOf)]);
  const signatures = new Map(state.signatures);
  if (options.signature) signatures.set(id, signatureToBe(id, why, options.signature));
  return { ...state, isPresent: true, byKey, wiredSets, signatures, elements: [...unreadable, ...byKey.values()] };
}

function signatureToBe(id: string, why: string, { words, limitPps }: SignatureRules): LiveSignature {
  const counted = { packets: 0, bytes: 0 };
  const has = { hasLease: true, isWhole: true, hasMatches: true };
  return { id, words, why, limitPps, counted, jumpHandles: [], chains: ['match', 'act', 'words'], ...has };
}

/** Collects deletions and creations per set, so that a thousand elements are two commands. */
class ElementRewrite {
  readonly #removed = new Map<string, unknown[]>();
  readonly #created = new Map<string, unknown[]>();

  remove(element: LiveElement): void {
    push(this.#removed, element.setName, element.entry ? elementValue(element.entry) : valueJson(element.value));
  }

  create(
    setName: string,
    entry: Entry,
    owners: readonly Owner[],
    why: string,
    was: { readonly packets: number; readonly bytes: number },
  ): void {
    const timeout = Math.max(...owners.map((owner) => owner.lifeSec));
    const comment = formatComment({ owners, why, was });
    push(this.#created, setName, { elem: { val: elementValue(entry), timeout, comment } });
  }

  commands(): NftCommand[] {
    return [
      ...[...this.#removed].map(([name, values]) => deleteElements(name, values)),
      ...[...this.#created].map(([name, values]) => createElements(name, values)),
    ];
  }
}

function push(map: Map<string, unknown[]>, key: string, value: unknown): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** The table, its fixed rules, and set and rule for each of `names` that lacks them (somebody may have flushed the chains); nothing when all is there. */
function wiring(state: TableState, names: readonly string[], needsLayout = false): NftCommand[] {
  const missing = [...new Set(names)].filter((name) => !state.wiredSets.has(name));
  return missing.length === 0 && !needsLayout ? [] : [...layoutCommands(), ...missing.flatMap(wire)];
}

function wire(name: string): NftCommand[] {
  const kind = parseSetName(name);
  if (kind === null) throw new Error(`not a set of ours: ${name}`);
  // Guard sets belong to the fixed layout, leases to their signature.
  return kind.role === 'guard' || kind.role === 'lease' ? [] : wireCommands(name, kind);
}

/** An owner as it is written into a fresh element: what is left of its life; at least a second, or nft would read "for ever". */
function remaining(owner: LiveOwner): Owner {
  const { id, confirmed, ttlSec } = owner;
  return { id, confirmed, ttlSec, lifeSec: Math.max(1, owner.leftSec) };
}

function refuseUnlessShareable(held: LiveElement, entry: Entry): void {
  const what = entryText(entry);
  if (held.owners.length === 0) {
    throw new UserError(
      'MITIGATION_ORPHAN',
      `${what} is already in set ${held.setName} of our table, put there by somebody else`,
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
