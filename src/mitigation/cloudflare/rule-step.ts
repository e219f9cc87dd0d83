/**
 * A rule in the ruleset that a phase begins with. It is made disabled, read back, then enabled: a rule the edge understood otherwise never acts. Writes of
 * single rules are merged by the edge, so those of others stay; `version` goes up by one with each, which tells when somebody else wrote too.
 */
import type { ApiAnswer, ApiRequest } from '../../platform/cloudflare/api.js';
import type { EdgeCalls } from './edge-calls.js';
import { isStatus, notAsApplied } from './edge-failures.js';
import { type EdgeRule, type EdgeRuleset, type Read, readEntrypoint, rulesetOf } from './edge-reader.js';
import { idInMark, idInRef, markOf, OWN_WORD, type RuleStep } from './edge-step.js';
import { MADE_RULE, MADE_RULESET, type PlannedCall } from './planned-call.js';

/** `exists`: the phase has its ruleset already, or an earlier step makes it. */
export function ruleCalls(step: RuleStep, exists: boolean, rulesetId: string | null): PlannedCall[] {
  const id = rulesetId ?? MADE_RULESET;
  const remove: ApiRequest = { method: 'DELETE', path: rulePath(step, id, MADE_RULE) };
  const removeAll: ApiRequest = { method: 'DELETE', path: `${step.base}/rulesets/${id}` };
  return [
    {
      what: exists
        ? 'Make the rule, disabled: it does nothing yet'
        : 'Make the ruleset of this phase, which is not there yet, with the rule in it, disabled: it does nothing yet',
      request: makeRequest(step, exists ? id : null),
      inverse: exists ? remove : removeAll,
    },
    { what: 'Enable it', request: enableRequest(step, id, MADE_RULE), inverse: remove },
  ];
}

export async function putRule(step: RuleStep, calls: EdgeCalls): Promise<void> {
  const read: Read = (path, query) => calls.read(path, query);
  const look = () => readEntrypoint(read, step.base, step.phase);
  const before = await look();
  let ruleset = before;
  let rule = findRule(step, ruleset);
  if (rule === null) {
    const answer = await calls.write(
      makeRequest(step, before?.id ?? null),
      async () => findRule(step, await look()) !== null,
    );
    noteVersion(step, calls, before, answer);
    ruleset = await look();
    rule = findRule(step, ruleset);
  }
  if (rule === null || ruleset === null) throw notAsApplied(`there is no rule "${step.rule.description}"`);
  requireSame(step, rule);
  if (rule.enabled) return;
  const isOn = async () => findRule(step, await look())?.enabled === true;
  const answer = await calls.write(enableRequest(step, ruleset.id, rule.id), isOn);
  noteVersion(step, calls, ruleset, answer);
  const now = findRule(step, await look());
  if (now === null || !now.enabled) throw notAsApplied(`the rule "${step.rule.description}" is not enabled`);
  requireSame(step, now);
}

/** Also the ruleset, when it is one of ours and nobody has a rule in it any more. */
export async function removeRule(step: Pick<RuleStep, 'base' | 'phase' | 'rule'>, calls: EdgeCalls): Promise<void> {
  const read: Read = (path, query) => calls.read(path, query);
  const look = () => readEntrypoint(read, step.base, step.phase);
  let ruleset = await look();
  const rule = findRule(step, ruleset);
  if (ruleset !== null && rule !== null) {
    const isGone = async () => findRule(step, await look()) === null;
    await deleteGently(calls, rulePath(step, ruleset.id, rule.id), isGone);
    ruleset = await look();
    if (findRule(step, ruleset) !== null) throw notAsApplied(`the rule "${step.rule.description}" is still there`);
  }
  await removeEmptyRuleset(step.base, ruleset, calls, async () => (await look()) === null);
}

/** Nothing when it is not ours or not empty. */
async function removeEmptyRuleset(
  base: string,
  ruleset: EdgeRuleset | null,
  calls: EdgeCalls,
  isGone: () => Promise<boolean>,
): Promise<void> {
  if (ruleset === null || ruleset.rules.length > 0 || idInMark(ruleset.name) === null) return;
  await deleteGently(calls, `${base}/rulesets/${encodeURIComponent(ruleset.id)}`, isGone);
}

/** What is gone already is success. */
async function deleteGently(calls: EdgeCalls, path: string, isGone: () => Promise<boolean>): Promise<void> {
  try {
    await calls.write({ method: 'DELETE', path }, isGone);
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}

export function findRule({ rule }: Pick<RuleStep, 'rule'>, ruleset: EdgeRuleset | null): EdgeRule | null {
  // A ref that the edge did not keep leaves the description.
  return (
    ruleset?.rules.find(({ ref }) => ref === rule.ref) ??
    ruleset?.rules.find(({ ref, description }) => idInRef(ref) === null && description === rule.description) ??
    null
  );
}

/** The request that makes it, disabled; `rulesetId` null: together with the ruleset. */
export function makeRequest(step: RuleStep, rulesetId: string | null): ApiRequest {
  const rule = { ...step.rule, enabled: false };
  if (rulesetId === null) {
    const id = idInRef(step.rule.ref) ?? '';
    const kind = step.base.startsWith('/zones/') ? 'zone' : 'root';
    const body = { name: markOf(id), kind, phase: step.phase, rules: [rule] };
    return { method: 'POST', path: `${step.base}/rulesets`, body };
  }
  const position = step.isFirst ? { position: { before: '' } } : {};
  return {
    method: 'POST',
    path: `${step.base}/rulesets/${encodeURIComponent(rulesetId)}/rules`,
    body: { ...rule, ...position },
  };
}

/** Every field again: what a PATCH leaves out is gone. */
function enableRequest(step: RuleStep, rulesetId: string, ruleId: string): ApiRequest {
  return { method: 'PATCH', path: rulePath(step, rulesetId, ruleId), body: { ...step.rule, enabled: true } };
}

function rulePath({ base }: Pick<RuleStep, 'base'>, rulesetId: string, ruleId: string): string {
  return `${base}/rulesets/${encodeURIComponent(rulesetId)}/rules/${encodeURIComponent(ruleId)}`;
}

function requireSame({ rule }: RuleStep, found: EdgeRule): void {
  if (found.expression === rule.expression && found.action === rule.action) return;
  throw notAsApplied(`the rule "${rule.description}" has another expression or action`);
}

function noteVersion(
  step: RuleStep,
  calls: EdgeCalls,
  before: EdgeRuleset | null,
  answer: ApiAnswer<unknown> | null,
): void {
  if (before === null || answer === null) return;
  const { version } = rulesetOf(answer.result);
  if (Number.isNaN(version) || Number.isNaN(before.version) || version === before.version + 1) return;
  calls.remarks.push(
    `somebody else wrote the rules of ${step.phase} at the same time (version ${before.version} became ${version}); ${OWN_WORD}'s rule is as sent`,
  );
}
