/** A signature that a firewall cannot say in whole is refused: a wider rule was not measured. */
import { UserError } from '../../errors.js';
import type { Backend } from '../../signature/backend.js';
import { fitToBackend } from '../../signature/compile/fit.js';
import type { RuleMatch } from '../../signature/rule.js';
import { predicateWords } from '../../signature/words.js';

/** `hint`: what else to do. */
export function refuseLeft(rule: RuleMatch, backend: Backend, hint: string): void {
  const [first] = fitToBackend(rule, backend).left;
  if (first === undefined) return;
  const what = first.predicate === null ? `clause ${first.clause + 1}` : predicateWords(first.predicate);
  throw new UserError(
    'SIGNATURE_LEFT',
    `${backend} cannot say ${what}: ${first.reason}; without it the rule would be another one than was measured`,
    hint,
  );
}
