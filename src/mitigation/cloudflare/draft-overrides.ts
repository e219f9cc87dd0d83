/** Overrides of the managed DDoS rulesets: a rule that executes the managed ruleset with other sensitivities or actions, before those that are there. */
import { UserError } from '../../errors.js';
import { cleanText } from '../../format/clean-text.js';
import type { DdosOverride, EdgeAction } from '../types.js';
import type { Draft } from './draft.js';
import { narrowedExpression } from './edge-expression.js';
import { listOf, objectOf, readRulesets } from './edge-reader.js';
import type { RulePhase } from './edge-step.js';

type Action<Of extends EdgeAction['of']> = Extract<EdgeAction, { of: Of }>;
type Json = Readonly<Record<string, unknown>>;

/** As they are known; what the edge lists wins. */
const MANAGED: Readonly<Record<string, string>> = {
  ddos_l7: '4d21379b4f9f4bb088e0729962c8b3cf',
  ddos_l4: '3b64149bfa6e4220bbbc2bd6db589552',
};
const SENSITIVITIES: ReadonlySet<string> = new Set(['default', 'medium', 'low', 'eoff']);
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  ddos_l7: ['block', 'managed_challenge', 'challenge', 'log'],
  ddos_l4: ['block', 'log'],
};

export async function draftHttpOverride(draft: Draft, action: Action<'http-ddos-override'>): Promise<void> {
  await addOverride(draft, draft.zone('an HTTP DDoS override'), 'ddos_l7', action, 'true');
}

export async function draftNetworkOverride(draft: Draft, action: Action<'network-ddos-override'>): Promise<void> {
  const expression = narrowedExpression(action.expression ?? 'true', []);
  await addOverride(draft, draft.account('a network DDoS override'), 'ddos_l4', action, expression);
}

async function addOverride(
  draft: Draft,
  base: string,
  phase: RulePhase,
  wanted: DdosOverride,
  expression: string,
): Promise<void> {
  checkOverride(wanted, phase);
  const managed = await managedId(draft, base, phase);
  const there = (await draft.ruleset(base, phase))?.rules.find(
    (rule) => rule.enabled && rule.action === 'execute' && rule.expression === expression,
  );
  const before = objectOf(there?.actionParameters['overrides']);
  const overrides = merged(before, wanted);
  const rule = { action: 'execute', expression, action_parameters: { id: managed, overrides } };
  await draft.addRule(base, phase, rule, true);
  if (there !== undefined)
    draft.warn(
      'there is an override already: the new rule stands before it and repeats what it says, but for what is changed',
    );
  if (wanted.sensitivity === 'eoff' || wanted.sensitivity === 'low')
    draft.warn('a lower sensitivity lets more of an attack through: it is for false positives');
  if (wanted.action === 'log') draft.warn('the action log takes an Enterprise plan with Advanced DDoS');
}

async function managedId(draft: Draft, base: string, phase: RulePhase): Promise<string> {
  const rulesets = await draft.tolerate(() => readRulesets(draft.context.read, base), []);
  const found = rulesets.find((ruleset) => ruleset.kind === 'managed' && ruleset.phase === phase);
  return found?.id ?? (MANAGED[phase] as string);
}

/** What was overridden before, with ours instead where both say something. */
function merged(before: Json, { ruleId, category, sensitivity, action }: DdosOverride): Json {
  const own = {
    ...(sensitivity === undefined ? {} : { sensitivity_level: sensitivity }),
    ...(action === undefined ? {} : { action }),
  };
  if (ruleId !== undefined) return { ...before, rules: replaced(listOf(before['rules']), 'id', ruleId, own) };
  if (category !== undefined)
    return { ...before, categories: replaced(listOf(before['categories']), 'category', category, own) };
  return { ...before, ...own };
}

function replaced(list: readonly unknown[], key: string, value: string, own: Json): readonly unknown[] {
  const others = list.filter((one) => objectOf(one)[key] !== value);
  const old = objectOf(list.find((one) => objectOf(one)[key] === value));
  return [...others, { ...old, [key]: value, ...own }];
}

function checkOverride({ sensitivity, action, ruleId, category }: DdosOverride, phase: string): void {
  if (sensitivity === undefined && action === undefined) throw bad('a sensitivity or an action', 'neither');
  if (sensitivity !== undefined && !SENSITIVITIES.has(sensitivity))
    throw bad([...SENSITIVITIES].join(', '), sensitivity);
  if (action !== undefined && !ACTIONS[phase]?.includes(action)) throw bad(`${ACTIONS[phase]?.join(', ')}`, action);
  if (ruleId !== undefined && category !== undefined) throw bad('a rule or a category', 'both');
  if (ruleId !== undefined && !/^[0-9a-f]{32}$/.test(ruleId)) throw bad('the id of a rule, 32 hex digits', ruleId);
  if (category !== undefined && !/^[a-z0-9_-]{1,64}$/.test(category)) throw bad('a category', category);
}

function bad(expected: string, got: string): UserError {
  return new UserError('BAD_OVERRIDE', `expected ${expected}, got ${cleanText(got, 60)}`, 'E.g. sensitivity low.');
}
