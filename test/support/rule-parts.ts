/** Short ways to write predicates and rules in tests. */
import type { Predicate, RuleMatch } from '../../src/signature/rule.js';

export const eq = (attribute: string, value: number | string): Predicate => ({ attribute, operator: 'eq', value });

export const oneOf = (attribute: string, ...value: readonly (number | string)[]): Predicate => ({
  attribute,
  operator: 'in',
  value,
});

export const range = (attribute: string, low: number, high: number): Predicate => ({
  attribute,
  operator: 'range',
  value: [low, high],
});

export const packets = (target: string | null, ...clauses: readonly (readonly Predicate[])[]): RuleMatch => ({
  kind: 'packet',
  target,
  clauses: clauses.map((predicates) => ({ predicates })),
});

export const requests = (...predicates: readonly Predicate[]): RuleMatch => ({
  kind: 'request',
  target: null,
  clauses: [{ predicates }],
});
