/** Gathers what a plan must not cut off, freshly for every plan: sessions come and go. Whatever cannot be read is left out; the rest still protects. */
import { UserError } from '../../errors.js';
import { covers, formatPrefix, type Prefix, parsePrefix } from '../../format/address.js';
import type { Host } from '../../platform/host.js';
import { parseGateways4, parseGateways6, parseResolvers } from './routes.js';
import { parseAddress, parseProcTcpPeers, parseSshConnection, parseSsPeers, type SshPeer } from './ssh-peers.js';

export interface Protected {
  readonly prefix: Prefix;
  /** "your ssh session", "the default gateway". */
  readonly why: string;
  /** Local TCP ports a guard would have to keep open; empty when only a full pass will do. */
  readonly ports: readonly number[];
  /** What it is; of a session the pairs of ports it has, local first; a remote one of null is not known. */
  readonly is: 'session' | 'own' | 'gateway' | 'resolver' | 'cdn' | 'fixed';
  readonly sessions?: readonly (readonly [local: number, remote: number | null])[];
}

/** Of a host, what is asked here. */
export type GuardSources = Pick<Host, 'run' | 'readText' | 'ownAddresses' | 'sshConnections'>;

/** Anybody can hold a connection to sshd open: its MaxStartups is 100, so more sessions than this are not all people. */
const MAX_SSH_PEERS = 64;

/** Never sources or targets of a flood worth dropping whole; cutting them breaks the host itself. */
const FIXED: readonly (readonly [prefix: string, why: string])[] = [
  ['127.0.0.0/8', 'loopback'],
  ['::1', 'loopback'],
  ['169.254.0.0/16', 'link-local addresses'],
  ['fe80::/10', 'link-local addresses'],
  ['224.0.0.0/4', 'multicast'],
  ['ff00::/8', 'multicast'],
];

/** Ssh sessions first (the operator's own before others'), then own addresses, gateways, resolvers, fixed ranges. No prefix twice. */
export async function findProtected(sources: GuardSources): Promise<Protected[]> {
  const [peers, addresses, gateways4, gateways6, resolvers] = await Promise.all([
    findSshPeers(sources),
    sources.ownAddresses(),
    textOf(sources, '/proc/net/route').then((text) => parseGateways4(text)),
    textOf(sources, '/proc/net/ipv6_route').then(parseGateways6),
    textOf(sources, '/etc/resolv.conf').then(parseResolvers),
  ]);
  const fixed = FIXED.map(([text, why]) => ({
    prefix: parsePrefix(text) as Prefix,
    why,
    ports: [],
    is: 'fixed' as const,
  }));
  const own = addresses
    .map(parseAddress)
    .filter((address) => address !== null)
    .filter((address) => !fixed.some(({ prefix }) => covers(prefix, address))); // 127.0.0.1, fe80::…: said once, below
  const list: Protected[] = [
    ...mergePeers(peers),
    ...own.map((prefix) => ({ prefix, why: 'an address of this host', ports: [], is: 'own' as const })),
    ...[...gateways4, ...gateways6].map((prefix) => ({
      prefix,
      why: 'the default gateway',
      ports: [],
      is: 'gateway' as const,
    })),
    ...resolvers.map((prefix) => ({
      prefix,
      why: 'a resolver in /etc/resolv.conf',
      ports: [],
      is: 'resolver' as const,
    })),
    ...fixed,
  ];
  // An address that is a session and a gateway at once needs more than a guard: only sessions of the same address fold into one.
  const seen = new Set<string>();
  return list.filter(({ prefix, ports }) => {
    const key = `${formatPrefix(prefix)} ${ports.length > 0}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

async function findSshPeers(sources: GuardSources): Promise<SshPeer[]> {
  const mine = (await sources.sshConnections()).map(parseSshConnection).filter((peer) => peer !== null);
  const ports = new Set([22, ...mine.map((peer) => peer.port)]);
  const others = await establishedSessions(sources, ports);
  return [...mine, ...others];
}

async function establishedSessions(sources: GuardSources, ports: ReadonlySet<number>): Promise<SshPeer[]> {
  try {
    const { code, stdout } = await sources.run(['ss', '-Htnp', 'state', 'established'], { timeoutMs: 3000 });
    if (code === 0) return parseSsPeers(stdout, ports);
  } catch (error) {
    if (!(error instanceof UserError) || isLost(error)) throw error; // ss is missing or hangs: /proc says the same, without process names
  }
  const [v4, v6] = await Promise.all([textOf(sources, '/proc/net/tcp'), textOf(sources, '/proc/net/tcp6')]);
  return [...parseProcTcpPeers(v4, ports), ...parseProcTcpPeers(v6, ports)];
}

/** One entry per peer with all its ports. */
function mergePeers(peers: readonly SshPeer[]): Protected[] {
  const merged = new Map<string, SshPeer[]>();
  for (const peer of peers) {
    const key = formatPrefix(peer.address);
    const known = merged.get(key);
    if (known !== undefined) known.push(peer);
    else if (merged.size < MAX_SSH_PEERS) merged.set(key, [peer]);
  }
  return [...merged.values()].map((same) => ({
    prefix: (same[0] as SshPeer).address,
    why: (same[0] as SshPeer).why,
    ports: [...new Set(same.map(({ port }) => port))].sort((a, b) => a - b),
    is: 'session',
    sessions: same.slice(0, MAX_SSH_PEERS).map(({ port, remotePort }) => [port, remotePort] as const),
  }));
}

/** "" for what is not there or not ours to read: an ancestor of another user, a kernel without IPv6. */
async function textOf(sources: GuardSources, path: string): Promise<string> {
  try {
    return await sources.readText(path);
  } catch (error) {
    if (isLost(error)) throw error;
    return '';
  }
}

/** The way to the host broke: nothing is known then, which is not the same as nothing being there. */
function isLost(error: unknown): boolean {
  return error instanceof UserError && error.code.startsWith('HOST_');
}
