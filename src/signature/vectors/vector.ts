/** What is known of an attack technique: how its packets are recognised, what they look like, and what may be done about them. */
import type { Predicate } from '../rule.js';

export type VectorFamily =
  | 'tcp-flood'
  | 'udp-flood'
  | 'icmp-flood'
  | 'ip-flood'
  | 'fragment-flood'
  | 'tcp-reflection'
  | 'udp-reflection'
  | 'pattern'
  | 'application';

/** Where it is best stopped, the best first. */
export type Remedy =
  | 'packet-filter'
  | 'rate-limit'
  | 'connection-tracking'
  | 'syn-cookies'
  | 'upstream'
  | 'waf-rule'
  | 'challenge'
  | 'cache'
  | 'dns-protection'
  | 'server-timeouts'
  | 'patch';

export interface Vector {
  /** Stable: incidents and traffic classes carry it. */
  readonly id: string;
  readonly name: string;
  readonly family: VectorFamily;
  /** What one sees of it, in words. */
  readonly tells: string;
  /** Alternatives, each an AND: what a packet of it has. Empty: no single packet or request tells. */
  readonly recognise: readonly (readonly Predicate[])[];
  /** IP length in bytes that is usual for it, low and high; null: any. */
  readonly usualLength: readonly [number, number] | null;
  /** Bytes answered for a byte asked, as published; null where it does not amplify. */
  readonly amplification: string | null;
  /** How much harm a given rate does: 3 exhausts state or servers, 2 fills links, 1 is a nuisance. */
  readonly severity: 1 | 2 | 3;
  readonly remedies: readonly Remedy[];
  /** Only a filter that follows connections can tell it from good traffic; the predicates alone must never be installed. */
  readonly needsState: boolean;
  /** Good traffic looks the same; only its rate is wrong. */
  readonly rateOnly: boolean;
  /** The predicates name it, but dropping what they match would cut a service. */
  readonly nameOnly: boolean;
}

/** A rule of the predicates alone may be offered without a look at good traffic. */
export function isKnownBad(vector: Vector): boolean {
  return vector.recognise.length > 0 && !vector.needsState && !vector.rateOnly && !vector.nameOnly;
}

export const eq = (attribute: string, value: number | string): Predicate => ({ attribute, operator: 'eq', value });
export const range = (attribute: string, low: number, high: number): Predicate => ({
  attribute,
  operator: 'range',
  value: [low, high],
});
export const oneOf = (attribute: string, value: readonly (number | string)[]): Predicate => ({
  attribute,
  operator: 'in',
  value,
});
