/** Expressions of a person or a compiler, checked and narrowed. Ruleset engine: at most 4096 characters. */
import { UserError } from '../../errors.js';
import { cleanText } from '../../format/clean-text.js';
import { MAX_EXPRESSION_LENGTH } from '../../signature/compile/cloudflare-expression.js';
import { type Expression, parseExpression } from '../../signature/compile/expression-parser.js';

/** `text` without those that come from `allow`. Throws BAD_EXPRESSION; what is no whole expression could get out of its brackets. */
export function narrowedExpression(text: string, allow: readonly string[]): string {
  parsed(text);
  const whole = allow.length === 0 ? text : `(${text}) and not ip.src in {${allow.join(' ')}}`;
  if (whole.length <= MAX_EXPRESSION_LENGTH) return whole;
  throw new UserError(
    'BAD_EXPRESSION',
    `the expression has ${whole.length} characters, with what is allow-listed; the edge takes ${MAX_EXPRESSION_LENGTH}`,
    'Name fewer values, or put addresses into a list.',
  );
}

/** Every request there is: what blocks it takes the site off the net. */
export function matchesAll(text: string): boolean {
  return isTrue(parsed(text));
}

function isTrue(expression: Expression): boolean {
  switch (expression.kind) {
    case 'value':
      return expression.value.kind === 'field' && expression.value.name === 'true';
    case 'or':
      return expression.operands.some(isTrue);
    case 'and':
      return expression.operands.every(isTrue);
    default:
      return false;
  }
}

function parsed(text: string): Expression {
  if (text.length > MAX_EXPRESSION_LENGTH) throw bad(text, `it has ${text.length} characters`);
  try {
    return parseExpression(text);
  } catch (error) {
    throw bad(text, error instanceof Error ? error.message : 'unreadable');
  }
}

function bad(text: string, why: string): UserError {
  return new UserError(
    'BAD_EXPRESSION',
    `expected one whole expression of Cloudflare's rules language, got ${cleanText(text, 80)} (${cleanText(why, 120)})`,
    'E.g. http.host eq "www.example.com" and http.request.uri.path eq "/login".',
  );
}
