/**
 * A SYN proxy as rules of our table: the kernel answers SYNs with a cookie, and opens the connection to the server when the client has answered it.
 *   input_k3f9a, forward_k3f9a:  [iif lo accept] | held | guards | allows | meta nfproto @lease_k3f9a jump match_k3f9a
 *   match_k3f9a:  of each port: a SYN and a handshake's ACK to synproxy, other packets of no connection to act_k3f9a, which drops them
 *
 * It stands behind the filters of others (0; firewalld 10; security 50) and before a connection is entered (INT_MAX), and takes what connection
 * tracking calls new: no notrack, no sysctl. Measured with 30 000 SYNs: the sender gets as many through as with notrack (0.16, 0.21, 0.16 s against
 * 0.20, 0.22, 0.14 s), and none is entered, for the proxy takes them off the path before. Against the usual recipe (SYNs untracked,
 * nf_conntrack_tcp_loose 0) it differs in this:
 *   - filters that let "ct state new" pass and nothing else drop untracked SYNs: 0 of 2 connections came about, and 12 of 12 like this;
 *   - in front of those filters the proxy speaks for sources that they drop, since its own SYN to this host comes in by lo: a dropped source got
 *     through, and does not like this;
 *   - the ACK of a handshake is "new" with loose at 1, "invalid" with 0: both are taken, so the host's own value stays. 2000 forged ACKs left no entry;
 *   - of connections that tracking has not seen, those whose server speaks go on with loose at 1; with 0 they are lost.
 *
 * IPv6: nft_synproxy checks its checksums as IPv4's (nft_synproxy_do_eval calls nf_ip_checksum for both), which fails for a packet that the device has
 * not verified itself; the proxy then drops it. 2000 such SYNs were dropped unanswered where those of a TCP stack next to it were answered.
 *
 * Sequence numbers and timestamps of a connection made through it are rewritten for as long as it lives, by hooks that the kernel takes away with
 * the last such rule: with the table deleted 0 of 8 went on. So the rules outlive the lease: `held` notes in `alive` that such a connection (IPS_SEQ_ADJUST)
 * has spoken, and they are swept once none has for `ALIVE_SEC`.
 */
import { formatPrefix } from '../../format/address.js';
import type { NormalSynProxy } from '../plan/syn-proxy.js';
import { ALLOWS_CHAIN, GUARD_TEXTS } from './table-layout.js';

export interface NftSynProxy {
  /** What notes that a connection made through it has spoken, with `SET(0)` for the name of its set. */
  readonly held: readonly string[];
  /** With `ACT` for the name of the chain that drops. */
  readonly matches: readonly SynProxyLine[];
}

interface SynProxyLine {
  readonly text: string;
  /** Of the comment: packets that match are told as its count. */
  readonly isSyn: boolean;
}

/** Others' filters stand before it, helpers (300) and the entry of the connection behind. */
export const SYN_PROXY_PRIORITY = 200;
/** Silence is probed after two hours by default (tcp_keepalive_time); who has kept silent longer is thought to be gone. */
export const ALIVE_SEC = 10_800;
/** IPS_SEQ_ADJUST, linux/netfilter/nf_conntrack_common.h; nft has no word for it. */
const SEQ_ADJUST = '0x40';
/** Of IPv6's header, which is that much longer: a server's own MSS is smaller by it. */
const LONGER_HEADER = 20;

export function compileSynProxy(proxies: readonly NormalSynProxy[]): NftSynProxy {
  const places = proxies.flatMap((proxy) => versionsOf(proxy).map((version) => ({ proxy, version })));
  return {
    held: places.map(
      ({ proxy, version }) =>
        `${placeText(proxy, version)} ct status & ${SEQ_ADJUST} == ${SEQ_ADJUST} update @SET(0) { meta nfproto } accept`,
    ),
    // The proxy's own SYN would go where nothing rewrites it, and the client's packets elsewhere.
    matches: [
      { text: 'ct status & dnat == dnat return', isSyn: false },
      ...places.flatMap(({ proxy, version }) => proxyLines(proxy, version)),
    ],
  };
}

export function synProxyFamilies(proxies: readonly NormalSynProxy[]): readonly (4 | 6)[] {
  return ([4, 6] as const).filter((version) => proxies.some((proxy) => versionsOf(proxy).includes(version)));
}

export function synProxyWarnings(proxies: readonly NormalSynProxy[]): string[] {
  const bare = proxies.filter(({ timestamp }) => !timestamp);
  return [
    'mss, wscale, sack and timestamp must be the server\'s own: the kernel promises them in its place ("ss -ti" on the server shows them)',
    ...(synProxyFamilies(proxies).includes(6)
      ? [
          'IPv6 works where the device verifies checksums ("ethtool -k" says rx-checksumming: on); elsewhere kernels drop every SYN of IPv6',
        ]
      : []),
    ...(bare.length > 0 ? ['without timestamp a cookie has no room for wscale and sack: connections go without'] : []),
    'connection tracking is turned on where it was off: connections opened before hang until the server says something, for good where nf_conntrack_tcp_loose is 0',
    `connections made through it live on after its end; its rules stay for them until they have been silent for ${ALIVE_SEC / 3600} h, or "panic" cuts them`,
    'connections whose target is rewritten (DNAT, published ports of containers) and untracked ones pass as ever',
  ];
}

/** What stands on the hook before the proxy itself; `hook` input sees the proxy's own SYN to this host come in by lo. */
export function synProxyGuards(hook: 'input' | 'forward', held: readonly string[]): string[] {
  return [...(hook === 'input' ? ['iif lo accept'] : []), ...held, ...GUARD_TEXTS, `jump ${ALLOWS_CHAIN}`];
}

function proxyLines(proxy: NormalSynProxy, version: 4 | 6): SynProxyLine[] {
  const place = placeText(proxy, version);
  const answer = `counter ${statementText(proxy, version)}`;
  return [
    { text: `${place} tcp flags & (fin|syn|rst|ack) == syn ct state new ${answer}`, isSyn: true },
    { text: `${place} tcp flags & (syn|rst|ack) == ack ct state new,invalid ${answer}`, isSyn: false },
    { text: `${place} ct state new,invalid counter goto ACT`, isSyn: false },
  ];
}

function statementText({ prefix, mss, wscale, sack, timestamp }: NormalSynProxy, version: 4 | 6): string {
  const own = prefix === null && version === 6 ? mss - LONGER_HEADER : mss;
  return `synproxy mss ${own} wscale ${wscale}${timestamp ? ' timestamp' : ''}${sack ? ' sack-perm' : ''}`;
}

/** nft 1.0.6 cannot have two families in one rule, so each has its own. */
function placeText({ prefix, port }: NormalSynProxy, version: 4 | 6): string {
  const target = prefix === null ? '' : `${version === 4 ? 'ip' : 'ip6'} daddr ${formatPrefix(prefix)} `;
  return `meta nfproto ipv${version} ${target}tcp dport ${port}`;
}

function versionsOf({ prefix }: NormalSynProxy): readonly (4 | 6)[] {
  return prefix === null ? [4, 6] : [prefix.version];
}
