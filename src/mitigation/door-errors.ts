/** What the door on a firewall refuses, and what it says then. */
import { UserError } from '../errors.js';
import type { AuditNote } from './audit-log.js';
import type { FirewallState } from './firewall-state.js';
import type { MitigationPlan } from './types.js';

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

export function refuseForeign(state: FirewallState): void {
  if (!state.isForeign) return;
  throw new UserError(
    'FOREIGN_TABLE',
    'there is something of our name in the firewall that is not laid out as ours: table "inet ddostop", or chain DDOSTOP of iptables',
    'Look at it with "nft list table inet ddostop" or "iptables-save -t raw"; if it is not needed, delete it.',
  );
}

export function changedSincePlan(): UserError {
  return new UserError(
    'PLAN_STALE',
    'the rules in the kernel have changed since this plan was made; nothing was done',
    'Plan again and look at it once more.',
  );
}

export function endedMeanwhile(id: string, state: FirewallState): UserError {
  const how = state.isPresent
    ? 'its confirm window ran out or it was undone'
    : 'our table is gone: the window ran out, it was undone, or somebody flushed the ruleset';
  return new UserError(
    'MITIGATION_ENDED',
    `${id} is not live any more: ${how}`,
    'Nothing of it is in force; apply it again.',
  );
}

const UNKNOWN: ReadonlySet<string> = new Set(['HOST_UNKNOWN', 'COMMAND_TIMEOUT', 'COMMAND_OUTPUT']);

/** It may have run or not. */
export function isUnknown(error: unknown): error is UserError {
  return error instanceof UserError && UNKNOWN.has(error.code);
}

/** The act's answer was lost, and the state says that it was not done. */
export function notCarriedOut({ action, id }: AuditNote, cause: UserError): UserError {
  return new UserError(
    'NOT_CARRIED_OUT',
    `"${action}"${id === '' ? '' : ` of ${id}`} was not carried out: its answer was lost, and the state was read again (${cause.what})`,
    'Everything is as it was before; try again.',
    { cause },
  );
}

/** Neither the act's answer nor the state can be had. */
export function stateUnknown({ action, id, lifeSec }: AuditNote, cause: UserError): UserError {
  const life =
    action === 'apply' && lifeSec !== undefined ? ` If it was, the kernel ends it by itself within ${lifeSec} s.` : '';
  return new UserError(
    'STATE_UNKNOWN',
    `it is not known whether "${action}"${id === '' ? '' : ` of ${id}`} was carried out: ${cause.what}`,
    `Look with "ddostop mitigate list" as soon as the host answers.${life}`,
    { cause },
  );
}
