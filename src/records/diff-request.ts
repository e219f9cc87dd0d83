/** What somebody wants compared: a target now with itself before, or rows they called good and attack. */
import type { FilterPart } from './view-request.js';

/** A row of a table that somebody called good or attack. */
export interface RowLabel extends FilterPart {
  readonly is: 'good' | 'attack';
}

export interface DiffRequest {
  /** Address or prefix. */
  readonly target: string;
  /** Empty: the target before the attack is the good one. */
  readonly labels: readonly RowLabel[];
}
