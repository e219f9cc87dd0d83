/** The one door through which the screen and the command line act. Every call that changes something is in the audit log. */
import type { UserError } from '../errors.js';
import type { AuditRecord } from './audit-log.js';
import type { LiveMitigation, MitigationPlan, MitigationRequest } from './types.js';
import type { Unfinished } from './unfinished.js';
import type { VanishedMitigation } from './vanished.js';

export interface ApplyResult {
  readonly id: string;
  /** Wall clock, epoch ms, at which it ends by itself unless confirmed. */
  readonly confirmByMs: number;
}

export interface Survey {
  readonly live: readonly LiveMitigation[];
  readonly vanished: readonly VanishedMitigation[];
  /** Acts of which the audit log has the intent only (a crash, a broken connection), with what the kernel says of them now; their record is completed. */
  readonly unfinished: readonly Unfinished[];
}

/** What ended because its time was over, or should have. */
export interface Expired {
  readonly id: string;
  /** Null: it is taken back. */
  readonly failure: UserError | null;
}

export interface MitigationDoor {
  /** Reads state, changes nothing. Rejects with UserError (no privilege, no nft, bad prefix). */
  plan(request: MitigationRequest): Promise<MitigationPlan>;
  /** The kernel ends it by itself after the confirm window. Repeat = no-op. Rejects when `plan.refused`. `confirmations`: how often a person said yes; absent: once. */
  apply(plan: MitigationPlan, confirmations?: number): Promise<ApplyResult>;
  /** Long life from now on (the plan's TTL). Rejects with UserError when it has ended meanwhile. */
  confirm(id: string): Promise<void>;
  /** A new life of `ttlSec` from now on, null: of the one it was made with; confirms what was not. */
  extend(id: string, ttlSec: number | null): Promise<void>;
  /** Inverse steps; a missing rule is success. */
  undo(id: string): Promise<void>;
  /** What is live, read from the kernel alone. */
  list(): Promise<readonly LiveMitigation[]>;
  /** Removes all that is ours and only that. */
  panic(): Promise<void>;
  /** Removes the rules that ended mitigations have left behind. */
  sweep(): Promise<void>;
  /** All there is to tell, from one reading of the kernel. */
  survey(): Promise<Survey>;
  /** Confirmed ones that should still be in the kernel by the audit log and are not, to be offered again. */
  vanished(): Promise<readonly VanishedMitigation[]>;
  /** Where nothing ends by itself: takes back what is over by `nowMs`. Called each second by a program that runs; never rejects. Absent: the kernel does it. */
  expireDue?(nowMs: number): Promise<readonly Expired[]>;
  /** The newest audit records, oldest first. */
  history(most?: number): Promise<readonly AuditRecord[]>;
}
