/** What the door on nft refuses, and what it says then. */
import { UserError } from '../../errors.js';
import type { MitigationPlan } from '../types.js';
import type { TableState } from './table-state.js';

export function throwIfRefused(refused: MitigationPlan['refused']): void {
  if (refused === null) return;
  throw new UserError(
    refused.code,
    refused.message,
    refused.narrowed === null
      ? 'Name other prefixes, or another rule.'
      : 'Apply the narrowed plan, which keeps these open (--narrow).',
  );
}

export function refuseForeign(state: TableState): void {
  if (!state.isForeign) return;
  throw new UserError(
    'FOREIGN_TABLE',
    'there is a table "inet ddostop" in the kernel that is not laid out as ours',
    'Look at it with "nft list table inet ddostop"; if it is not needed, "nft delete table inet ddostop".',
  );
}

export function changedSincePlan(): UserError {
  return new UserError(
    'PLAN_STALE',
    'the rules in the kernel have changed since this plan was made; nothing was done',
    'Plan again and look at it once more.',
  );
}

export function endedMeanwhile(id: string, state: TableState): UserError {
  const how = state.isPresent
    ? 'its confirm window ran out or it was undone'
    : 'our table is gone: the window ran out, it was undone, or somebody flushed the ruleset';
  return new UserError(
    'MITIGATION_ENDED',
    `${id} is not live any more: ${how}`,
    'Nothing of it is in force; apply it again.',
  );
}
