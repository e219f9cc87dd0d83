/** An IP access rule, found again by its notes. The edge has no disabled state of it. */
import type { ApiRequest } from '../../platform/cloudflare/api.js';
import type { EdgeCalls } from './edge-calls.js';
import { isStatus, notAsApplied } from './edge-failures.js';
import { type EdgeAccessRule, type Read, readAccessRules } from './edge-reader.js';
import type { AccessRuleStep } from './edge-step.js';
import { MADE_ACCESS_RULE, type PlannedCall } from './planned-call.js';

export function accessRuleCalls(step: AccessRuleStep): PlannedCall[] {
  return [
    {
      what: 'Make the IP access rule; it acts at once',
      request: makeRequest(step),
      inverse: { method: 'DELETE', path: `${rulesPath(step)}/${MADE_ACCESS_RULE}` },
    },
  ];
}

export async function putAccessRule(step: AccessRuleStep, calls: EdgeCalls): Promise<void> {
  const look = () => findAccessRule(step, (path, query) => calls.read(path, query));
  if ((await look()) === null) await calls.write(makeRequest(step), async () => (await look()) !== null);
  const found = await look();
  const { mode, configuration } = step.rule;
  if (found === null) throw notAsApplied('there is no such IP access rule');
  if (found.mode !== mode || found.target !== configuration.target)
    throw notAsApplied('the IP access rule has another mode or target');
}

export async function removeAccessRule(step: AccessRuleStep, calls: EdgeCalls): Promise<void> {
  const look = () => findAccessRule(step, (path, query) => calls.read(path, query));
  const found = await look();
  if (found === null) return;
  try {
    const path = `${rulesPath(step)}/${encodeURIComponent(found.id)}`;
    await calls.write({ method: 'DELETE', path }, async () => (await look()) === null);
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
  if ((await look()) !== null) throw notAsApplied('the IP access rule is still there');
}

export async function findAccessRule({ base, rule }: AccessRuleStep, read: Read): Promise<EdgeAccessRule | null> {
  const found = await readAccessRules(read, base, { notes: rule.notes });
  return found.find(({ notes }) => notes === rule.notes) ?? null;
}

function makeRequest(step: AccessRuleStep): ApiRequest {
  return { method: 'POST', path: rulesPath(step), body: step.rule };
}

function rulesPath({ base }: AccessRuleStep): string {
  return `${base}/firewall/access_rules/rules`;
}
