/**
 * Asks the edge to check rules without making them (`dry_run`). An edge that does not know the word makes them: its answer is not null then, the rule is
 * deleted at once (it was disabled all the time), and the question is never asked again.
 */
import type { ApiAnswer, CloudflareApi } from '../../platform/cloudflare/api.js';
import type { MitigationPlan } from '../types.js';
import type { EdgeCalls } from './edge-calls.js';
import { isApiFailure } from './edge-failures.js';
import { readEntrypoint } from './edge-reader.js';
import type { EdgeStep, RuleStep } from './edge-step.js';
import { findRule, makeRequest, removeRule } from './rule-step.js';

export interface DryRun {
  readonly refused: MitigationPlan['refused'];
  readonly warnings: readonly string[];
  readonly wasIgnored: boolean;
}

const CLEAN: DryRun = { refused: null, warnings: [], wasIgnored: false };

/** `calls`: for taking back what should not have been made. */
export async function dryRun(steps: readonly EdgeStep[], api: CloudflareApi, calls: EdgeCalls): Promise<DryRun> {
  const newLists = steps.flatMap((step) => (step.kind === 'list' && step.isNew ? [`$${step.name}`] : []));
  for (const step of steps) {
    // A list that is not there yet would be the only thing the edge finds.
    if (step.kind !== 'rule' || newLists.some((name) => step.rule.expression.includes(name))) continue;
    const outcome = await checkRule(step, api, calls);
    if (outcome !== CLEAN) return outcome;
  }
  return CLEAN;
}

async function checkRule(step: RuleStep, api: CloudflareApi, calls: EdgeCalls): Promise<DryRun> {
  let answer: ApiAnswer<unknown> | null = null;
  try {
    const ruleset = await readEntrypoint((path, query) => calls.read(path, query), step.base, step.phase);
    answer = await api.call<unknown>({ ...makeRequest(step, ruleset?.id ?? null), query: { dry_run: true } });
  } catch (error) {
    if (!isApiFailure(error)) throw error;
    if (error.kind === 'refused') return refusal(error.status, error.what, error.hint);
    if (error.kind === 'limited') return { ...CLEAN, warnings: [`not checked by the edge: ${error.what}`] };
  }
  if (answer !== null && answer.result === null) return CLEAN;
  const isThere = await wasMade(step, calls);
  if (answer === null && isThere === false)
    return { ...CLEAN, warnings: ['not checked by the edge: it gave no answer'] };
  if (isThere !== false) await removeRule(step, calls);
  return {
    ...CLEAN,
    wasIgnored: true,
    warnings: [
      'the edge knows no dry run: the rule was made, disabled, and deleted again; it is not asked to check any more',
    ],
  };
}

/** Null: nobody knows. */
async function wasMade(step: RuleStep, calls: EdgeCalls): Promise<boolean | null> {
  try {
    return (
      findRule(step, await readEntrypoint((path, query) => calls.read(path, query), step.base, step.phase)) !== null
    );
  } catch (error) {
    if (isApiFailure(error)) return null;
    throw error;
  }
}

function refusal(status: number, what: string, hint: string): DryRun {
  const isForbidden = status === 401 || status === 403;
  const message = isForbidden ? `the token may not do this: ${what}. ${hint}` : `the edge would refuse it: ${what}`;
  return { ...CLEAN, refused: { code: isForbidden ? 'EDGE_PERMISSION' : 'EDGE_REFUSED', message, narrowed: null } };
}
