/** What a mitigation does at the edge, as data: stored before anything is sent, it is enough to find again and to take back what was sent. */

/** "/zones/…" or "/accounts/…", made by `pathOf`. */
export type EdgeBase = string;

export type RulePhase = 'http_request_firewall_custom' | 'http_ratelimit' | 'ddos_l7' | 'magic_transit' | 'ddos_l4';

export interface RuleBody {
  readonly action: string;
  readonly expression: string;
  readonly description: string;
  readonly ref: string;
  readonly action_parameters?: Readonly<Record<string, unknown>>;
  readonly ratelimit?: Readonly<Record<string, unknown>>;
}

export interface RuleStep {
  readonly kind: 'rule';
  readonly base: EdgeBase;
  readonly phase: RulePhase;
  readonly rule: RuleBody;
  /** Before all others; else behind them, so that allowing rules of others win. */
  readonly isFirst: boolean;
}

export type ListItemBody = { readonly comment: string } & ({ readonly ip: string } | { readonly asn: number });

export interface ListStep {
  readonly kind: 'list';
  readonly base: EdgeBase;
  readonly name: string;
  readonly listKind: 'ip' | 'asn';
  readonly description: string;
  readonly items: readonly ListItemBody[];
  /** Made by us and deleted with the mitigation; else its items only. */
  readonly isNew: boolean;
}

export interface AccessRuleStep {
  readonly kind: 'access-rule';
  readonly base: EdgeBase;
  readonly rule: {
    readonly mode: string;
    readonly configuration: { readonly target: string; readonly value: string };
    readonly notes: string;
  };
}

export type Value = string | boolean;
export type Values = Readonly<Record<string, Value>>;

/** Something there is one of, whose old value is put back. */
export interface ValueStep {
  readonly kind: 'value';
  readonly of: 'security-level' | 'bots' | 'spectrum' | 'bgp-prefix';
  readonly path: string;
  readonly set: Values;
  /** Of the same names, as found before. */
  readonly old: Values;
}

export type EdgeStep = RuleStep | ListStep | AccessRuleStep | ValueStep;

/** What everything of ours begins with: descriptions, notes, comments, names of rulesets. */
export const OWN_WORD = 'ddostop';
const LIST_PREFIX = 'ddostop_';

export function markOf(id: string): string {
  return `${OWN_WORD} ${id}`;
}

/** Unique in a ruleset. */
export function refOf(id: string, index: number): string {
  return `${LIST_PREFIX}${id}_${index}`;
}

export function listNameOf(id: string): string {
  return `${LIST_PREFIX}${id}`;
}

/** The id in a description, a note, a comment or the name of a ruleset; null: not ours. */
export function idInMark(text: unknown): string | null {
  return typeof text === 'string' ? (/^ddostop ([a-z2-7]{5})(?: |$)/.exec(text)?.[1] ?? null) : null;
}

export function idInRef(text: unknown): string | null {
  return typeof text === 'string' ? (/^ddostop_([a-z2-7]{5})_\d+$/.exec(text)?.[1] ?? null) : null;
}
