/**
 * What the analytics of an edge say of packets, attacks, tunnels and requests: groups with sums that are scaled by the sampling already. Plain objects:
 * a few thousand in all, not one a packet. A field that was not asked for, or that the edge does not know, is null, never 0. Texts are hostile.
 * Source of the names: Cloudflare's GraphQL schema.
 */

/** Which system saw the packets. Those of "magicTransit" and "spectrum" are all there are; the others saw some of the same. */
export const EDGE_SYSTEMS = ['magicTransit', 'spectrum', 'dosd', 'flowtrackd', 'magicFirewall'] as const;
export type EdgeSystem = (typeof EDGE_SYSTEMS)[number];

/** Packets of one bucket of time and one outcome. */
export interface EdgePoint {
  /** Begin of the bucket, epoch seconds. */
  readonly sec: number;
  readonly isDropped: boolean;
  readonly packets: number;
  readonly bits: number;
}

/** Packets that have all of this in common; attributes mean what they mean of packets (IP header outermost). */
export interface EdgeNetworkRow {
  readonly system: EdgeSystem;
  /** Begin of the minute, epoch seconds. */
  readonly sec: number;
  readonly packets: number;
  readonly bits: number;
  readonly isDropped: boolean | null;
  /** Address, or a prefix where only that is known. */
  readonly source: string | null;
  readonly target: string | null;
  /** Of the IP header. */
  readonly protocol: number | null;
  readonly sourcePort: number | null;
  readonly targetPort: number | null;
  /** Eight bits, CWR to FIN. */
  readonly tcpFlags: number | null;
  readonly tcpWindow: number | null;
  readonly tcpMss: number | null;
  readonly ttl: number | null;
  /** `ttl` is the lower bound of a bucket. */
  readonly isTtlBucket: boolean;
  /** IP length in bytes. */
  readonly length: number | null;
  readonly isLengthBucket: boolean;
  /** 0 whole, 1 first fragment, 2 later one. */
  readonly fragment: 0 | 1 | 2 | null;
  readonly udpPayloadLength: number | null;
  readonly icmpType: number | null;
  readonly icmpCode: number | null;
  readonly country: string | null;
  readonly asn: number | null;
  readonly asnName: string | null;
  readonly colo: string | null;
  readonly attackId: string | null;
  /** In Cloudflare's words. */
  readonly vector: string | null;
  readonly ruleId: string | null;
  readonly ruleName: string | null;
  readonly reason: string | null;
  /** "drop" with a packet that passed: a rule that only watches. */
  readonly verdict: string | null;
  /** dosd, flowtrackd, magic-firewall. */
  readonly mitigationSystem: string | null;
}

/** One mitigation of an attack; an attack can have several. */
export interface EdgeAttackRow {
  readonly id: string;
  readonly vector: string;
  readonly rule: string;
  readonly mitigation: string;
  readonly reason: string;
  /** Null: many. */
  readonly source: string | null;
  readonly target: string | null;
  readonly port: number | null;
  readonly protocol: string;
  readonly tcpFlags: string;
  readonly startSec: number;
  /** As told; null: none. The last packet so far, while it goes on. */
  readonly endSec: number | null;
  readonly packets: number;
  readonly bits: number;
  readonly droppedPackets: number;
  readonly droppedBits: number;
}

export interface EdgeTunnelRow {
  readonly name: string;
  readonly direction: string;
  /** Begin of five minutes. */
  readonly sec: number;
  readonly packets: number;
  readonly bits: number;
}

/** Health of a tunnel as one data centre sees it. */
export interface EdgeTunnelCheck {
  readonly name: string;
  readonly colo: string;
  readonly sec: number;
  /** 0 down, 0.5 degraded, 1 healthy; a mean. */
  readonly state: number;
}

/** Flow data of the customer's own routers (Magic Network Monitoring). */
export interface EdgeFlowRow {
  readonly sec: number;
  readonly source: string | null;
  readonly target: string | null;
  readonly protocol: string | null;
  readonly packets: number;
  readonly bits: number;
}

export interface EdgeHttpRow {
  /** Zone id. */
  readonly zone: string;
  readonly sec: number;
  readonly host: string | null;
  readonly country: string | null;
  readonly status: number | null;
  readonly cache: string | null;
  readonly requests: number;
  /** Sent to clients. */
  readonly bytes: number;
}

export interface EdgeFirewallRow {
  readonly zone: string;
  readonly sec: number;
  readonly action: string;
  /** "l7ddos", "firewallCustom". */
  readonly source: string;
  readonly ruleId: string;
  readonly host: string | null;
  readonly country: string | null;
  readonly events: number;
}

export interface EdgeNotification {
  readonly id: string;
  /** When it was sent, epoch seconds. */
  readonly sec: number;
  readonly type: string;
  readonly name: string;
  readonly text: string;
}

/** What each kind of answer has for rows. */
export interface EdgeRowKinds {
  readonly points: EdgePoint;
  readonly rows: EdgeNetworkRow;
  readonly attacks: EdgeAttackRow;
  readonly tunnels: EdgeTunnelRow;
  readonly checks: EdgeTunnelCheck;
  readonly flows: EdgeFlowRow;
  readonly http: EdgeHttpRow;
  readonly firewall: EdgeFirewallRow;
}

export type EdgeRowKind = keyof EdgeRowKinds;

/** All rows of a node in a span of time: they replace what was known of it, since late data makes buckets grow. */
export type EdgeNodeAnswer = {
  readonly [Kind in EdgeRowKind]: {
    readonly kind: Kind;
    /** "dosd rows": unique. */
    readonly node: string;
    readonly system: EdgeSystem | null;
    /** Epoch seconds; begins with a bucket. */
    readonly fromSec: number;
    readonly toSec: number;
    readonly bucketSec: number;
    /** Only the largest: there were more than fit in an answer. */
    readonly isCut: boolean;
    /** Rows that made no sense. */
    readonly unreadable: number;
    readonly rows: readonly EdgeRowKinds[Kind][];
  };
}[EdgeRowKind];

/** What one tick brought; nothing in it is a gap. */
export interface EdgeAnalyticsBatch {
  /** Wall clock, epoch ms. */
  readonly atMs: number;
  readonly state: 'live' | 'retrying' | 'paused';
  readonly detail: string;
  /** What is left out, and why; all that hold now. */
  readonly remarks: readonly string[];
  readonly answers: readonly EdgeNodeAnswer[];
  /** New ones. */
  readonly notifications: readonly EdgeNotification[];
}

/** Batches are given, not lent. */
export interface EdgeAnalyticsSink {
  pushAnalytics(batch: EdgeAnalyticsBatch): void;
}
