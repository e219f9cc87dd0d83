/** An expression tree as text that the parser reads as the same tree. */
import { quoteText } from './cloudflare-text.js';
import type { Expression, Index, Literal, SetItem, Value } from './expression-parser.js';

const LOOSENESS = { or: 3, xor: 2, and: 1 } as const;

export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'or':
    case 'xor':
    case 'and': {
      const { kind, operands } = expression;
      return operands.map((operand) => inBrackets(operand, LOOSENESS[kind])).join(` ${kind} `);
    }
    case 'not':
      return `not ${inBrackets(expression.operand, 1)}`;
    case 'compare':
      return `${valueText(expression.left)} ${expression.operator} ${valueText(expression.right)}`;
    case 'in':
      return `${valueText(expression.left)} in {${expression.items.map(itemText).join(' ')}}`;
    case 'inList':
      return `${valueText(expression.left)} in ${expression.list}`;
    case 'value':
      return valueText(expression.value);
  }
}

/** A tree of the same kind inside of one would be read as one list. */
function inBrackets(operand: Expression, looseness: number): string {
  const text = printExpression(operand);
  return operand.kind in LOOSENESS && LOOSENESS[operand.kind as keyof typeof LOOSENESS] >= looseness
    ? `(${text})`
    : text;
}

function valueText(value: Value): string {
  if (value.kind === 'field') return value.name + indexText(value.indexes);
  if (value.kind !== 'call') return literalText(value);
  return `${value.name}(${value.args.map(printExpression).join(', ')})${indexText(value.indexes)}`;
}

function indexText(indexes: readonly Index[]): string {
  return indexes.map((index) => `[${typeof index === 'number' || index === '*' ? index : quoteText(index)}]`).join('');
}

function itemText(item: SetItem): string {
  return item.kind === 'range' ? `${literalText(item.low)}..${literalText(item.high)}` : literalText(item);
}

function literalText(literal: Literal): string {
  return literal.kind === 'text' ? quoteText(literal.value) : `${literal.value}`;
}
