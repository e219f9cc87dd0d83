/** Our table as read from the kernel: elements with their owners, and which sets have their rule. Nothing here remembers anything. */
import type { NftCounter, NftElement, NftListing, NftValue } from '../../platform/nft-json.js';
import { type Entry, entryKey, entryOf, LEASE_PREFIX, parseSetName, type SetKind } from './entry.js';
import { type Owner, parseComment } from './owner-comment.js';
import { parseChainName } from './signature-rules.js';
import { isSignatureRule, type LiveSignature, readSignatures } from './signature-state.js';
import {
  ALLOWS_CHAIN,
  BASE_CHAIN,
  BASE_PRIORITY,
  BASE_RULES,
  DROPS_CHAIN,
  FAMILY,
  RULE_COMMENT,
  TABLE,
} from './table-layout.js';

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

export interface TableState {
  readonly isPresent: boolean;
  /** A table of our name without our base chain: somebody else's, not to be touched. */
  readonly isForeign: boolean;
  readonly elements: readonly LiveElement[];
  /** Elements by `entryKey`. */
  readonly byKey: ReadonlyMap<string, LiveElement>;
  /** Sets that exist and are looked up by a rule in the right chain. */
  readonly wiredSets: ReadonlySet<string>;
  /** By id; also what dead ones have left behind. */
  readonly signatures: ReadonlyMap<string, LiveSignature>;
  /** Chains, sets and rules in our table that we did not make. */
  readonly strangers: readonly string[];
}

export const ABSENT_TABLE: TableState = {
  isPresent: false,
  isForeign: false,
  elements: [],
  byKey: new Map(),
  wiredSets: new Set(),
  signatures: new Map(),
  strangers: [],
};

/** `listing` null = the kernel has no such table. */
export function readTableState(listing: NftListing | null): TableState {
  if (listing === null) return ABSENT_TABLE;
  const ours = <T extends { family: string; table: string }>(item: T) => item.family === FAMILY && item.table === TABLE;
  const chains = listing.chains.filter(ours);
  const rules = listing.rules.filter(ours);
  const sets = listing.sets.filter(ours);
  const base = chains.find((chain) => chain.name === BASE_CHAIN);
  const isForeign = base?.hook !== 'prerouting' || base.priority !== BASE_PRIORITY;
  const baseRules = rules.filter((rule) => rule.chain === BASE_CHAIN && rule.comment === RULE_COMMENT);

  const elements = sets.flatMap((set) => {
    const kind = parseSetName(set.name);
    return kind === null ? [] : set.elements.map((element) => readElement(set.name, kind, element));
  });
  const byKey = new Map<string, LiveElement>();
  for (const element of elements) if (element.entry !== null) byKey.set(entryKey(element.entry), element);
  const kinds = sets.map((set) => parseSetName(set.name));
  const leases = new Set(kinds.flatMap((kind) => (kind?.role === 'lease' ? [kind.id] : [])));
  const signatures = readSignatures(chains, rules, leases);
  const wiredSets = new Set<string>();
  for (const set of sets) {
    const kind = parseSetName(set.name);
    if (kind === null || baseRules.length < BASE_RULES) continue; // without the jumps no rule behind them is reached
    if (kind.role === 'lease') {
      if (signatures.get(kind.id)?.isWhole) wiredSets.add(set.name);
      continue;
    }
    const chain = kind.role === 'guard' ? BASE_CHAIN : kind.role === 'allow' ? ALLOWS_CHAIN : DROPS_CHAIN;
    if (rules.some((rule) => rule.chain === chain && rule.comment === RULE_COMMENT && rule.sets.includes(set.name))) {
      wiredSets.add(set.name);
    }
  }
  const ownChains = [BASE_CHAIN, ALLOWS_CHAIN, DROPS_CHAIN];
  const strangers = [
    ...chains
      .filter(({ name }) => !ownChains.includes(name) && parseChainName(name) === null)
      .map((chain) => `chain ${chain.name}`),
    ...sets.filter((set) => parseSetName(set.name) === null).map((set) => `set ${set.name}`),
    ...rules
      .filter((rule) => rule.comment !== RULE_COMMENT && !isSignatureRule(rule))
      .map((rule) => `rule in chain ${rule.chain}`),
  ];
  return { isPresent: true, isForeign, elements, byKey, wiredSets, signatures, strangers };
}

function readElement(setName: string, kind: SetKind, element: NftElement): LiveElement {
  const entry = entryOf(kind, element.value);
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

/** Elements that `id` holds, alone or with others. */
export function elementsOf(state: TableState, id: string): LiveElement[] {
  return state.elements.filter((element) => element.owners.some((owner) => owner.id === id));
}

export function orphansOf(state: TableState): LiveElement[] {
  return state.elements.filter((element) => element.owners.length === 0);
}

/** Signatures whose lease is over; `hasMatches` tells those that ended by themselves from those that were undone. */
export function endedSignatures(state: TableState): LiveSignature[] {
  const leased = new Set(state.elements.map(({ setName }) => setName));
  return [...state.signatures.values()].filter(({ id }) => !leased.has(`${LEASE_PREFIX}${id}`));
}

export function idsOf(state: TableState): Set<string> {
  return new Set(state.elements.flatMap((element) => element.owners.map((owner) => owner.id)));
}
