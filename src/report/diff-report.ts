/** `ddostop diff --format json`, schema ddostop.diff/1: an analysis with stable keys. */
import type { Analysis, Proposal } from '../signature/analysis.js';
import type { Backend } from '../signature/backend.js';
import type { Diff } from '../signature/diff/diff.js';
import type { AttributeValue, Interval, MeasuredRule, Predicate, Refusal } from '../signature/rule.js';
import { ruleWords } from '../signature/words.js';

export interface DiffReport {
  readonly schema: 'ddostop.diff/1';
  readonly target: string | null;
  readonly attack: DiffReportSide;
  readonly good: DiffReportSide & { readonly is: string };
  readonly attackFraction: number;
  /** How it is known: from rates, by an estimate from the rows, or not at all. */
  readonly attackFractionFrom: string;
  readonly vectors: Analysis['vectors'];
  readonly attributes: readonly DiffReportAttribute[];
  readonly rule: DiffReportRule | null;
  readonly refused: Refusal | null;
  /** A rule of requests, beside the one of packets; null where the packets hold no request in the clear. */
  readonly requests: { readonly rule: DiffReportRule | null; readonly refused: Refusal | null } | null;
}

export interface DiffReportSide {
  readonly packets: number;
  /** Rows looked at; fewer than packets where a sample was enough. */
  readonly rows: number;
  readonly firstTime: number | null;
  readonly lastTime: number | null;
}

export interface DiffReportAttribute {
  readonly name: string;
  /** What the rows are. */
  readonly of: 'packet' | 'request' | 'hello';
  /** Jensen-Shannon, bits; null: unknown. */
  readonly divergence: number | null;
  readonly values: readonly {
    readonly value: AttributeValue;
    readonly attackShare: number;
    readonly goodShare: number | null;
    readonly lift: number | null;
    readonly liftLow: number | null;
  }[];
  readonly range: {
    readonly low: number;
    readonly high: number;
    readonly attackShare: number;
    readonly goodShare: number | null;
  } | null;
}

export interface DiffReportRule {
  readonly text: string;
  readonly of: 'packet' | 'request' | 'hello';
  readonly clauses: readonly {
    readonly predicates: readonly Predicate[];
    readonly recall: number;
    readonly collateral: number;
  }[];
  readonly recall: Interval;
  readonly collateral: Interval;
  readonly goodHits: MeasuredRule['goodHits'];
  readonly backends: {
    readonly bpf: string | null;
    readonly nft: readonly string[];
    readonly iptables: readonly string[];
    readonly ip6tables: readonly string[];
    readonly networkFirewall: string | null;
    readonly waf: string | null;
    readonly flowspec: readonly string[];
  };
  /** By backend: what it cannot say, and what the wider rule does. */
  readonly widened: Readonly<
    Record<
      string,
      { readonly left: readonly string[]; readonly recall: Interval | null; readonly collateral: Interval | null }
    >
  >;
  readonly notes: Readonly<Record<string, readonly string[]>>;
}

/** Cells; more than is kept of a text. */
const WHOLE_TEXT = 8192;

export function buildDiffReport(analysis: Analysis): DiffReport {
  const { target, attack, good, diffs, vectors, proposal, requests } = analysis;
  const diff = diffs.find(({ kind }) => kind === (proposal.rule?.kind ?? 'packet')) ?? diffs[0];
  return {
    schema: 'ddostop.diff/1',
    target,
    attack: { ...sideOf(diff?.attack), ...timesOf(attack) },
    good: { ...sideOf(diff?.good), ...timesOf(good), is: good.is },
    attackFraction: diff?.attackFraction.value ?? 0,
    attackFractionFrom: diff?.attackFraction.from ?? 'none',
    vectors,
    attributes: diffs.flatMap(attributesOf),
    rule: ruleOf(proposal),
    refused: proposal.refused,
    requests: requests === null ? null : { rule: ruleOf(requests), refused: requests.refused },
  };
}

function sideOf(side: Diff['attack'] | undefined): { packets: number; rows: number } {
  return { packets: Math.round(side?.packets ?? 0), rows: side?.rows ?? 0 };
}

function timesOf({ fromSec, toSec }: { readonly fromSec: number; readonly toSec: number }) {
  return { firstTime: Number.isFinite(fromSec) ? fromSec : null, lastTime: Number.isFinite(toSec) ? toSec : null };
}

function attributesOf({ kind, attributes }: Diff): DiffReportAttribute[] {
  return attributes.map(({ attribute, divergence, values, range }) => ({
    name: attribute.name,
    of: kind,
    divergence,
    values: values.map(({ value, attackShare, goodShare, lift, liftLow }) => ({
      value,
      attackShare,
      goodShare,
      lift,
      liftLow,
    })),
    range:
      range === null
        ? null
        : { low: range.low, high: range.high, attackShare: range.share, goodShare: range.goodShare },
  }));
}

function ruleOf({ rule, backends }: Proposal): DiffReportRule | null {
  if (rule === null) return null;
  const textOf = (name: Backend): readonly string[] => backends.find(({ backend }) => backend === name)?.text ?? [];
  const oneOf = (name: Backend): string | null => textOf(name).join('\n') || null;
  const wider = backends.filter(({ left }) => left.length > 0);
  return {
    text: ruleWords(rule, WHOLE_TEXT),
    of: rule.kind,
    clauses: rule.clauses.map(({ predicates, recall, collateral }) => ({ predicates, recall, collateral })),
    recall: rule.recall,
    collateral: rule.collateral,
    goodHits: rule.goodHits,
    backends: {
      bpf: oneOf('bpf'),
      nft: textOf('nft'),
      iptables: textOf('iptables'),
      ip6tables: backends.find(({ backend }) => backend === 'iptables')?.ip6 ?? [],
      networkFirewall: oneOf('networkFirewall'),
      waf: oneOf('waf'),
      flowspec: textOf('flowspec'),
    },
    widened: Object.fromEntries(
      wider.map(({ backend, left, recall, collateral }) => [backend, { left, recall, collateral }]),
    ),
    notes: Object.fromEntries(
      backends.filter(({ notes }) => notes.length > 0).map(({ backend, notes }) => [backend, notes]),
    ),
  };
}
