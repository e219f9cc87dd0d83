/**
 * One look at the counters of a host's firewall and network stack. Absolute values as the kernel tells them; rates are made later, where an epoch
 * (a reset, a reload, another boot) is known. Made once per poll, not per packet: plain objects.
 */

export type RuleFamily = 'ip' | 'ip6' | 'inet' | 'arp' | 'bridge' | 'netdev';

/** What becomes of a packet that matches; `continue` counts or logs only. */
export type RuleVerdict = 'drop' | 'reject' | 'accept' | 'jump' | 'queue' | 'continue' | 'other';

export interface PacketCounter {
  readonly packets: number;
  readonly bytes: number;
}

/** A rule of nft or iptables. */
export interface RuleCounter {
  /** Same rule, same key across polls: our id, or table, chain, handle and spec. Text within one sample is unique. */
  readonly key: string;
  /** The kernel's number of it in its table, used up for good; null: the tool tells none, and equal rules of a chain are told apart by their order only. */
  readonly handle: number | null;
  /** Which tool's rule it is. */
  readonly by: 'nft' | 'iptables' | 'iptables-legacy';
  readonly family: RuleFamily;
  readonly table: string;
  readonly chain: string;
  /** Place in its chain, from 1. */
  readonly position: number;
  /** As the tool prints it, without counters and comment; hostile text is possible, not cleaned. */
  readonly text: string;
  readonly comment: string;
  readonly verdict: RuleVerdict;
  /** Null: it has no counter. */
  readonly counter: PacketCounter | null;
  /** Sets it looks up, by name. */
  readonly sets: readonly string[];
  /** Id of a mitigation of ours; null: somebody else's rule. */
  readonly mitigationId: string | null;
}

export interface ChainCounter {
  readonly key: string;
  readonly by: RuleCounter['by'];
  readonly family: RuleFamily;
  readonly table: string;
  readonly name: string;
  /** Base chains only: "prerouting", priority -310. */
  readonly hook: string | null;
  readonly priority: number | null;
  readonly policy: 'accept' | 'drop' | null;
  /** Of the policy; null where the tool has none (nft). */
  readonly counter: PacketCounter | null;
}

export interface SetSummary {
  readonly key: string;
  readonly by: 'nft' | 'ipset';
  readonly family: RuleFamily | null;
  readonly table: string;
  readonly name: string;
  /** "ipv4_addr", "hash:net". */
  readonly type: string;
  readonly flags: readonly string[];
  /** Null: not told by a terse listing. */
  readonly elements: number | null;
  readonly maxElements: number | null;
}

export interface NamedCounter extends PacketCounter {
  readonly key: string;
  readonly family: RuleFamily;
  readonly table: string;
  readonly name: string;
}

/** Absolute counts of the host's network stack, as /proc tells them without any right; null: not there on this kernel. */
export interface HostSignals {
  readonly synCookiesSent: number | null;
  readonly synCookiesRecv: number | null;
  readonly synCookiesFailed: number | null;
  readonly listenOverflows: number | null;
  readonly listenDrops: number | null;
  /** TCPReqQFullDoCookies. */
  readonly requestQueueFull: number | null;
  readonly synProxySyn: number | null;
  readonly synProxyCookieValid: number | null;
  readonly synProxyCookieInvalid: number | null;
  /** Entries now, and the most there may be. */
  readonly conntrackCount: number | null;
  readonly conntrackMax: number | null;
  readonly conntrackDrops: number | null;
  /** Sums over interfaces but lo. */
  readonly rxPackets: number | null;
  readonly rxBytes: number | null;
  readonly rxDropped: number | null;
  /** /proc/net/softnet_stat: packets no queue had room for, and rounds cut short. */
  readonly softnetDropped: number | null;
  readonly softnetSqueezed: number | null;
  readonly udpReceiveErrors: number | null;
}

export interface CounterSample {
  /** "" is this machine. */
  readonly host: string;
  /** Epoch ms, wall clock here, when it was read. */
  readonly atMs: number;
  /** Milliseconds of a clock that never jumps, when it was read; rates are differences of this. */
  readonly steadyMs: number;
  /** Another one: the host was started anew, all counters with it. "" when it cannot be read. */
  readonly bootId: string;
  readonly rules: readonly RuleCounter[];
  readonly chains: readonly ChainCounter[];
  readonly sets: readonly SetSummary[];
  readonly counters: readonly NamedCounter[];
  readonly signals: HostSignals;
  /** What could not be read or is not whole, in words: "ip6tables: …". The rules it is about are left out, not told as zero. */
  readonly partial: readonly string[];
  /** Tables (by "family table" as in RuleCounter) whose rules are missing from this sample because they could not be read. */
  readonly unread: readonly string[];
  /** Milliseconds of processor time the reading took, of the tools and of ours. */
  readonly costMs: number;
}

/** One element of a set, read on demand. */
export interface SetElementCounter {
  readonly value: string;
  readonly counter: PacketCounter | null;
  readonly expiresSec: number | null;
  readonly timeoutSec: number | null;
  readonly comment: string;
}
