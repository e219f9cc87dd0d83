/**
 * A mitigation is data: the same plan is shown (dry run), stored (audit), applied and undone after a crash.
 */

import type { Interval, MeasuredRule, RuleMatch } from '../signature/rule.js';

export type MitigationBackend = 'nft' | 'iptables' | 'cloudflare';

export interface MitigationRequest {
  readonly backend: MitigationBackend;
  /** Prefixes to drop, as text: "198.51.100.7", "198.51.100.0/24", "2001:db8::/64". Source addresses of packets. */
  readonly blockSources: readonly string[];
  /** Targets whose traffic is to be dropped (last resort: takes the target off the net for everybody else). */
  readonly blockTargets: readonly string[];
  /** Never dropped by us; wins over every block. */
  readonly allow: readonly string[];
  /** Open paths through our drops, for one TCP port each: the operator's own session. Filled in by a narrowed plan. */
  readonly guard?: readonly GuardedPath[];
  /** Packets to drop by what they look like. */
  readonly signature?: SignatureBlock | null;
  /** Of what the signature matches, packets a second that pass; above it they are dropped. Absent: all are. */
  readonly rateLimitPps?: number;
  /** What passes up to a bound. Of a request one kind of rules: a signature, or limits. */
  readonly limits?: readonly LimitRequest[];
  /** Count what it would drop and drop nothing. `good`: prefixes of known good traffic, counted apart. */
  readonly sampleOnly?: { readonly good: readonly string[] };
  /** Devices on which blocked prefixes are dropped as soon as a frame comes in, before fragments are put together; nft only. */
  readonly ingress?: readonly string[];
  /** Targets whose senders the kernel is to count, each by its address; drops nothing. Nothing else is in such a request. */
  readonly countSenders?: readonly string[];
  /** Ports for which the kernel answers SYNs in the server's place; nft only. Nothing else is in such a request. */
  readonly synProxy?: readonly SynProxyRequest[];
  /** The site is behind a proxy network: its ranges are protected as the operator's path is. */
  readonly isBehindCdn?: boolean;
  /** What is to be done at the edge, besides prefixes and signatures; cloudflare only. One of it a request. */
  readonly edge?: EdgeAction;
  /** What a rule of prefixes or of a signature does at the edge; absent: block. */
  readonly edgeRuleAction?: EdgeRuleAction;
  /** Id of one that vanished, which this stands for. */
  readonly replaces?: string;
  /** What the incident says of its sources; blocks and limits of single addresses are refused when they are forged. */
  readonly sourcesVerdict?: 'spoofed' | 'reflected' | 'botnet' | 'few' | 'unknown';
  /** Life of the rule after confirmation, seconds. */
  readonly ttlSec: number;
  /** Seconds in which it must be confirmed, or it ends by itself. */
  readonly confirmWindowSec: number;
  /** Incident it answers, or "" when there is none. */
  readonly incidentId: string;
  /** One word for the rule comment, e.g. "manual", "tcp-syn". */
  readonly why: string;
}

export interface SignatureBlock {
  /** Of packets. */
  readonly rule: RuleMatch;
  /** As measured, shares of the attack and of good traffic that it matches; null: not known. */
  readonly recall: Interval | null;
  readonly collateral: Interval | null;
  /** Good traffic it would hit, largest group first. */
  readonly goodHits?: MeasuredRule['goodHits'];
  /** The rule as people read it. */
  readonly words: string;
}

export type LimitRequest =
  /** Packets a second from `prefix`, all its addresses together. */
  | { readonly of: 'prefix'; readonly prefix: string; readonly pps: number }
  /** Packets a second from each address of `prefix` (of IPv6 from each /64); null: of the whole internet. */
  | { readonly of: 'each-source'; readonly prefix: string | null; readonly pps: number }
  /** Packets a second to `prefix`, from everybody together. */
  | { readonly of: 'target'; readonly prefix: string; readonly pps: number }
  /** TCP connections that each source address (of IPv6 each /64) may hold open to `port` of `prefix`; null: of any target. */
  | { readonly of: 'connections'; readonly prefix: string | null; readonly port: number; readonly most: number };

/** What the kernel promises in a SYN-ACK; it must be what the server would have promised. */
export interface SynProxyRequest {
  /** Null: any target, this host and those behind it. */
  readonly prefix: string | null;
  readonly port: number;
  /** Bytes; with a null prefix those of IPv4, and 20 less for IPv6. */
  readonly mss: number;
  /** Shift of the window, 0 to 14. */
  readonly wscale: number;
  readonly sack: boolean;
  readonly timestamp: boolean;
}

/** Packets from `address` to local TCP port `port` pass above every drop of ours. */
export interface GuardedPath {
  readonly address: string;
  readonly port: number;
}

/** What a rule at the edge does with a request that matches. */
export type EdgeRuleAction = 'block' | 'managed_challenge' | 'js_challenge' | 'challenge' | 'log';

export type DdosSensitivity = 'default' | 'medium' | 'low' | 'eoff';

/** Of one managed rule or one category; of the whole ruleset when both are left out. */
export interface DdosOverride {
  readonly sensitivity?: DdosSensitivity;
  readonly action?: 'block' | 'managed_challenge' | 'challenge' | 'log';
  /** 32 hex digits. */
  readonly ruleId?: string;
  readonly category?: string;
}

/** Settings of bots that may be changed; which of them a zone has is its plan's. */
export interface BotSettings {
  readonly fight_mode?: boolean;
  readonly enable_js?: boolean;
  readonly sbfm_definitely_automated?: 'allow' | 'block' | 'managed_challenge';
  readonly sbfm_likely_automated?: 'allow' | 'block' | 'managed_challenge';
  readonly sbfm_verified_bots?: 'allow' | 'block';
  readonly sbfm_static_resource_protection?: boolean;
}

/** What the edge can do. `isAsked`: a person asked for exactly this; what opens the edge or cuts a country is refused without it. */
export type EdgeAction =
  | {
      readonly of: 'waf-rule';
      readonly expression: string;
      readonly action: EdgeRuleAction | 'skip';
      readonly description?: string;
      readonly isAsked?: boolean;
    }
  | {
      readonly of: 'rate-limit';
      readonly expression: string;
      /** "ip.src"; cf.colo.id is added, since counters are a data centre's. */
      readonly characteristics: readonly string[];
      readonly periodSec: number;
      readonly requests: number;
      readonly timeoutSec: number;
      readonly action: EdgeRuleAction;
      readonly description?: string;
    }
  | {
      readonly of: 'ip-list';
      /** Null: a list of our own, which goes with the mitigation. One that exists is added to. */
      readonly name: string | null;
      /** Addresses and prefixes, or AS numbers. */
      readonly items: readonly string[];
      readonly listKind: 'ip' | 'asn';
      /** Of the rule that uses it; null: no rule. */
      readonly action: EdgeRuleAction | null;
    }
  | {
      readonly of: 'ip-access';
      readonly mode: 'block' | 'challenge' | 'js_challenge' | 'managed_challenge';
      readonly target: 'ip' | 'ip6' | 'ip_range' | 'asn' | 'country';
      readonly value: string;
      readonly isAsked?: boolean;
    }
  | { readonly of: 'under-attack' }
  | {
      readonly of: 'security-level';
      readonly value: 'off' | 'essentially_off' | 'low' | 'medium' | 'high' | 'under_attack';
    }
  | {
      readonly of: 'network-firewall';
      readonly expression: string;
      readonly action: 'block' | 'skip';
      readonly description?: string;
      readonly isAsked?: boolean;
    }
  | ({ readonly of: 'http-ddos-override' } & DdosOverride)
  | ({ readonly of: 'network-ddos-override'; readonly expression?: string } & DdosOverride)
  | { readonly of: 'bot-settings'; readonly settings: BotSettings }
  | { readonly of: 'spectrum-firewall'; readonly appId: string; readonly ipFirewall: boolean }
  | {
      readonly of: 'advertise';
      readonly prefixId: string;
      readonly bgpPrefixId: string;
      readonly advertised: boolean;
    };

export interface PlanStep {
  /** What is sent at once, and what when it is confirmed. */
  readonly phase: 'trial' | 'confirm';
  /** What it does, in words. */
  readonly what: string;
  /** Exact command as argv, printed as is; stdin is shown below it. */
  readonly argv: readonly string[];
  readonly stdin: string;
  /** The inverse, same form; null where the step leaves nothing behind. */
  readonly inverse: { readonly argv: readonly string[]; readonly stdin: string } | null;
}

export interface MitigationPlan {
  readonly id: string;
  readonly adapter: MitigationBackend;
  readonly incidentId: string;
  readonly request: MitigationRequest;
  readonly steps: readonly PlanStep[];
  /** Epoch ms at which it ends by itself once confirmed; set as kernel timeout. */
  readonly expiresAtMs: number;
  /** How often a person has to say yes before it is sent; absent: once. */
  readonly confirmations?: number;
  /** "2 allow-listed prefixes left out", "203.0.113.0/24 holds your own address". */
  readonly warnings: readonly string[];
  /** Not null: the plan must not be applied, and why; `narrowed` is a request that would be allowed. */
  readonly refused: {
    readonly code: string;
    readonly message: string;
    readonly narrowed: MitigationRequest | null;
  } | null;
  /** Addresses found that must not be cut off, with the reason ("your ssh session", "default gateway"). */
  readonly protected: readonly ProtectedAddress[];
}

export interface ProtectedAddress {
  readonly prefix: string;
  readonly why: string;
}

/** One live action as the kernel tells it; needs no memory of ours. */
export interface LiveMitigation {
  readonly id: string;
  /** Source prefixes it drops. */
  readonly prefixes: readonly string[];
  /** Targets whose traffic it drops. */
  readonly targets: readonly string[];
  /** What it lets pass above all drops of ours: prefixes, and paths as "203.0.113.10 to tcp port 22". */
  readonly allow: readonly string[];
  /** A signature or limits it drops by, in words; absent: none. */
  readonly rules?: { readonly words: string; readonly limitPps: number | null };
  /** It counts and drops nothing: `packets` and `bytes` are what it would have dropped, these what of that came from known good sources. */
  readonly sample?: { readonly goodPackets: number; readonly goodBytes: number };
  /** What the edge calls its rules; its log says which requests they matched. Absent: no edge. */
  readonly edgeRules?: readonly string[];
  readonly why: string;
  /** Packets and bytes dropped so far; of an edge the requests its rules matched since they are watched, and 0 where nobody reads its log. */
  readonly packets: number;
  readonly bytes: number;
  /** Seconds left in the kernel; null = does not expire (never for ours, may be so for an orphan). */
  readonly expiresInSec: number | null;
  /**
   * orphan: elements in our table that carry no readable id; `id` is then "orphan", and undo("orphan") removes them.
   * ended: a signature whose time is over; its rules are there still and match nothing.
   */
  readonly state: 'unconfirmed' | 'confirmed' | 'orphan' | 'ended';
  /** Set when it is in the table but drops nothing: somebody flushed our chains. */
  readonly problem?: string;
}
