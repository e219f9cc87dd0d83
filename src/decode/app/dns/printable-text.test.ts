import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_EXPANSION, presentText } from './printable-text.js';

function present(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  const out = new Uint8Array(bytes.length * MAX_EXPANSION);
  return Buffer.from(out.subarray(0, presentText(bytes, 0, bytes.length, out))).toString();
}

describe('the text tshark 4.0.17 prints', () => {
  // Each as a label of a query in a capture; tshark -r F -T fields -e dns.qry.name. 42 160 random ones agree but for characters
  // that are newer than its Unicode tables.
  test.each<[string, string]>([
    ['090a0d07080b0c1b', '\\t\\n\\r\\a\\b\\v\\f\\033'],
    ['000102', '\\000\\001\\002'],
    ['7f', '\\177'],
    ['2022275c60247c', ' "\'\\`$|'],
    ['c3a9', 'é'],
    ['c3', '\ufffd'],
    ['fffe', '\ufffd\ufffd'],
    ['c32ea9', '\ufffd.\ufffd'],
    ['e282', '\ufffd'],
    ['e28278', '\ufffdx'],
    ['f09f98', '\ufffd'],
    ['f09f9880', '😀'],
    ['eda080', '\ufffd'],
    ['f4908080', '\ufffd'],
    ['f8808080', '\ufffd'],
    ['f880808080', '\\u0000'],
    ['fc8080808141', '\ufffdA'],
    ['c080', '\\u0000'],
    ['c181', 'A'],
    ['e280ae', '\\u202E'],
    ['efbbbf', '\\uFEFF'],
    ['c280', '\\u0080'],
    ['c2a0', '\u00a0'],
    ['c2ad', '\\u00AD'],
    ['cc81', '\u0301'],
    ['cdb8', '\\u0378'],
    ['ee8080', '\ue000'],
    ['efbfbe', '\\uFFFE'],
    ['f3a08081', '\\U000E0001'],
  ])('%s', (hex, expected) => {
    expect(present(hex)).toBe(expected);
  });
});

test('any bytes become well-formed UTF-8 without control characters, in the room promised', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const out = new Uint8Array(bytes.length * MAX_EXPANSION);
      const written = presentText(bytes, 0, bytes.length, out);
      expect(written).toBeLessThanOrEqual(out.length);
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(out.subarray(0, written));
      expect(/[\p{Cc}\p{Cf}]/u.test(text)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});
