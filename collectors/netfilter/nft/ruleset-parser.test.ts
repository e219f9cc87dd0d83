import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRuleFacts } from './rule-facts.js';
import { parseNftRuleset } from './ruleset-parser.js';
import { parseNftElements } from './set-elements.js';

const FRAME = [
  { metainfo: { version: '1.0.6', json_schema_version: 1 } },
  { table: { family: 'inet', name: 't', handle: 3 } },
  {
    chain: {
      family: 'inet',
      table: 't',
      name: 'c',
      handle: 1,
      type: 'filter',
      hook: 'input',
      prio: -5,
      policy: 'drop',
    },
  },
];
const DROP = [{ counter: { packets: 3, bytes: 7 } }, { drop: null }];

function listing(...objects: readonly unknown[]): string {
  return JSON.stringify({ nftables: [...FRAME, ...objects] });
}

function rule(handle: number, expr: readonly unknown[], more: object = {}): object {
  return { rule: { family: 'inet', table: 't', chain: 'c', handle, expr, ...more } };
}

const saddr = { payload: { protocol: 'ip', field: 'saddr' } };
const dport = { payload: { protocol: 'tcp', field: 'dport' } };

// Right column: `nft list ruleset` of nft 1.0.6 for the same rule, without its counter.
describe('words of a rule', () => {
  test.each([
    [
      [{ match: { op: '==', left: { meta: { key: 'iif' } }, right: 'lo' } }, { accept: null }],
      'iif "lo" accept',
      'accept',
    ],
    [
      [{ match: { op: '==', left: { concat: [saddr, dport] }, right: '@cc' } }, { drop: null }],
      'ip saddr . tcp dport @cc drop',
      'drop',
    ],
    [[{ match: { op: '!=', left: saddr, right: '@s4' } }, { accept: null }], 'ip saddr != @s4 accept', 'accept'],
    [[{ vmap: { key: dport, data: '@m' } }], 'tcp dport vmap @m', 'other'],
    [
      [
        {
          vmap: {
            key: dport,
            data: {
              set: [
                [22, { accept: null }],
                [23, { jump: { target: 'x' } }],
              ],
            },
          },
        },
      ],
      'tcp dport vmap { 22 : accept, 23 : jump x }',
      'other',
    ],
    [
      [{ mangle: { key: { meta: { key: 'mark' } }, value: { map: { key: saddr, data: '@am' } } } }],
      'meta mark set ip saddr map @am',
      'continue',
    ],
    [
      [{ limit: { rate: 20, burst: 20, per: 'second', inv: true } }, { drop: null }],
      'limit rate over 20/second burst 20 packets drop',
      'drop',
    ],
    [
      [
        {
          set: {
            op: 'update',
            elem: saddr,
            set: '@dyn',
            stmt: [{ limit: { rate: 20, burst: 20, per: 'second', inv: true } }],
          },
        },
        { drop: null },
      ],
      'update @dyn { ip saddr limit rate over 20/second burst 20 packets } drop',
      'drop',
    ],
    [
      [{ counter: 'named' }, { queue: { num: { range: [1, 3] }, flags: 'bypass' } }],
      'counter name "named" queue flags bypass to 1-3',
      'queue',
    ],
    [[{ reject: { type: 'tcp reset' } }], 'reject with tcp reset', 'reject'],
    [[{ reject: null }], 'reject', 'reject'],
    [[{ goto: { target: 'act' } }], 'goto act', 'jump'],
    [[{ return: null }], 'return', 'other'],
    [[{ log: { prefix: '@s4 ', group: 7 } }], 'log prefix "@s4 " group 7', 'continue'],
    [[{ dnat: { family: 'ip', addr: '10.0.0.1', port: 80 } }], 'dnat ip to 10.0.0.1:80', 'other'],
    [[{ xt: { type: 'target', name: 'REJECT' } }], 'xt target REJECT', 'reject'],
    [[{ 'brand new': { a: 1 } }, { drop: null }], '{"brand new":{"a":1}} drop', 'drop'],
    [[{ match: { op: '==', left: { strange: 1 }, right: 5 } }], '{"strange":1} 5', 'continue'],
    [null, '', 'continue'],
  ])('%j', (expr, text, verdict) => {
    expect(readRuleFacts(expr)).toMatchObject({ text, verdict });
  });

  test('sets wherever they are looked up, and only there', () => {
    const facts = readRuleFacts([
      { match: { op: '==', left: { concat: [saddr, dport] }, right: '@one' } },
      { vmap: { key: dport, data: '@two' } },
      { mangle: { key: { meta: { key: 'mark' } }, value: { map: { key: saddr, data: '@three' } } } },
      { set: { op: 'add', elem: saddr, set: '@four' } },
      { log: { prefix: '@five' } },
    ]);
    expect(facts.sets).toEqual(['one', 'two', 'three', 'four']);
    expect(facts.fills).toEqual(['four']);
  });
});

describe('a listing', () => {
  test('keys: our table, chain, handle and words; a replaced rule, and one of a table made anew, have others', () => {
    const keyOf = (text: string) => parseNftRuleset(text).rules[0]?.rule.key;
    const key = keyOf(listing(rule(5, DROP)));
    expect(keyOf(listing(rule(5, [{ counter: { packets: 9, bytes: 9 } }, { drop: null }])))).toBe(key);
    expect(keyOf(listing(rule(6, DROP)))).not.toBe(key);
    expect(keyOf(listing(rule(5, [{ accept: null }])))).not.toBe(key);
    expect(keyOf(listing(rule(5, DROP, { comment: 'x' })))).not.toBe(key);
    expect(keyOf(listing(rule(5, DROP)).replace('"handle":3', '"handle":4'))).not.toBe(key);
  });

  test("a counter object of one rule is its own, one of two is nobody's", () => {
    const counter = (name: string) => ({
      counter: { family: 'inet', table: 't', name, handle: 9, packets: 5, bytes: 10 },
    });
    const text = listing(
      counter('own'),
      counter('shared'),
      rule(5, [{ counter: 'own' }]),
      rule(6, [{ counter: 'shared' }]),
      rule(7, [{ counter: 'shared' }]),
      rule(8, [{ counter: 'gone' }]),
    );
    expect(parseNftRuleset(text).rules.map((each) => each.rule.counter?.packets ?? null)).toEqual([
      5,
      null,
      null,
      null,
    ]);
    expect(parseNftRuleset(text).counters.length).toBe(2);
  });

  test('sets that rules fill are dynamic, which 1.0.6 does not say', () => {
    const set = {
      set: {
        family: 'inet',
        name: 'dyn',
        table: 't',
        type: ['ipv4_addr', 'inet_service'],
        handle: 7,
        size: 5,
        flags: ['timeout'],
        stmt: [{ counter: null }],
      },
    };
    const map = { map: { family: 'inet', name: 'm', table: 't', type: 'inet_service', handle: 9, map: 'verdict' } };
    expect(
      parseNftRuleset(listing(set, map, rule(5, [{ set: { op: 'add', elem: saddr, set: '@dyn' } }]))).sets,
    ).toMatchObject([
      { name: 'dyn', type: 'ipv4_addr . inet_service', flags: ['timeout', 'counter', 'dynamic'], maxElements: 5 },
      { name: 'm', type: 'inet_service : verdict', flags: ['map'], maxElements: null },
    ]);
  });

  test('with a listing to trust: counters are new, words are those of before, where handle and place agree', () => {
    const first = parseNftRuleset(listing(rule(5, DROP), rule(6, DROP), rule(7, [{ accept: null }])));
    const text = listing(
      rule(5, [{ counter: { packets: 8, bytes: 9 } }, { drop: null }]),
      rule(8, DROP),
      rule(7, [{ accept: null }]),
    );
    const trusted = parseNftRuleset(text, first);
    expect(trusted).toEqual(parseNftRuleset(text));
    expect(trusted.rules[0]?.facts).toBe(first.rules[0]?.facts);
    expect(trusted.rules[1]?.facts).not.toBe(first.rules[1]?.facts);
    expect(trusted.rules[0]?.rule.counter).toEqual({ packets: 8, bytes: 9 });
  });

  test('an empty answer, and answers that are none', () => {
    expect(parseNftRuleset('').rules).toEqual([]);
    for (const text of ['{', '[]', 'null', '{"nftables":{}}', 'Error: x']) {
      expect(() => parseNftRuleset(text)).toThrowError(expect.objectContaining({ code: 'NFT_OUTPUT' }));
    }
  });

  test('objects without their words are counted, not guessed at', () => {
    const text = listing(
      { rule: { family: 'inet', table: 't' } },
      { chain: { family: 'what', table: 't', name: 'c' } },
      { counter: { family: 'inet', table: 't', name: 'c' } },
      { set: {} },
      7,
      null,
      'x',
    );
    expect(parseNftRuleset(text).leftOut).toBe(4);
  });

  test('no JSON below "nftables" makes it throw or gives a counter that is no number', () => {
    const word = fc.constantFrom(
      'rule',
      'chain',
      'set',
      'map',
      'elem',
      'counter',
      'match',
      'left',
      'right',
      'payload',
      'meta',
      'key',
      'expr',
      'concat',
      'range',
      '&',
      'vmap',
      'data',
      'family',
      'table',
      'name',
      'limit',
      'stmt',
      'xt',
      'handle',
      'packets',
      'bytes',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom<unknown>('inet', 't', '@s', 5, -1, 1e300, null, true, ''),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(word, tie('tree'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 6 }), (expr) => {
        const text = listing(rule(5, expr), ...expr);
        for (const each of parseNftRuleset(text).rules) {
          expect(each.rule.counter === null || Number.isFinite(each.rule.counter.packets)).toBe(true);
          expect(typeof each.rule.text).toBe('string');
        }
        expect(parseNftElements(listing({ set: { elem: expr } }), 3).elements.length).toBe(Math.min(3, expr.length));
      }),
    );
  });

  test('nested too deep it is cut, not followed', () => {
    let value: unknown = 'x';
    for (let depth = 0; depth < 5000; depth += 1) value = { concat: [value] };
    expect(readRuleFacts([{ match: { op: '==', left: value, right: 1 } }]).text).toBe('… 1');
  });
});

test('elements of a set, as 1.0.6 mixes them', () => {
  const elem = [
    { elem: { val: '1.2.3.4', counter: { packets: 4, bytes: 5 } } },
    { elem: { val: { prefix: { addr: '10.0.0.0', len: 8 } }, timeout: 3600, expires: 3590, comment: 'x y' } },
    { range: ['192.168.1.1', '192.168.1.5'] },
    '10.2.2.2',
    { concat: ['1.2.3.4', 80] },
    [80, { accept: null }],
    [{ elem: { val: 81, timeout: 5 } }, { jump: { target: 'c' } }],
  ];
  expect(
    parseNftElements(listing({ set: { elem } }), 99).elements.map(
      ({ value, counter, expiresSec, timeoutSec, comment }) => [
        value,
        counter?.packets ?? null,
        expiresSec,
        timeoutSec,
        comment,
      ],
    ),
  ).toEqual([
    ['1.2.3.4', 4, null, null, ''],
    ['10.0.0.0/8', null, 3590, 3600, 'x y'],
    ['192.168.1.1-192.168.1.5', null, null, null, ''],
    ['10.2.2.2', null, null, null, ''],
    ['1.2.3.4 . 80', null, null, null, ''],
    ['80 : accept', null, null, null, ''],
    ['81 : jump c', null, null, 5, ''],
  ]);
  expect(parseNftElements(listing({ set: { elem } }), 2)).toMatchObject({ total: 7, elements: [{}, {}] });
  expect(parseNftElements(listing(), 2)).toEqual({ total: 0, elements: [] });
});
