/** What is ours, from the listings of both iptables and of our sets. */
import { byEntryKey, type FirewallState, type LiveElement, liveElement } from '../firewall-state.js';
import { parseComment } from '../owner-comment.js';
import { type IptablesGroup, isGroupRule, readGroups } from './group-state.js';
import { mainRules } from './layout.js';
import {
  FAMILIES,
  type Family,
  GROUPS_CHAIN,
  isOwnChain,
  leaseSet,
  MAIN_CHAIN,
  MAIN_ROLES,
  mainSet,
  ND_CHAIN,
  parseSetName,
} from './names.js';
import type { RawListing } from './rule-listing.js';
import { entryOf } from './set-lines.js';
import type { ListedElement, ListedSet } from './set-listing.js';
import { type LockState, NO_LOCK } from './write-lock.js';

/** What one family holds of the layout. */
export interface LayoutPart {
  /** Chains of ours, those of groups too. */
  readonly chains: readonly string[];
  /** Rules of PREROUTING that are our jump. */
  readonly jumps: number;
  readonly isFirst: boolean;
  /** Jump and fixed rules are there. */
  readonly isWired: boolean;
}

export interface IptablesState extends FirewallState<IptablesGroup> {
  readonly lock: LockState;
  readonly layout: Readonly<Record<Family, LayoutPart>>;
  /** Sets of ours, known by their names. */
  readonly setNames: readonly string[];
}

export interface Listings {
  readonly rules: Readonly<Record<Family, RawListing>>;
  /** Of our name; of lists only the names count. */
  readonly sets: readonly ListedSet[];
  readonly lock: LockState;
}

const NO_LAYOUT: LayoutPart = { chains: [], jumps: 0, isFirst: false, isWired: false };

export const ABSENT: IptablesState = {
  isPresent: false,
  isForeign: false,
  elements: [],
  byKey: new Map(),
  wiredSets: new Set(),
  groups: new Map(),
  strangers: [],
  lock: NO_LOCK,
  layout: { 4: NO_LAYOUT, 6: NO_LAYOUT },
  setNames: [],
};

export function readIptablesState({ rules, sets, lock }: Listings): IptablesState {
  const own = sets.filter(({ name }) => parseSetName(name) !== null);
  const setNames = own.map(({ name }) => name);
  const layout = { 4: layoutOf(4, rules[4], setNames), 6: layoutOf(6, rules[6], setNames) };
  const groups = readGroups(rules, setNames);
  const elements = own.flatMap(elementsOfSet);
  return {
    isPresent: setNames.length > 0 || FAMILIES.some((family) => layout[family].chains.length > 0),
    isForeign: isForeign(rules, own),
    elements,
    byKey: byEntryKey(elements),
    wiredSets: wiredSets(layout, groups, setNames),
    groups,
    strangers: strangersOf(rules, sets),
    lock,
    layout,
    setNames,
  };
}

function layoutOf(family: Family, { chains, rules }: RawListing, setNames: readonly string[]): LayoutPart {
  const jumps = rules.filter(({ chain, comment, target }) => isJump(chain, comment, target));
  const main = rules.filter(({ chain }) => chain === MAIN_CHAIN);
  const hasAll = mainRules(family).every(({ comment, target, set }) =>
    main.some(
      (rule) => rule.comment === comment && rule.target === target && (set === null || rule.sets.includes(set)),
    ),
  );
  const hasSets = MAIN_ROLES.every((role) => setNames.includes(mainSet(role, family)));
  const hasNd = family === 4 || rules.some(({ chain }) => chain === ND_CHAIN);
  return {
    chains: [...chains].filter(isOwnChain),
    jumps: jumps.length,
    isFirst: jumps[0]?.place === 1,
    isWired: jumps.length > 0 && hasAll && hasSets && hasNd && chains.has(GROUPS_CHAIN),
  };
}

function isJump(chain: string, comment: string | null, target: string | null): boolean {
  return chain === 'PREROUTING' && comment === 'ddostop:jump' && target === MAIN_CHAIN;
}

/** An empty chain is ours only where something else says so: one that somebody flushed. */
function isForeign(rules: Readonly<Record<Family, RawListing>>, own: readonly ListedSet[]): boolean {
  const ofOther = own.some(({ name, type }) => type !== typeOf(name));
  const isAnybodys = FAMILIES.some((family) => {
    const { chains, rules: listed } = rules[family];
    if (!chains.has(MAIN_CHAIN)) return false;
    const main = listed.filter(({ chain }) => chain === MAIN_CHAIN);
    const hasJump = listed.some(({ chain, comment, target }) => isJump(chain, comment, target));
    const hasOurs = main.some(({ comment }) => comment?.startsWith('ddostop:'));
    return main.length > 0 ? !hasOurs : !hasJump && own.length === 0;
  });
  return ofOther || isAnybodys;
}

function typeOf(name: string): string {
  const role = parseSetName(name)?.role;
  return role === 'lock' ? 'bitmap:port' : role === 'guard' ? 'hash:ip,port' : 'hash:net';
}

function wiredSets(
  layout: IptablesState['layout'],
  groups: IptablesState['groups'],
  setNames: readonly string[],
): Set<string> {
  const names = FAMILIES.filter((family) => layout[family].isWired).flatMap((family) => [
    ...MAIN_ROLES.map((role) => mainSet(role, family)),
    ...[...groups.values()].filter(({ parts }) => parts[family].isWhole).map(({ id }) => leaseSet(id, family)),
  ]);
  return new Set(names.filter((name) => setNames.includes(name)));
}

function strangersOf(rules: Readonly<Record<Family, RawListing>>, sets: readonly ListedSet[]): string[] {
  const odd = FAMILIES.flatMap((family) =>
    rules[family].rules
      .filter((rule) => rule.chain !== 'PREROUTING' && isOwnChain(rule.chain))
      .filter((rule) => !isGroupRule(rule) && !isFixed(family, rule))
      .map(({ chain }) => `rule in chain ${chain} of IPv${family}`),
  );
  const names = sets.filter(({ name }) => parseSetName(name) === null).map(({ name }) => `set ${name}`);
  return [...odd, ...names];
}

function isFixed(family: Family, { chain, comment }: RawListing['rules'][number]): boolean {
  if (chain === ND_CHAIN) return comment === 'ddostop:nd';
  return chain === MAIN_CHAIN && mainRules(family).some((rule) => rule.comment === comment);
}

function elementsOfSet({ name, elements }: ListedSet): LiveElement[] {
  const kind = parseSetName(name);
  if (kind === null || kind.role === 'lock' || kind.role === 'list') return [];
  const live = elements.map((element) => {
    const entry = element.isOdd ? null : entryOf(kind, element.value);
    return liveElement(name, entry, asNft(element));
  });
  return kind.role === 'lease' ? mergeHalves(live) : live;
}

/** ipset tells what is left of a life and not how long it was: that is the longest one of its owners. */
function asNft({ value, expiresSec, counter, comment }: ListedElement) {
  const lives = parseComment(comment)?.owners.map(({ lifeSec }) => lifeSec) ?? [];
  const timeoutSec = expiresSec === null ? null : Math.max(expiresSec, ...lives);
  return { value: { kind: 'single' as const, text: value }, timeoutSec, expiresSec, comment, counter };
}

/** The two halves of a lease are one element, which ends with the first of them. */
function mergeHalves(live: readonly LiveElement[]): LiveElement[] {
  const sound = live.filter(({ entry, owners }) => entry !== null && owners.length > 0);
  const first = [...sound].sort((a, b) => (a.expiresSec ?? 0) - (b.expiresSec ?? 0))[0];
  return [...live.filter((element) => !sound.includes(element)), ...(first === undefined ? [] : [first])];
}
