/**
 * Cloudflare's rules language read back: the check that what is written says what was meant, whatever texts it holds.
 * Precedence: not, and, xor, or (developers.cloudflare.com/ruleset-engine/rules-language/operators).
 */
import { ExpressionError, type Token, tokensOf } from './expression-lexer.js';

export type Literal =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'address'; readonly value: string };

export type SetItem = Literal | { readonly kind: 'range'; readonly low: Literal; readonly high: Literal };

export type Index = string | number | '*';

export type Value =
  | { readonly kind: 'field'; readonly name: string; readonly indexes: readonly Index[] }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly indexes: readonly Index[];
    }
  | Literal;

export type Comparison =
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'contains'
  | 'matches'
  | 'wildcard'
  | 'strict wildcard';

export type Expression =
  | { readonly kind: 'or' | 'xor' | 'and'; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'compare'; readonly left: Value; readonly operator: Comparison; readonly right: Value }
  | { readonly kind: 'in'; readonly left: Value; readonly items: readonly SetItem[] }
  | { readonly kind: 'inList'; readonly left: Value; readonly list: string }
  | { readonly kind: 'value'; readonly value: Value };

const LOGIC = [
  { kind: 'or', words: ['or', '||'] },
  { kind: 'xor', words: ['xor', '^^'] },
  { kind: 'and', words: ['and', '&&'] },
] as const;
const SIGNS: Readonly<Record<string, Comparison>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '~': 'matches',
};
const WORDS: ReadonlySet<string> = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'contains', 'matches', 'wildcard']);
/** Deeper than any rule; keeps the reader from running out of stack. */
const MAX_DEPTH = 200;

/** Throws ExpressionError for anything but one whole expression. */
export function parseExpression(source: string): Expression {
  const parser = new Parser(tokensOf(source));
  const expression = parser.expression();
  parser.expect('end', '');
  return expression;
}

class Parser {
  #at = 0;
  #depth = 0;

  constructor(readonly tokens: readonly Token[]) {}

  expression(level = 0): Expression {
    if (level === LOGIC.length) return this.#negation();
    const { kind, words } = LOGIC[level];
    const operands = [this.expression(level + 1)];
    while (words.some((word) => this.#takes(word))) operands.push(this.expression(level + 1));
    return operands.length === 1 ? operands[0] : { kind, operands };
  }

  expect(kind: Token['kind'], value: string): void {
    const token = this.tokens[this.#at];
    if (token.kind !== kind || token.value !== value) this.#refuse(`"${token.value}" instead of "${value}"`);
    this.#at += 1;
  }

  #negation(): Expression {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#refuse('too deep');
    const result = this.#takes('not') || this.#takes('!') ? this.#negated() : this.#comparison();
    this.#depth -= 1;
    return result;
  }

  #negated(): Expression {
    return { kind: 'not', operand: this.#negation() };
  }

  #comparison(): Expression {
    if (this.#takes('(')) {
      const inner = this.expression();
      this.expect('sign', ')');
      return inner;
    }
    const left = this.#value();
    if (this.#takes('in')) return this.#membership(left);
    const operator = this.#operator();
    return operator === null
      ? { kind: 'value', value: left }
      : { kind: 'compare', left, operator, right: this.#value() };
  }

  #operator(): Comparison | null {
    const token = this.tokens[this.#at];
    if (token.kind === 'word' && token.value === 'strict') {
      this.#at += 1;
      this.expect('word', 'wildcard');
      return 'strict wildcard';
    }
    const isWord = token.kind === 'word' && WORDS.has(token.value);
    const operator = isWord ? (token.value as Comparison) : token.kind === 'sign' ? SIGNS[token.value] : undefined;
    if (operator !== undefined) this.#at += 1;
    return operator ?? null;
  }

  #membership(left: Value): Expression {
    const token = this.tokens[this.#at];
    if (token.kind === 'list') {
      this.#at += 1;
      return { kind: 'inList', left, list: token.value };
    }
    this.expect('sign', '{');
    const items: SetItem[] = [];
    while (!this.#takes('}')) {
      const low = this.#literal();
      items.push(this.#takes('..') ? { kind: 'range', low, high: this.#literal() } : low);
    }
    if (items.length === 0) this.#refuse('an empty set');
    return { kind: 'in', left, items };
  }

  #value(): Value {
    const token = this.tokens[this.#at];
    if (token.kind !== 'word') return this.#literal();
    this.#at += 1;
    if (!this.#takes('(')) return { kind: 'field', name: token.value, indexes: this.#indexes() };
    const args: Expression[] = [];
    while (!this.#takes(')')) {
      if (args.length > 0) this.expect('sign', ',');
      args.push(this.expression());
    }
    return { kind: 'call', name: token.value, args, indexes: this.#indexes() };
  }

  #indexes(): Index[] {
    const indexes: Index[] = [];
    while (this.#takes('[')) {
      const token = this.tokens[this.#at];
      if (token.kind !== 'integer' && token.kind !== 'text' && token.value !== '*') this.#refuse('no index');
      indexes.push(token.value);
      this.#at += 1;
      this.expect('sign', ']');
    }
    return indexes;
  }

  #literal(): Literal {
    const token = this.tokens[this.#at];
    if (token.kind !== 'text' && token.kind !== 'integer' && token.kind !== 'address')
      return this.#refuse(`"${token.value}" instead of a value`);
    this.#at += 1;
    return token;
  }

  #takes(value: string): boolean {
    const token = this.tokens[this.#at];
    if ((token.kind !== 'word' && token.kind !== 'sign') || token.value !== value) return false;
    this.#at += 1;
    return true;
  }

  #refuse(what: string): never {
    throw new ExpressionError(what, this.#at);
  }
}
