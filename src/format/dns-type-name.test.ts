import { expect, test } from 'vitest';
import { dnsKeyText, dnsTypeName } from './dns-type-name.js';

// tshark -V of a query of each type, 0 to 299, 32768 and 32769: the same but for types registered since.
test.each<[number, string]>([
  [0, 'TYPE0'],
  [1, 'A'],
  [16, 'TXT'],
  [28, 'AAAA'],
  [41, 'OPT'],
  [46, 'RRSIG'],
  [48, 'DNSKEY'],
  [52, 'TLSA'],
  [54, 'TYPE54'],
  [55, 'HIP'],
  [63, 'ZONEMD'],
  [65, 'HTTPS'],
  [69, 'TYPE69'],
  [99, 'SPF'],
  [252, 'AXFR'],
  [255, 'ANY'],
  [257, 'CAA'],
  [32769, 'DLV'],
  [65280, 'TYPE65280'],
])('%i is %s', (type, name) => {
  expect(dnsTypeName(type)).toBe(name);
});

test.each([
  ['example.com 28', 'example.com AAAA'],
  ['two words.local 12', 'two words.local PTR'],
  ['<Root> 2', '<Root> NS'],
  ['a 7 65280', 'a 7 TYPE65280'],
  [' 1', ' A'],
  ['example.com', 'example.com'],
  ['cut off in the mid…', 'cut off in the mid…'],
  ['', ''],
])('a key of DNS: %s', (key, text) => expect(dnsKeyText(key)).toBe(text));
