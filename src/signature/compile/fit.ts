/** The part of a rule that a backend can say: the widened rule, and what went. */
import type { Backend } from '../backend.js';
import type { Clause, Predicate, RuleMatch } from '../rule.js';
import { branchesOf, familiesOf } from './branches.js';
import { cannotExpress, isForBackend } from './cannot-express.js';
import { type Alternative, expressionsOf, fitsAlone, MAX_EXPRESSION_LENGTH } from './cloudflare-expression.js';
import type { Left } from './compiled.js';
import { MAX_ROUTES, routesOf } from './flowspec.js';
import { countMatches, MAX_INLINE_SOURCES } from './iptables-matches.js';
import { alternativesOf, Lists, scopeOf } from './network-firewall.js';
import { valuesOf } from './predicate-values.js';
import { wafTerms } from './waf.js';

export interface Fitted {
  /** Never narrower than the rule asked for: measure it again before use where `left` is not empty. */
  readonly rule: RuleMatch;
  readonly left: readonly Left[];
}

/** Rules of one clause: linear lists are what makes netfilter slow. */
const MAX_IPTABLES_RULES = 256;
/** A prefix of IPv6 takes eight instructions, and the kernel ends at 4096 (BPF_MAXINSNS). */
const MAX_BPF_VALUES = 400;
/** A Pro zone has 20 custom rules in all. */
const MAX_EXPRESSIONS = 20;

export function fitToBackend(rule: RuleMatch, backend: Backend): Fitted {
  const left: Left[] = [];
  const clauses: Clause[] = [];
  rule.clauses.forEach((clause, index) => {
    const fitted = fitClause(rule, clause, index, backend, left);
    if (fitted !== null) clauses.push(fitted);
  });
  return { rule: { kind: rule.kind, clauses, target: rule.target }, left };
}

/** Null: the clause is gone. */
function fitClause(rule: RuleMatch, clause: Clause, index: number, backend: Backend, left: Left[]): Clause | null {
  const drop = (predicate: Predicate | null, reason: string) => left.push({ clause: index, predicate, reason });
  if (!isForBackend(rule.kind, backend)) {
    drop(null, `a rule of ${rule.kind}s is not for ${backend}`);
    return null;
  }
  const reasons = clause.predicates.map((predicate) => cannotExpress(predicate, clause, rule.kind, backend));
  for (const [i, reason] of reasons.entries()) {
    if (reason !== null) drop(clause.predicates[i], reason);
  }
  let predicates = clause.predicates.filter((_, i) => reasons[i] === null);
  let reason = tooMuch(rule, { predicates }, backend);
  while (reason !== null && predicates.length > 0) {
    const largest = predicates.reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a));
    drop(largest, reason);
    predicates = predicates.filter((predicate) => predicate !== largest);
    reason = tooMuch(rule, { predicates }, backend);
  }
  if (predicates.length > 0) return { predicates };
  drop(null, 'nothing of the clause is left but the target');
  return null;
}

function sizeOf(predicate: Predicate): number {
  return JSON.stringify(predicate.value).length;
}

/** Why the clause as a whole does not go, though each of its predicates would. */
function tooMuch(rule: RuleMatch, clause: Clause, backend: Backend): string | null {
  const families = familiesOf(rule.target) ?? [];
  switch (backend) {
    case 'bpf': {
      const values = clause.predicates.reduce((sum, predicate) => sum + valuesOf(predicate).length, 0);
      return values > MAX_BPF_VALUES ? `${values} values in one filter; ${MAX_BPF_VALUES} is the most` : null;
    }
    case 'iptables': {
      const rules = branchesOf(clause, families).reduce((sum, branch) => sum + countMatches(branch, setFor(branch)), 0);
      return rules > MAX_IPTABLES_RULES ? `${rules} iptables rules; ${MAX_IPTABLES_RULES} is the most` : null;
    }
    case 'flowspec': {
      const routes = branchesOf(clause, families).reduce(
        (sum, branch) => sum + routesOf(branch, rule.target).length,
        0,
      );
      return routes > MAX_ROUTES ? `${routes} flowspec routes; ${MAX_ROUTES} is the most` : null;
    }
    case 'networkFirewall':
      return tooManyExpressions(scopeOf(rule.target), alternativesOf(clause, rule.target, new Lists('')));
    case 'waf': {
      const lists = new Lists('');
      return tooManyExpressions(null, [clause.predicates.flatMap((predicate) => wafTerms(predicate, lists))]);
    }
    case 'nft':
      return null;
  }
}

function tooManyExpressions(scope: string | null, alternatives: readonly Alternative[]): string | null {
  if (!alternatives.every((one) => fitsAlone(scope, one)))
    return `the expression would have more than ${MAX_EXPRESSION_LENGTH} characters`;
  const count = expressionsOf(scope, alternatives)?.length ?? Infinity;
  if (count <= MAX_EXPRESSIONS) return null;
  return `more than ${MAX_EXPRESSIONS} rules of ${MAX_EXPRESSION_LENGTH} characters`;
}

const setFor = ({ sources }: { readonly sources: readonly unknown[] | null }) =>
  sources !== null && sources.length > MAX_INLINE_SOURCES ? 'set' : null;
