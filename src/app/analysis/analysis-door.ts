/** What the diff screen may ask for; behind it stands the analysis worker, or a fixture in tests. */

import type { DiffRequest } from '../../records/diff-request.js';
import type { Analysis, Proposal } from '../../signature/analysis.js';
import type { RuleMatch } from '../../signature/rule.js';
import type { EdgeDiffAsk } from '../edge/edge-protocol.js';

export interface AnalysisDoor {
  /** Somebody may soon ask: there is an attack. Costs a thread, once. */
  prepare(): void;
  /** Looks at what the target gets. A request made meanwhile takes its place: the older one rejects. Rejects with UserError. */
  analyse(request: DiffRequest | EdgeDiffAsk): Promise<Analysis>;
  /** No analysis is under way: `measure` is by the newest one there was. Never rejects. */
  settled(): Promise<void>;
  /** What a rule would do, by the rows of the newest analysis. Rejects with UserError. */
  measure(match: RuleMatch): Promise<Proposal>;
}
