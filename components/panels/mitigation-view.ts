/** What the mitigation panel shows; made by the app's reducer, drawn by MitigationPanel. */
import type { LiveMitigation, MitigationPlan, MitigationRequest } from '../../src/mitigation/types.js';
import type { MeasuredRule } from '../../src/signature/rule.js';
import type { ImpactEstimate } from '../../src/snapshot/snapshot.js';

export type MitigationPhase =
  | 'preview'
  | 'applying'
  | 'armed' // applied, to be confirmed
  | 'confirming'
  | 'confirmed'
  | 'undoing'
  | 'undone'
  | 'expired'; // ended by itself

export interface MitigationView {
  readonly request: MitigationRequest;
  readonly phase: MitigationPhase;
  /** null = still being made, or `planError` says why not. */
  readonly plan: MitigationPlan | null;
  readonly planError: string | null;
  readonly impact: ImpactEstimate | null;
  readonly impactError: string | null;
  /** Of a rule for the edge: what it would do by sampled requests; null: not known yet, or `measureError` says why not. */
  readonly measured: Pick<MeasuredRule, 'recall' | 'collateral' | 'goodHits'> | null;
  readonly measureError: string | null;
  /** What apply, confirm or undo answered. */
  readonly actError: string | null;
  /** Not null: nothing can be done from here, and why. */
  readonly cannotAct: string | null;
  /** "Sources look spoofed..."; from the incident. */
  readonly caution: string | null;
  /** `A` is not taken before; epoch ms. */
  readonly guardUntilMs: number;
  readonly appliedAtMs: number | null;
  readonly confirmByMs: number | null;
  /** What the kernel says about it. */
  readonly live: LiveMitigation | null;
  /** Dropped packets per second between the last two looks; null before the second one. */
  readonly droppingPps: number | null;
  readonly scroll: number;
}
