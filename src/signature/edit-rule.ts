/** A rule as somebody edits it: one value or range taken into a clause, or out of it. Pure; what the rule then does is measured elsewhere. */
import type { AttributeValue, Clause, Predicate, RuleMatch } from './rule.js';

/** What a line of a diff stands for. */
export type Choice =
  | { readonly attribute: string; readonly value: AttributeValue }
  | { readonly attribute: string; readonly range: readonly [number, number] };

/** Is it in the clause, as it is or as one value of a set? A value inside of a range counts. */
export function isChosen(clause: Clause | undefined, choice: Choice): boolean {
  const predicate = clause?.predicates.find(({ attribute }) => attribute === choice.attribute);
  if (predicate === undefined) return false;
  if ('range' in choice) return predicate.operator === 'range' && sameRange(predicate.value, choice.range);
  return holds(predicate, choice.value);
}

/** Takes the choice in, or out when it is in. Other clauses stay; a clause that is left empty goes. An index behind the last one makes a clause. */
export function toggleChoice(rule: RuleMatch, index: number, choice: Choice): RuleMatch {
  const clauses = rule.clauses.length <= index ? [...rule.clauses, { predicates: [] }] : rule.clauses;
  const changed = clauses.map((clause, i) =>
    i === Math.min(index, clauses.length - 1) ? toggled(clause, choice) : clause,
  );
  return { kind: rule.kind, target: rule.target, clauses: changed.filter(({ predicates }) => predicates.length > 0) };
}

function toggled({ predicates }: Clause, choice: Choice): Clause {
  const at = predicates.findIndex(({ attribute }) => attribute === choice.attribute);
  const old = predicates[at];
  const wasIn = isChosen({ predicates }, choice);
  const next = 'range' in choice ? rangeInPlace(choice, wasIn) : valueInPlace(old, choice, wasIn);
  // A set keeps its place; what changes its kind goes to the end.
  if (next !== null && old !== undefined && (old.operator === 'range') === (next.operator === 'range')) {
    return { predicates: predicates.with(at, next) };
  }
  const others = predicates.filter((_, i) => i !== at);
  return { predicates: next === null ? others : [...others, next] };
}

function rangeInPlace(
  { attribute, range }: Choice & { range: readonly [number, number] },
  wasIn: boolean,
): Predicate | null {
  return wasIn ? null : { attribute, operator: 'range', value: range };
}

function valueInPlace(
  old: Predicate | undefined,
  choice: Choice & { value: AttributeValue },
  wasIn: boolean,
): Predicate | null {
  const { attribute, value } = choice;
  const values = old === undefined || old.operator === 'range' ? [] : old.operator === 'eq' ? [old.value] : old.value;
  const left = wasIn ? values.filter((other) => other !== value) : [...values, value];
  const [first] = left;
  if (first === undefined) return null;
  if (left.length === 1) return { attribute, operator: 'eq', value: first };
  return { attribute, operator: 'in', value: left.toSorted(byValue) };
}

function holds(predicate: Predicate, value: AttributeValue): boolean {
  switch (predicate.operator) {
    case 'eq':
      return predicate.value === value;
    case 'in':
      return predicate.value.includes(value);
    case 'range':
      return typeof value === 'number' && value >= predicate.value[0] && value <= predicate.value[1];
  }
}

function sameRange(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function byValue(a: AttributeValue, b: AttributeValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}
