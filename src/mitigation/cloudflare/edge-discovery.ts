/** What of ours is at the edge, by names alone: also when the folder of inverses is lost, or another ddostop made it. Values (levels, settings) carry no name. */

import { isApiFailure, isStatus } from './edge-failures.js';
import { type EdgeRule, type Read, readAccessRules, readEntrypoint, readLists } from './edge-reader.js';
import type { AccessRuleStep, EdgeStep, ListStep, RulePhase, RuleStep } from './edge-step.js';
import { idInMark, idInRef, OWN_WORD, refOf } from './edge-step.js';

export interface Discovery {
  /** By id: what there is to take back. */
  readonly found: ReadonlyMap<string, readonly EdgeStep[]>;
  /** Ids of which something acts. */
  readonly acting: ReadonlySet<string>;
  /** By id: what the edge calls its rules, as logs name them. */
  readonly ruleIds: ReadonlyMap<string, readonly string[]>;
  /** Places that could not be looked at, with the reason. */
  readonly unread: readonly string[];
}

const ZONE_PHASES: readonly RulePhase[] = ['http_request_firewall_custom', 'http_ratelimit', 'ddos_l7'];
const ACCOUNT_PHASES: readonly RulePhase[] = ['magic_transit', 'ddos_l4'];

export async function discover(read: Read, zone: string | null, account: string | null): Promise<Discovery> {
  const seen = new Seen();
  const look = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!isApiFailure(error)) throw error;
      seen.unread.push(isStatus(error, 403) ? `${what} (not allowed)` : `${what} (${error.what})`);
    }
  };
  const bases = [
    ...(zone === null ? [] : ZONE_PHASES.map((phase) => [zone, phase] as const)),
    ...(account === null ? [] : ACCOUNT_PHASES.map((phase) => [account, phase] as const)),
  ];
  for (const [base, phase] of bases) await look(`rules of ${phase}`, () => lookAtRules(read, base, phase, seen));
  const accessBase = zone ?? account;
  if (accessBase !== null) await look('IP access rules', () => lookAtAccessRules(read, accessBase, seen));
  if (account !== null) await look('lists', () => lookAtLists(read, account, seen));
  return { found: seen.found, acting: seen.acting, ruleIds: seen.ruleIds, unread: seen.unread };
}

class Seen {
  readonly found = new Map<string, EdgeStep[]>();
  readonly acting = new Set<string>();
  readonly ruleIds = new Map<string, string[]>();
  readonly unread: string[] = [];

  add(id: string, step: EdgeStep, isActing: boolean): void {
    const steps = this.found.get(id);
    if (steps === undefined) this.found.set(id, [step]);
    else steps.push(step);
    if (isActing) this.acting.add(id);
  }
}

async function lookAtRules(read: Read, base: string, phase: RulePhase, seen: Seen): Promise<void> {
  const ruleset = await readEntrypoint(read, base, phase);
  for (const rule of ruleset?.rules ?? []) {
    const id = idInRef(rule.ref) ?? idInMark(rule.description);
    if (id === null) continue;
    seen.add(id, stepOf(base, phase, rule), rule.enabled);
    seen.ruleIds.set(id, [...(seen.ruleIds.get(id) ?? []), rule.id]);
  }
  const maker = ruleset !== null && ruleset.rules.length === 0 ? idInMark(ruleset.name) : null;
  if (maker === null) return;
  const rule = { action: '', expression: '', description: '', ref: refOf(maker, 0) };
  seen.add(maker, { kind: 'rule', base, phase, rule, isFirst: false }, false);
}

function stepOf(base: string, phase: RulePhase, { action, expression, description, ref }: EdgeRule): RuleStep {
  return { kind: 'rule', base, phase, rule: { action, expression, description, ref }, isFirst: false };
}

async function lookAtAccessRules(read: Read, base: string, seen: Seen): Promise<void> {
  for (const { mode, target, value, notes } of await readAccessRules(read, base, { notes: OWN_WORD })) {
    const id = idInMark(notes);
    const step: AccessRuleStep = { kind: 'access-rule', base, rule: { mode, configuration: { target, value }, notes } };
    if (id !== null) seen.add(id, step, true);
  }
}

async function lookAtLists(read: Read, base: string, seen: Seen): Promise<void> {
  for (const { name, kind, description } of await readLists(read, base)) {
    const id = idInMark(description);
    if (id === null || (kind !== 'ip' && kind !== 'asn')) continue;
    const step: ListStep = { kind: 'list', base, name, listKind: kind, description, items: [], isNew: true };
    // Taken back last first: a list goes after the rules that name it.
    const others = seen.found.get(id) ?? [];
    seen.found.set(id, [step, ...others]);
  }
}
