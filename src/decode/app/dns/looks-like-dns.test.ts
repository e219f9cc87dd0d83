import { describe, expect, test } from 'vitest';
import { looksLikeDns } from './dns-message.js';

describe('what tshark takes for DNS on any port', () => {
  // The same header over UDP 40001 > 9999 in tshark 4.0; limits found by counting up.
  test.each<[string, string, boolean]>([
    ['a query', '12340100000100000000000000', true],
    ['a header only', '123401000001000000000000', false],
    ['two questions', '12340100000200000000000000', false],
    ['opcode 4', '12342000000100000000000000', false],
    ['a query with an answer', '12340100000100010000000000', false],
    ['a query with authorities', '12340100000100000001000000', false],
    ['a query with 10 additionals', '12340100000100000000000a00', true],
    ['a query with 11 additionals', '12340100000100000000000b00', false],
    ['a response of 100 answers', '12348180000100640000000000', true],
    ['a response of 101 answers', '12348180000100650000000000', false],
    ['a response without question', '12348180000000000000000000', true],
    ['a response of 11 authorities', '1234818000010000000b000000', false],
  ])('%s', (_name, hex, expected) => {
    expect(looksLikeDns(Buffer.from(hex, 'hex'), 0, hex.length / 2)).toBe(expected);
  });
});
