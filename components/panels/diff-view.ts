/** What the diff screen is given: the analysis, where the cursor is, the rule as it is edited. */
import type { Analysis, BackendRule } from '../../src/signature/analysis.js';
import type { Backend } from '../../src/signature/backend.js';
import type { MeasuredRule, RuleMatch } from '../../src/signature/rule.js';
import type { DiffRow } from './diff-rows.js';

export interface DiffView {
  /** `working`: rows are on their way or being looked at; what is shown is the analysis before it, if there is one. */
  readonly phase: 'none' | 'working' | 'failed' | 'ready';
  /** What is analysed, "192.0.2.10"; null: nothing yet. */
  /** Of an edge's log: the target is a host. */
  readonly isOfEdge: boolean;
  readonly target: string | null;
  /** Why it failed. */
  readonly error: string | null;
  readonly analysis: Analysis | null;
  readonly rows: readonly DiffRow[];
  /** Index into `rows`, always of a value; -1: there is none. */
  readonly index: number;
  readonly offset: number;
  readonly pane: 'diff' | 'rule';
  readonly ruleScroll: number;
  /** What is edited; empty: no rule. */
  readonly match: RuleMatch;
  readonly clauseIndex: number;
  /** `match` measured; null: not yet, or there is no rule. */
  readonly rule: MeasuredRule | null;
  readonly backends: readonly BackendRule[];
  readonly isEdited: boolean;
  readonly isMeasuring: boolean;
  readonly backend: Backend;
}
