/** State and wish -> the commands of one nft transaction. Pure: the same functions make the preview, the dry run and the act. */
import { UserError } from '../../errors.js';
import type { NftValue } from '../../platform/nft-json.js';
import { type Entry, entryKey, entryText, parseSetName, setNameOf } from './entry.js';
import { formatComment, MAX_OWNERS, type Owner } from './owner-comment.js';
import {
  createElements,
  deleteElements,
  elementValue,
  layoutCommands,
  type NftCommand,
  removeTableCommands,
  wireCommands,
} from './table-layout.js';
import { elementsOf, idsOf, type LiveElement, type LiveOwner, orphansOf, type TableState } from './table-state.js';

export interface TrialOptions {
  readonly id: string;
  readonly why: string;
  readonly ttlSec: number;
  readonly windowSec: number;
}

/** Puts `entries` in force for the confirm window. A prefix another plan holds is rewritten with both owners and the longer life. */
export function trialCommands(state: TableState, entries: readonly Entry[], options: TrialOptions): NftCommand[] {
  const { id, why, ttlSec, windowSec } = options;
  const rewrite = new ElementRewrite();
  const names = new Map<string, Entry>();
  for (const entry of entries) {
    names.set(setNameOf(entry), entry);
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
  const wiring = [...names.keys()].filter((name) => !state.wiredSets.has(name)).flatMap(wire);
  return [...layoutCommands(), ...wiring, ...rewrite.commands()];
}

/** Gives everything `id` holds its long life, from now on. Deletion and creation in one transaction: every kernel takes the new timeout. */
export function confirmCommands(state: TableState, id: string): NftCommand[] {
  const rewrite = new ElementRewrite();
  for (const element of elementsOf(state, id)) {
    if (element.entry === null) continue;
    const owners = element.owners.map((owner) =>
      owner.id === id ? { ...owner, confirmed: true, lifeSec: owner.ttlSec } : remaining(owner),
    );
    rewrite.remove(element);
    rewrite.create(element.setName, element.entry, owners, element.why, element.counted);
  }
  return rewrite.commands();
}

/** Takes `id` out; what other plans hold as well stays for them. The table goes with the last element, unless somebody put things of their own into it. */
export function undoCommands(state: TableState, id: string): NftCommand[] {
  const others = idsOf(state);
  others.delete(id);
  if (others.size === 0 && orphansOf(state).length === 0 && state.strangers.length === 0) return removeTableCommands();
  const rewrite = new ElementRewrite();
  for (const element of elementsOf(state, id)) {
    const owners = element.owners.filter((owner) => owner.id !== id).map(remaining);
    rewrite.remove(element);
    if (owners.length > 0 && element.entry !== null) {
      rewrite.create(element.setName, element.entry, owners, element.why, element.counted);
    }
  }
  return rewrite.commands();
}

/** Removes what carries no readable id from our sets. */
export function removeOrphansCommands(state: TableState): NftCommand[] {
  if (idsOf(state).size === 0 && state.strangers.length === 0) return removeTableCommands();
  const rewrite = new ElementRewrite();
  for (const element of orphansOf(state)) rewrite.remove(element);
  return rewrite.commands();
}

/** What takes a trial back, as far as it can be known before it was made: for the preview and the audit log. */
export function inverseOfTrial(state: TableState, entries: readonly Entry[]): NftCommand[] {
  if (!state.isPresent) return removeTableCommands();
  const rewrite = new ElementRewrite();
  for (const entry of entries) {
    const held = state.byKey.get(entryKey(entry));
    rewrite.removeEntry(entry);
    if (held !== undefined) {
      rewrite.create(held.setName, entry, held.owners.map(remaining), held.why, held.counted);
    }
  }
  return rewrite.commands();
}

/** The transaction without lives and counts: equal when the same things would be done. */
export function shapeOf(commands: readonly NftCommand[]): string {
  return JSON.stringify(commands, (key, value: unknown) =>
    key === 'timeout' || key === 'comment' || key === 'counter' ? undefined : value,
  );
}

/** Collects deletions and creations per set, so that a thousand elements are two commands. */
class ElementRewrite {
  readonly #removed = new Map<string, unknown[]>();
  readonly #created = new Map<string, unknown[]>();

  remove(element: LiveElement): void {
    push(this.#removed, element.setName, element.entry ? elementValue(element.entry) : valueJson(element.value));
  }

  removeEntry(entry: Entry): void {
    push(this.#removed, setNameOf(entry), elementValue(entry));
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

function wire(name: string): NftCommand[] {
  const kind = parseSetName(name);
  if (kind === null) throw new Error(`not a set of ours: ${name}`);
  return kind.role === 'guard' ? [] : wireCommands(name, kind); // guard sets belong to the fixed layout
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
