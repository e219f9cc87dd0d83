/**
 * What is written down of an incident, one line each, in the order it happened. Nothing is ever changed: what is known of an incident now is what its
 * lines add up to (`StoredIncident`). All of it is plain JSON. Texts may hold what an attacker sent: clean them where they are shown.
 */
import type { Interval } from '../signature/rule.js';
import type { Incident } from './incident.js';

export interface JournalStamp {
  /** Wall clock, epoch seconds with milliseconds. */
  readonly at: number;
  readonly incidentId: string;
  /** Who wrote it: "ada@jump1", "ddostop@edge1". */
  readonly by: string;
}

export type OperatorMark = 'true-positive' | 'false-positive' | 'duplicate' | 'test';

/** An attack that somebody else saw. */
export interface OutsideAlert {
  readonly from: 'cloudflare' | 'fastnetmon' | 'other';
  /** As the other side names it; "" = it does not. The same one twice is one incident. */
  readonly reference: string;
  /** Sentences of the other side, hostile. */
  readonly details: readonly string[];
  /** Where to look at it; null = nowhere. */
  readonly url: string | null;
}

/** An act of a mitigation, by whoever did it. */
export interface ActionRecord {
  readonly mitigationId: string;
  readonly what: 'applied' | 'confirmed' | 'extended' | 'undone' | 'expired' | 'failed';
  readonly backend: string;
  /** "drops tcp-syn with window 0 to 203.0.113.7, for 10 min". */
  readonly words: string;
  /** The rule or commands as given to the firewall; bounded. */
  readonly rules: readonly string[];
  readonly ttlSec: number | null;
}

/** What a mitigation did, seen on the traffic. Rates are means over `seconds`. */
export interface EffectRecord {
  readonly mitigationId: string;
  readonly seconds: number;
  /** Of the attack and of all else to the target, packets a second; null: not seen from here. */
  readonly attackBeforePps: number | null;
  readonly attackAfterPps: number | null;
  readonly goodBeforePps: number | null;
  readonly goodAfterPps: number | null;
  /** Counted by the rule itself. */
  readonly droppedPackets: number | null;
}

/** The rule that was found for the attack, with its measure. */
export interface SignatureRecord {
  /** As people read it. */
  readonly words: string;
  readonly recall: Interval | null;
  readonly collateral: Interval | null;
  /** Text by backend: bpf, nft, iptables, networkFirewall, waf, flowspec. */
  readonly backends: Readonly<Record<string, readonly string[]>>;
  /** Why there is none; null: there is one. */
  readonly refused: string | null;
}

export interface PictureTop {
  /** "source /24", "source port", "frame length", "TTL", "user agent". */
  readonly name: string;
  readonly rows: readonly {
    readonly key: string;
    readonly packets: number;
    readonly bytes: number;
    readonly share: number;
  }[];
  /** Distinct keys; an estimate unless `exact`. */
  readonly distinct: number;
  readonly exact: boolean;
}

/** What the traffic looked like around the peak, and how well it was seen. */
export interface PeakPicture {
  /** Index i is second `startSec + i` of capture time; null = no data. All traffic of the source, and of it the attack. At most 3600. */
  readonly startSec: number;
  readonly pps: readonly (number | null)[];
  readonly attackPps: readonly (number | null)[];
  /** Bit/s. */
  readonly bps: readonly (number | null)[];
  readonly tops: readonly PictureTop[];
  readonly source: string;
  /** How many packets were lost, sampled, unreadable: sentences with numbers; empty = all were counted. */
  readonly losses: readonly string[];
}

export interface EvidenceRecord {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly packets: number;
  /** "frames of tcp-syn to 203.0.113.7, 08:53:35 to 08:54:01". */
  readonly words: string;
}

/** Something that was told elsewhere: a ticket, a page, a message. */
export interface DeliveryRecord {
  readonly hook: string;
  readonly kind: string;
  readonly event: string;
  readonly ok: boolean;
  /** Ticket number or key there; null = none given. */
  readonly reference: string | null;
  readonly url: string | null;
  /** Of a failure; never holds a secret. */
  readonly message: string | null;
}

export type JournalEvent = JournalStamp &
  (
    | { readonly kind: 'observed'; readonly incident: Incident; readonly sensor: string }
    | { readonly kind: 'alerted'; readonly incident: Incident; readonly alert: OutsideAlert }
    /** The source of an open incident is gone: nobody knows whether it goes on. */
    | { readonly kind: 'lost-sight'; readonly reason: string }
    | { readonly kind: 'acknowledged' }
    | {
        readonly kind: 'marked';
        readonly mark: OperatorMark | null;
        readonly of: string | null;
        readonly reason: string;
      }
    | { readonly kind: 'noted'; readonly text: string }
    | { readonly kind: 'acted'; readonly action: ActionRecord }
    | { readonly kind: 'measured'; readonly effect: EffectRecord }
    | { readonly kind: 'signed'; readonly signature: SignatureRecord }
    | { readonly kind: 'pictured'; readonly picture: PeakPicture }
    | { readonly kind: 'kept'; readonly file: EvidenceRecord }
    | { readonly kind: 'told'; readonly delivery: DeliveryRecord }
  );
