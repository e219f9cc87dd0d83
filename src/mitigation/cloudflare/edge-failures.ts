/** What the door on the edge refuses and what it says when something broke. */
import { UserError } from '../../errors.js';
import type { ApiFailure } from '../../platform/cloudflare/api-failure.js';
import type { MitigationPlan } from '../types.js';

/** Told by its fields: each bundle has its own copy of the class. */
export function isApiFailure(error: unknown): error is ApiFailure {
  return error instanceof UserError && 'kind' in error && 'remarks' in error;
}

export function isStatus(error: unknown, status: number): boolean {
  return isApiFailure(error) && error.kind === 'refused' && error.status === status;
}

/** It may have been carried out or not. */
export function isUnknown(error: unknown): error is ApiFailure {
  return isApiFailure(error) && (error.kind === 'unknown' || error.kind === 'unreadable');
}

export function notCarriedOut(cause: ApiFailure): UserError {
  return new UserError(
    'NOT_CARRIED_OUT',
    `${cause.method} ${cause.path} was not carried out: its answer was lost, and the edge was read again (${cause.what})`,
    'Try again.',
    { cause },
  );
}

export function outcomeUnknown(cause: ApiFailure): UserError {
  return new UserError(
    'STATE_UNKNOWN',
    `it is not known whether ${cause.method} ${cause.path} was carried out: neither its answer nor the state can be had (${cause.what})`,
    'Look with "ddostop mitigate list --backend cloudflare" as soon as Cloudflare answers; the edge ends nothing by itself.',
    { cause },
  );
}

export function notAsApplied(what: string): UserError {
  return new UserError(
    'MITIGATION_VERIFY',
    `what was read back from the edge is not what was sent: ${what}`,
    'Somebody else may be changing it at this moment: look at the dashboard, then try again.',
  );
}

export function changedAtEdge(what: string): UserError {
  return new UserError('PLAN_STALE', `the edge has changed since this plan was made: ${what}`, 'Plan again.');
}

/** Applying failed, and so did taking it back. */
export function remainder(id: string, cause: unknown, left: string): UserError {
  const why = cause instanceof UserError ? `${cause.code}: ${cause.what}` : String(cause);
  return new UserError(
    'EDGE_REMAINDER',
    `${id} is at the edge in part, and could not be taken back: ${left} (${why})`,
    `It is listed, and tried again while ddostop runs; "ddostop mitigate undo ${id} --backend cloudflare" tries at once.`,
    { cause },
  );
}

export function requireConfirmations({ confirmations = 1, id }: MitigationPlan, given: number): void {
  if (given >= confirmations) return;
  throw new UserError(
    'CONFIRM_TWICE',
    `${id} takes ${confirmations} confirmations, got ${given}`,
    'It moves all traffic of a prefix: ask once more.',
  );
}

export function busy(id: string, pid: number): UserError {
  return new UserError(
    'EDGE_BUSY',
    `${id} is being applied by process ${pid}`,
    'Wait until it is done, or end that process first.',
  );
}

export function ended(id: string): UserError {
  return new UserError(
    'MITIGATION_ENDED',
    `${id} is not in force any more: it was taken back, or removed at the edge`,
    'Apply it again.',
  );
}
