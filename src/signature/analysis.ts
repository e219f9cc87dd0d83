/** What an analysis found, as screens and reports show it. Plain data: it crosses threads. */
import type { Backend } from './backend.js';
import type { Diff } from './diff/diff.js';
import type { Interval, MeasuredRule, Refusal } from './rule.js';

/**
 * What the attack is held against: a capture of good traffic; the target's traffic before the attack; rows somebody marked; what else there is
 * now, which is no baseline and is said so; nothing.
 */
export type GoodKind = 'capture' | 'before' | 'marked' | 'rest' | 'none';

export interface Span {
  /** Capture time, epoch seconds; NaN where there was no packet. */
  readonly fromSec: number;
  readonly toSec: number;
}

/** A vector of the catalogue that the attack looks like. */
export interface NamedVector {
  readonly id: string;
  readonly name: string;
  /** Of the attack, 0..1. */
  readonly share: number;
}

/** The rule in one backend's language, with what it does there. */
export interface BackendRule {
  readonly backend: Backend;
  /** Commands or expressions, one a line; empty where there is none. */
  readonly text: readonly string[];
  /** Of iptables: ip6tables' commands. */
  readonly ip6: readonly string[];
  readonly notes: readonly string[];
  /** What the backend cannot say, in words; the rule is wider by it, and measured again. */
  readonly left: readonly string[];
  readonly recall: Interval | null;
  readonly collateral: Interval | null;
}

export interface Proposal {
  readonly rule: MeasuredRule | null;
  readonly refused: Refusal | null;
  readonly backends: readonly BackendRule[];
}

export interface Analysis {
  /** Address or prefix the traffic was sent to; null: any. */
  readonly target: string | null;
  readonly attack: Span;
  readonly good: Span & { readonly is: GoodKind };
  /** A diff for each kind of row there is: packets, requests, hellos. */
  readonly diffs: readonly Diff[];
  readonly vectors: readonly NamedVector[];
  /** Of packets, or what a backend was asked for. */
  readonly proposal: Proposal;
  /** Of requests, beside the one of packets; null where there are no requests, or it is the only one. */
  readonly requests: Proposal | null;
}

export const GOOD_WORDS: Readonly<Record<GoodKind, string>> = {
  capture: 'a capture of good traffic',
  before: 'the same target before the attack',
  marked: 'rows marked good',
  rest: 'the rest of the traffic: a contrast, no baseline',
  none: 'nothing',
};
