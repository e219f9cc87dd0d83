/**
 * Names of what is ours in iptables and ipset. Sets: IPSET_MAXNAMELEN leaves 31 characters, ours have at most 22; chains: XT_EXTENSION_MAXNAMELEN leaves
 * 28, ours have at most 19.
 */
import type { Entry, PrefixRole } from '../entry.js';
import { isMitigationId } from '../mitigation-id.js';

export type Family = 4 | 6;
export const FAMILIES: readonly Family[] = [4, 6];

export const TABLE = 'raw';
export const MAIN_CHAIN = 'DDOSTOP';
/** Jumps to the rules of mitigations, one each. */
export const GROUPS_CHAIN = 'DDOSTOP-GROUPS';
/** IPv6 only: kinds of ICMPv6 that keep a link alive. */
export const ND_CHAIN = 'DDOSTOP-ND';
export const LOCK_SET = 'ddostop-lock';
/** Only sets that begin with it are ever read or removed. */
export const SET_PREFIX = 'ddostop-';

export type MainRole = PrefixRole | 'guard';
export const MAIN_ROLES: readonly MainRole[] = ['guard', 'allow', 'block', 'target'];

export type GroupChain = 'match' | 'act' | 'words';
/** In the order in which they can be deleted: who jumps goes first. */
export const GROUP_CHAINS: readonly GroupChain[] = ['match', 'act', 'words'];
export type GroupSetStem = 'src' | 'dst' | 'good';

export type SetName =
  | { readonly role: MainRole; readonly version: Family }
  | { readonly role: 'lease'; readonly id: string; readonly version: Family }
  /** Holds addresses that rules of `id` look up; never changed once made. */
  | { readonly role: 'list'; readonly id: string; readonly version: Family }
  | { readonly role: 'lock' };

const SET_PATTERN =
  /^ddostop-(?:(guard|allow|block|target)([46])|(lease)([46])-([a-z2-7]{5})|(?:src|dst|good)([46])-([a-z2-7]{5})-[0-9]{1,3})$/;
const CHAIN_PATTERN = /^DDOSTOP-([a-z2-7]{5})(?:-(act|words))?$/;

export function mainSet(role: MainRole, version: Family): string {
  return `${SET_PREFIX}${role}${version}`;
}

export function leaseSet(id: string, version: Family): string {
  return `${SET_PREFIX}lease${version}-${id}`;
}

export function listSet(id: string, stem: GroupSetStem, version: Family, number: number): string {
  return `${SET_PREFIX}${stem}${version}-${id}-${number}`;
}

export function setNameOf(entry: Entry): string {
  return entry.role === 'lease' ? leaseSet(entry.id, entry.version) : mainSet(entry.role, entry.prefix.version);
}

/** Null for a set that is not one of ours. */
export function parseSetName(name: string): SetName | null {
  if (name === LOCK_SET) return { role: 'lock' };
  const match = SET_PATTERN.exec(name);
  if (match === null) return null;
  const [, role, version, lease, leaseVersion, leaseId, listVersion, listId] = match;
  if (role !== undefined) return { role: role as MainRole, version: familyOf(version) };
  if (lease !== undefined) return { role: 'lease', id: leaseId as string, version: familyOf(leaseVersion) };
  return { role: 'list', id: listId as string, version: familyOf(listVersion) };
}

export function groupChain(id: string, chain: GroupChain): string {
  return `${MAIN_CHAIN}-${id}${chain === 'match' ? '' : `-${chain}`}`;
}

/** Null: not a chain of a group. */
export function parseGroupChain(name: string): { readonly id: string; readonly chain: GroupChain } | null {
  const match = CHAIN_PATTERN.exec(name);
  if (match === null || !isMitigationId(match[1] as string)) return null;
  return { id: match[1] as string, chain: (match[2] as GroupChain | undefined) ?? 'match' };
}

export function isOwnChain(name: string): boolean {
  return name === MAIN_CHAIN || name === GROUPS_CHAIN || name === ND_CHAIN || parseGroupChain(name) !== null;
}

function familyOf(text: string | undefined): Family {
  return text === '6' ? 6 : 4;
}
