/**
 * A rule as data: an OR of clauses, a clause an AND of predicates on distinct attributes. The diff toggles predicates, the
 * synthesis makes clauses, every compiler writes the same ones; nothing here knows a backend.
 */

/** What the rows of a diff are. A rule is made from rows of one kind. */
export type RowKind = 'packet' | 'request' | 'hello';

/**
 * A number for ordered attributes and numbered categories; text for the rest. Addresses are CIDR text ("192.0.2.0/24"). Text may
 * hold any byte an attacker sent, as Latin-1 characters: a compiler must quote it, a screen must clean it.
 */
export type AttributeValue = number | string;

/** A row without the attribute (a UDP packet and `tcp.window`) matches no predicate on it. */
export type Predicate =
  | { readonly attribute: string; readonly operator: 'eq'; readonly value: AttributeValue }
  /** One of these; at least two, ascending. */
  | { readonly attribute: string; readonly operator: 'in'; readonly value: readonly AttributeValue[] }
  /** Low and high, both inclusive. */
  | { readonly attribute: string; readonly operator: 'range'; readonly value: readonly [number, number] };

export interface Clause {
  readonly predicates: readonly Predicate[];
}

export interface RuleMatch {
  readonly kind: RowKind;
  readonly clauses: readonly Clause[];
  /** Address or prefix the rule is for, CIDR text; it is matched besides every clause. Null: any. */
  readonly target: string | null;
}

/** Shares 0..1, with 95 % bounds. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface MeasuredClause extends Clause {
  /** Of the attack, by this clause alone. */
  readonly recall: number;
  /** Of the good rows, by this clause alone. */
  readonly collateral: number;
}

/** A rule and what it does, measured on rows it was not made from. */
export interface MeasuredRule extends RuleMatch {
  readonly clauses: readonly MeasuredClause[];
  /** Share of the attack that it matches. */
  readonly recall: Interval;
  /** Share of the good rows that it matches. */
  readonly collateral: Interval;
  /** Largest groups of good rows it would hit, largest first: `{ attribute: 'ip.src', value: '192.0.2.53', rows: 3 }`. */
  readonly goodHits: readonly { readonly attribute: string; readonly value: AttributeValue; readonly rows: number }[];
}

/** Why there is no rule. */
export interface Refusal {
  /** Fixed word: 'TOO_FEW_ROWS', 'NO_DIFFERENCE', 'RECALL_TOO_LOW', 'HARM_TOO_HIGH', 'UNSTABLE', 'SOURCES_ONLY', 'NO_GOOD'... */
  readonly code: string;
  /** Which test failed, with the figure and the bound, and what would help. */
  readonly message: string;
  /** The figures behind it. */
  readonly evidence: Readonly<Record<string, number | string>>;
}
