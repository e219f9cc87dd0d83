/** Steps one after the other, whatever their kind. Putting and taking back can be begun again at any point: each looks at the edge first. */
import { findAccessRule, putAccessRule, removeAccessRule } from './access-rule-step.js';
import type { EdgeCalls } from './edge-calls.js';
import { type Read, readEntrypoint, readLists } from './edge-reader.js';
import type { EdgeStep } from './edge-step.js';
import { putList, removeList } from './list-step.js';
import { findRule, putRule, removeRule } from './rule-step.js';
import { isInForce, putValue, readValue, restoreValue } from './value-step.js';

export async function putStep(step: EdgeStep, calls: EdgeCalls): Promise<void> {
  switch (step.kind) {
    case 'rule':
      return putRule(step, calls);
    case 'list':
      return putList(step, calls);
    case 'access-rule':
      return putAccessRule(step, calls);
    case 'value':
      return putValue(step, calls);
  }
}

/** Null, or what was left on purpose, in words. */
export async function takeBackStep(step: EdgeStep, calls: EdgeCalls): Promise<string | null> {
  switch (step.kind) {
    case 'rule':
      await removeRule(step, calls);
      return null;
    case 'list':
      return removeList(step, calls);
    case 'access-rule':
      await removeAccessRule(step, calls);
      return null;
    case 'value':
      return restoreValue(step, calls);
  }
}

/** Last first: a list cannot go before the rule that names it. */
export async function takeBack(steps: readonly EdgeStep[], calls: EdgeCalls): Promise<string[]> {
  const left: string[] = [];
  for (const step of steps.toReversed()) {
    const words = await takeBackStep(step, calls);
    if (words !== null) left.push(words);
  }
  return left;
}

export async function isStepInForce(step: EdgeStep, read: Read): Promise<boolean> {
  switch (step.kind) {
    case 'rule':
      return findRule(step, await readEntrypoint(read, step.base, step.phase))?.enabled === true;
    case 'list':
      return (await readLists(read, step.base)).some(({ name }) => name === step.name);
    case 'access-rule':
      return (await findAccessRule(step, read)) !== null;
    case 'value':
      return isInForce(step, await readValue(step, read));
  }
}

/** "1 rule of http_ratelimit, 1 list". */
export function stepWords(steps: readonly EdgeStep[]): string {
  return [...new Set(steps.map(placeOf))].join(', ');
}

function placeOf(step: EdgeStep): string {
  if (step.kind === 'rule') return `rules of ${step.phase}`;
  if (step.kind === 'list') return `list ${step.name}`;
  return step.kind === 'access-rule' ? 'IP access rules' : step.path;
}
