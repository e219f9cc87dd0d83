import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../errors.js';
import { parseNftListing } from './nft-json.js';

const set = (elem: unknown) =>
  JSON.stringify({ nftables: [{ set: { family: 'inet', table: 't', name: 's', type: 'ipv4_addr', elem } }] });

describe('nft -j listing', () => {
  // Shapes as `nft -j list ruleset` of nft 1.0.6 prints them.
  test.each([
    [
      'bare',
      '10.2.2.2',
      { value: { kind: 'single', text: '10.2.2.2' }, timeoutSec: null, expiresSec: null, comment: null, counter: null },
    ],
    ['prefix', { prefix: { addr: '10.0.0.0', len: 8 } }, { value: { kind: 'prefix', address: '10.0.0.0', length: 8 } }],
    ['range', { range: ['10.0.0.1', '10.0.0.9'] }, { value: { kind: 'range', low: '10.0.0.1', high: '10.0.0.9' } }],
    ['port', 22, { value: { kind: 'single', text: '22' } }],
    [
      'concatenation',
      { elem: { val: { concat: ['1.2.3.4', 22] }, timeout: 30, expires: 29 } },
      {
        value: {
          kind: 'concat',
          parts: [
            { kind: 'single', text: '1.2.3.4' },
            { kind: 'single', text: '22' },
          ],
        },
        timeoutSec: 30,
        expiresSec: 29,
      },
    ],
    [
      'timeout, comment and counter',
      {
        elem: { val: '198.51.100.0', timeout: 600, expires: 421, comment: 'id=x', counter: { packets: 7, bytes: 420 } },
      },
      {
        value: { kind: 'single', text: '198.51.100.0' },
        timeoutSec: 600,
        expiresSec: 421,
        comment: 'id=x',
        counter: { packets: 7, bytes: 420 },
      },
    ],
    [
      'prefix inside an element',
      { elem: { val: { prefix: { addr: '2001:db8::', len: 32 } } } },
      { value: { kind: 'prefix', address: '2001:db8::', length: 32 } },
    ],
  ])('element: %s', (_, json, expected) => {
    expect(parseNftListing(set([json])).sets[0]?.elements[0]).toMatchObject(expected);
  });

  test('chains, rules with counters and set look-ups', () => {
    const text = `{"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
      {"table": {"family": "inet", "name": "ddostop", "handle": 1}},
      {"chain": {"family": "inet", "table": "ddostop", "name": "pre", "handle": 1, "type": "filter", "hook": "prerouting", "prio": -310, "policy": "accept"}},
      {"chain": {"family": "inet", "table": "ddostop", "name": "drops", "handle": 2}},
      {"rule": {"family": "inet", "table": "ddostop", "chain": "drops", "handle": 10, "comment": "ddostop v=1", "expr": [
        {"match": {"op": "==", "left": {"&": [{"payload": {"protocol": "ip", "field": "saddr"}}, "255.255.255.0"]}, "right": "@net4_24"}},
        {"counter": {"packets": 3, "bytes": 180}}, {"drop": null}]}},
      {"rule": {"family": "ip", "table": "filter", "chain": "INPUT", "handle": 3, "expr": [{"xt": {"type": "match", "name": "comment"}}]}}]}`;
    const { tables, chains, rules } = parseNftListing(text);
    expect(tables).toEqual([{ family: 'inet', name: 'ddostop' }]);
    expect(chains.map(({ hook, priority }) => [hook, priority])).toEqual([
      ['prerouting', -310],
      [null, null],
    ]);
    expect(rules).toMatchObject([
      { handle: 10, comment: 'ddostop v=1', counter: { packets: 3, bytes: 180 }, sets: ['net4_24'] },
      { handle: 3, comment: null, counter: null, sets: [] },
    ]);
  });

  test.each([
    ['nothing', ''],
    ['cut off', '{"nftables": [{"table": {"fam'],
    ['a message', 'Operation not permitted (you must be root)'],
    ['another shape', '{"nftables": {}}'],
    ['no array', '[]'],
    ['null', 'null'],
    ['entry of text', '{"nftables": ["x"]}'],
    ['entry null', '{"nftables": [null]}'],
    ['set without name', '{"nftables": [{"set": {"family": "inet", "table": "t"}}]}'],
    ['elements no array', '{"nftables": [{"set": {"family": "inet", "table": "t", "name": "s", "elem": 3}}]}'],
    ['unknown element', set([{ strange: 1 }])],
    ['element null', set([null])],
    ['deep concatenation', set([{ concat: [{ concat: [{ concat: ['1'] }] }] }])],
  ])('garbled: %s', (_, text) => {
    expect(() => parseNftListing(text)).toThrow(expect.objectContaining({ code: 'NFT_OUTPUT' }));
  });

  test('any JSON gives a listing or a UserError', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constantFrom('inet', 'ddostop', '10.0.0.1'));
    const key = fc.constantFrom(
      'nftables',
      'set',
      'rule',
      'table',
      'chain',
      'elem',
      'val',
      'prefix',
      'range',
      'concat',
      'name',
      'family',
      'expr',
      'match',
      'counter',
      '__proto__',
    );
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 6 },
        leaf,
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(key, tie('json'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(fc.dictionary(key, json, { maxKeys: 3 }), { maxLength: 4 }), (nftables) => {
        try {
          parseNftListing(JSON.stringify({ nftables }));
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});
