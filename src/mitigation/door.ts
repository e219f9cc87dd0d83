/** The one door through which the screen and the command line act. Every call that changes something is in the audit log. */
import type { LiveMitigation, MitigationPlan, MitigationRequest } from './types.js';

export interface ApplyResult {
  readonly id: string;
  /** Wall clock, epoch ms, at which it ends by itself unless confirmed. */
  readonly confirmByMs: number;
}

export interface MitigationDoor {
  /** Reads state, changes nothing. Rejects with UserError (no privilege, no nft, bad prefix). */
  plan(request: MitigationRequest): Promise<MitigationPlan>;
  /** One transaction; the kernel ends it by itself after the confirm window. Repeat = no-op. Rejects when `plan.refused`. */
  apply(plan: MitigationPlan): Promise<ApplyResult>;
  /** Long life from now on (the plan's TTL). Rejects with UserError when it has ended meanwhile. */
  confirm(id: string): Promise<void>;
  /** Inverse steps; a missing rule is success. */
  undo(id: string): Promise<void>;
  /** What is live, read from the kernel alone. */
  list(): Promise<readonly LiveMitigation[]>;
  /** Removes all that is ours and only that. */
  panic(): Promise<void>;
}
