import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeAddresses, compareAddresses } from './address-codes.js';
import { codeNumbers } from './code-column.js';

describe('dense codes', () => {
  test.each([
    ['up to 16 bits', 0xffff],
    ['of 32 bits', 0xffff_ffff],
  ])('are the ranks of the numbers, %s', (_name, most) => {
    const number = fc.oneof(
      fc.constant(-1),
      fc.constant(0),
      fc.constant(most),
      fc.integer({ min: 0, max: most }),
      fc.integer({ min: 0, max: 5 }),
    );
    fc.assert(
      fc.property(fc.array(number, { minLength: 1 }), (list) => {
        const { codes, values } = codeNumbers(Float64Array.from(list), Math.max(...list));
        const distinct = [...new Set(list.filter((value) => value >= 0))].sort((a, b) => a - b);
        expect([...values]).toEqual(distinct);
        expect([...codes]).toEqual(list.map((value) => distinct.indexOf(value) + 1));
      }),
    );
  });

  test('of addresses are their ranks as unsigned numbers, IPv4 among IPv6', () => {
    const word = fc.constantFrom(0, 1, -1, 0xffff, -2147483648, 2147483647, 0x0a000001);
    const ipv4 = fc.tuple(fc.constant(0), fc.constant(0), fc.constant(0xffff), word);
    const address = fc.oneof(ipv4, fc.tuple(word, word, word, word));
    fc.assert(
      fc.property(fc.array(address, { minLength: 1 }), (list) => {
        const { codes, addresses } = codeAddresses(Int32Array.from(list.flat()));
        const distinct = [...new Map(list.map((words) => [words.join(), words])).values()];
        distinct.sort((a, b) => compareAddresses(a, 0, b, 0));
        expect([...addresses]).toEqual(distinct.flat());
        const texts = distinct.map((words) => words.join());
        expect([...codes]).toEqual(list.map((words) => texts.indexOf(words.join()) + 1));
      }),
    );
  });
});
