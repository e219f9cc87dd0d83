/**
 * The one table of ours, as nft JSON commands (libnftables-json(5)).
 *   inet ddostop, chain `pre`: prerouting, priority -310, before users' raw (-300) and conntrack (-200), so Docker-published ports are covered:
 *     lo accept | ND accept | guard accept | jump allows | jump drops
 *   rules of signatures and limits: see group-rules.ts
 *   opt-in, per device: chain `ingress_eth0` on the device's own hook, with guards and allows, and chain `fast`: the drops of prefixes alone, for what
 *   counts or limits must see a packet once
 *   chain `allows`: one accept per allow set; chain `drops`: one drop per block and target set. Both only grow, but for
 *   jumps to dead signatures, so two writers cannot undo each other.
 * Removing the table removes all that is ours and nothing else.
 */
import { formatAddress } from '../../format/address.js';
import { type Entry, hostLength } from '../entry.js';
import { maskText, type SetKind } from './set-names.js';

export const FAMILY = 'inet';
export const TABLE = 'ddostop';
export const BASE_CHAIN = 'pre';
export const ALLOWS_CHAIN = 'allows';
export const DROPS_CHAIN = 'drops';
export const BASE_PRIORITY = -310;
export const FAST_CHAIN = 'fast';
const INGRESS_PREFIX = 'ingress_';
/** Rules of the base chain: lo, ND, two guards, two jumps. */
export const BASE_RULES = 6;
/** Every rule of ours carries it; a rule without it in our table was put there by somebody else. */
export const RULE_COMMENT = 'ddostop v=1';

/** The guards as text, for base chains of their own. */
export const GUARD_TEXTS = [
  'ip saddr . tcp dport @guard4 counter accept',
  'ip6 saddr . tcp dport @guard6 counter accept',
];

/** Neighbour discovery and router advertisements (RFC 4861): without them IPv6 is cut off altogether. */
const ND_TYPES = { range: [133, 137] };
/** RFC 4861 §6.1, §7.1: valid only with a hop limit no router has touched, so nobody off the link can use this as a way past our drops. */
const ND_HOP_LIMIT = 255;

/** One command of a transaction: `{ "add": { "table": … } }`. */
export type NftCommand = Readonly<Record<string, unknown>>;

export const scope = { family: FAMILY, table: TABLE };

export function addRule(chain: string, expr: readonly unknown[]): NftCommand {
  return { add: { rule: { ...scope, chain, comment: RULE_COMMENT, expr } } };
}

/** Table, chains, guard sets and the fixed rules of `pre`. Repeating it changes nothing: the chain is flushed and refilled in the same transaction. */
export function layoutCommands(): NftCommand[] {
  return [
    { add: { table: { family: FAMILY, name: TABLE } } },
    {
      add: {
        chain: {
          ...scope,
          name: BASE_CHAIN,
          type: 'filter',
          hook: 'prerouting',
          prio: BASE_PRIORITY,
          policy: 'accept',
        },
      },
    },
    { add: { chain: { ...scope, name: ALLOWS_CHAIN } } },
    { add: { chain: { ...scope, name: DROPS_CHAIN } } },
    addSet('guard4', { role: 'guard', version: 4, length: null }),
    addSet('guard6', { role: 'guard', version: 6, length: null }),
    { flush: { chain: { ...scope, name: BASE_CHAIN } } },
    addRule(BASE_CHAIN, [equals({ meta: { key: 'iif' } }, 'lo'), { accept: null }]),
    addRule(BASE_CHAIN, [
      equals(field('ip6', 'hoplimit'), ND_HOP_LIMIT),
      equals(field('icmpv6', 'type'), ND_TYPES),
      { accept: null },
    ]),
    addRule(BASE_CHAIN, [guardMatch(4), { counter: null }, { accept: null }]),
    addRule(BASE_CHAIN, [guardMatch(6), { counter: null }, { accept: null }]),
    addRule(BASE_CHAIN, [{ jump: { target: ALLOWS_CHAIN } }]),
    addRule(BASE_CHAIN, [{ jump: { target: DROPS_CHAIN } }]),
  ];
}

/** Chains on the hooks of devices, filled anew each time; behind their guards and allows they look up the prefixes of `fast`. */
export function ingressCommands(devices: readonly string[]): NftCommand[] {
  const fast = { add: { chain: { ...scope, name: FAST_CHAIN } } };
  return devices.length === 0 ? [] : [fast, ...devices.flatMap(deviceCommands)];
}

export function isIngressChain(name: string): boolean {
  return name === FAST_CHAIN || name.startsWith(INGRESS_PREFIX);
}

function deviceCommands(device: string): NftCommand[] {
  const name = INGRESS_PREFIX + device.replaceAll(/[^A-Za-z0-9]/g, '_');
  const hook = { type: 'filter', hook: 'ingress', dev: device, prio: BASE_PRIORITY, policy: 'accept' };
  return [
    { add: { chain: { ...scope, name, ...hook } } },
    { flush: { chain: { ...scope, name } } },
    addRule(name, [
      equals(field('ip6', 'hoplimit'), ND_HOP_LIMIT),
      equals(field('icmpv6', 'type'), ND_TYPES),
      { accept: null },
    ]),
    addRule(name, [guardMatch(4), { counter: null }, { accept: null }]),
    addRule(name, [guardMatch(6), { counter: null }, { accept: null }]),
    addRule(name, [{ jump: { target: ALLOWS_CHAIN } }]),
    addRule(name, [{ jump: { target: FAST_CHAIN } }]),
  ];
}

/** The same look-up for chains of devices. */
export function fastCommand(name: string, kind: PrefixKind): NftCommand {
  return addRule(FAST_CHAIN, [equals(maskedAddress(kind), `@${name}`), { counter: null }, { drop: null }]);
}

type PrefixKind = Exclude<SetKind, { readonly role: 'lease' }>;

/** A set and the rule that looks it up. */
export function wireCommands(name: string, kind: PrefixKind): NftCommand[] {
  const match = equals(maskedAddress(kind), `@${name}`);
  const isAllow = kind.role === 'allow';
  return [
    addSet(name, kind),
    addRule(isAllow ? ALLOWS_CHAIN : DROPS_CHAIN, [match, { counter: null }, { [isAllow ? 'accept' : 'drop']: null }]),
  ];
}

export function addSet(name: string, kind: SetKind): NftCommand {
  if (kind.role === 'lease') return { add: { set: { ...scope, name, type: 'nf_proto', flags: ['timeout'] } } };
  const address = kind.version === 4 ? 'ipv4_addr' : 'ipv6_addr';
  const type = kind.role === 'guard' ? [address, 'inet_service'] : address;
  return { add: { set: { ...scope, name, type, flags: ['timeout'], stmt: [{ counter: null }] } } };
}

/** The element's value as nft wants it. */
export function elementValue(entry: Entry): unknown {
  if (entry.role === 'lease') return `ipv${entry.version}`;
  const address = formatAddress(entry.prefix.version, ...entry.prefix.words);
  return entry.role === 'guard' ? { concat: [address, entry.port] } : address;
}

/** `create` fails where `add` would silently keep a stranger's element. */
export function createElements(setName: string, elem: readonly unknown[]): NftCommand {
  return { create: { element: { ...scope, name: setName, elem } } };
}

export function deleteElements(setName: string, elem: readonly unknown[]): NftCommand {
  return { delete: { element: { ...scope, name: setName, elem } } };
}

/** Works whether the table is there or not (nft before 1.0.7 has no "destroy"). */
export function removeTableCommands(): NftCommand[] {
  return [{ add: { table: { family: FAMILY, name: TABLE } } }, { delete: { table: { family: FAMILY, name: TABLE } } }];
}

function maskedAddress({ role, version, length }: PrefixKind): unknown {
  const address = field(version === 4 ? 'ip' : 'ip6', role === 'target' ? 'daddr' : 'saddr');
  return length === null || length === hostLength(version) ? address : { '&': [address, maskText(version, length)] };
}

function guardMatch(version: 4 | 6): unknown {
  return equals({ concat: [field(version === 4 ? 'ip' : 'ip6', 'saddr'), field('tcp', 'dport')] }, `@guard${version}`);
}

function field(protocol: string, name: string): unknown {
  return { payload: { protocol, field: name } };
}

function equals(left: unknown, right: unknown): unknown {
  return { match: { op: '==', left, right } };
}
