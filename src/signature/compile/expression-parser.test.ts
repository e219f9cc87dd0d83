/** Everything written for Cloudflare is read back as what was meant, whatever bytes its texts hold. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileTexts } from '../../../test/support/hostile-texts.js';
import { packetRule } from '../../../test/support/random-rule.js';
import type { RuleMatch } from '../rule.js';
import { MAX_EXPRESSION_LENGTH } from './cloudflare-expression.js';
import { quoteText } from './cloudflare-text.js';
import { compileRule } from './compile.js';
import { type Expression, parseExpression } from './expression-parser.js';
import { printExpression } from './expression-printer.js';

const field = (name: string) => ({ kind: 'field', name, indexes: [] });
const text = (value: string) => ({ kind: 'text', value });

describe('reads', () => {
  // Forms of the documentation, and of the catalogue's expressions.
  test.each<[string, unknown]>([
    ['ssl', { kind: 'value', value: field('ssl') }],
    ['not ssl', { kind: 'not', operand: { kind: 'value', value: field('ssl') } }],
    [
      'http.host eq "a.example"',
      { kind: 'compare', left: field('http.host'), operator: 'eq', right: text('a.example') },
    ],
    [
      'tcp.flags == 0x12',
      { kind: 'compare', left: field('tcp.flags'), operator: 'eq', right: { kind: 'integer', value: 18 } },
    ],
    [
      'ip.src in {192.0.2.0/24 2001:db8::/32 198.51.100.3..198.51.100.7}',
      {
        kind: 'in',
        left: field('ip.src'),
        items: [
          { kind: 'address', value: '192.0.2.0/24' },
          { kind: 'address', value: '2001:db8::/32' },
          {
            kind: 'range',
            low: { kind: 'address', value: '198.51.100.3' },
            high: { kind: 'address', value: '198.51.100.7' },
          },
        ],
      },
    ],
    ['ip.src in $cf.open_proxies', { kind: 'inList', left: field('ip.src'), list: '$cf.open_proxies' }],
    [
      'tcp.dstport in {8000..8009 443}',
      {
        kind: 'in',
        left: field('tcp.dstport'),
        items: [
          { kind: 'range', low: { kind: 'integer', value: 8000 }, high: { kind: 'integer', value: 8009 } },
          { kind: 'integer', value: 443 },
        ],
      },
    ],
    [
      'any(http.request.headers["accept"][*] == "x")',
      {
        kind: 'value',
        value: {
          kind: 'call',
          name: 'any',
          indexes: [],
          args: [
            {
              kind: 'compare',
              left: { kind: 'field', name: 'http.request.headers', indexes: ['accept', '*'] },
              operator: 'eq',
              right: text('x'),
            },
          ],
        },
      },
    ],
    [
      String.raw`http.user_agent eq r#"a "b" \x41"#`,
      { kind: 'compare', left: field('http.user_agent'), operator: 'eq', right: text(String.raw`a "b" \x41`) },
    ],
    [
      String.raw`http.user_agent eq "a\"\\\x41"`,
      { kind: 'compare', left: field('http.user_agent'), operator: 'eq', right: text('a"\\A') },
    ],
  ])('%s', (source, expected) => {
    expect(parseExpression(source)).toEqual(expected);
  });

  test('not before and before xor before or', () => {
    const flat = parseExpression('a or b xor not c and d');
    expect(flat).toEqual(parseExpression('a or (b xor ((not c) and d))'));
    expect(flat).not.toEqual(parseExpression('((a or b) xor not c) and d'));
    expect(parseExpression('a || b ^^ !c && d')).toEqual(flat);
  });
});

test.each([
  '',
  'a and',
  'a b',
  '(a',
  'a eq "x',
  'a eq r#"x"',
  String.raw`a eq "\q"`,
  'a in {}',
  'a in {1',
  'a[',
  'f(a',
  'a eq 1 eq 2',
  '%',
])('refuses %j', (source) => {
  expect(() => parseExpression(source)).toThrow(/^expression: /);
});

test.each(['not ', '(', 'f('])('refuses 5000 of %j without running out of stack', (piece) => {
  expect(() => parseExpression(piece.repeat(5000))).toThrow(/^expression: too deep/);
});

test('property: any bytes as a text stay one text', () => {
  fc.assert(
    fc.property(hostileTexts, (value) => {
      const source = `a eq ${quoteText(value)} and b`;
      expect(source).toMatch(/^[\x20-\x7e]*$/);
      expect(parseExpression(source)).toEqual({
        kind: 'and',
        operands: [
          { kind: 'compare', left: field('a'), operator: 'eq', right: text(value) },
          { kind: 'value', value: field('b') },
        ],
      });
    }),
    { numRuns: 2000 },
  );
});

const requestRule = fc
  .array(
    fc.record({
      agent: hostileTexts,
      path: hostileTexts,
      hosts: fc.uniqueArray(hostileTexts, { minLength: 2, maxLength: 6 }),
    }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((clauses): RuleMatch => {
    const predicatesOf = ({ agent, path, hosts }: (typeof clauses)[number]) => [
      { attribute: 'http.userAgent', operator: 'eq', value: agent } as const,
      { attribute: 'http.path', operator: 'eq', value: path } as const,
      { attribute: 'http.acceptLanguage', operator: 'in', value: [...hosts].sort() } as const,
      { attribute: 'bot.score', operator: 'range', value: [1, 29] } as const,
    ];
    return { kind: 'request', clauses: clauses.map((one) => ({ predicates: predicatesOf(one) })), target: null };
  });

test('property: WAF expressions hold the texts of the rule and no others, and print as what they are', () => {
  fc.assert(
    fc.property(requestRule, (rule) => {
      const { text: expressions, left } = compileRule(rule, 'waf');
      const read = expressions.map(checked);
      if (left.length > 0) return;
      const wanted = rule.clauses.flatMap(({ predicates }) =>
        predicates.flatMap(({ value }) => [value].flat().filter((one) => typeof one === 'string')),
      );
      const own = new Set([...wanted.filter((one) => one !== ''), '']);
      expect(new Set([...read.flatMap(textsIn), ''])).toEqual(own);
    }),
    { numRuns: 300 },
  );
});

test('property: Network Firewall expressions print as what they are', () => {
  fc.assert(
    fc.property(packetRule, (rule) => {
      for (const expression of compileRule(rule, 'networkFirewall').text) checked(expression);
    }),
    { numRuns: 500 },
  );
});

/** Reads it, prints it, reads it again. */
function checked(expression: string): Expression {
  expect(expression.length).toBeLessThanOrEqual(MAX_EXPRESSION_LENGTH);
  const tree = parseExpression(expression);
  expect(parseExpression(printExpression(tree))).toEqual(tree);
  return tree;
}

/** Values, not the names of headers. */
function textsIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'or':
    case 'xor':
    case 'and':
      return expression.operands.flatMap(textsIn);
    case 'not':
      return textsIn(expression.operand);
    case 'compare':
      return expression.right.kind === 'text' ? [expression.right.value] : [];
    case 'in':
      return expression.items.flatMap((item) => (item.kind === 'text' ? [item.value] : []));
    case 'inList':
      return [];
    case 'value':
      return expression.value.kind === 'call' ? expression.value.args.flatMap(textsIn) : [];
  }
}
