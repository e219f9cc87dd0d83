/** Texts a client may send to break out of a quoted literal: bytes as Latin-1 characters, up to 4 KiB. */
import fc from 'fast-check';

const BREAKERS = [
  '"',
  '\\',
  '#',
  '"#',
  '"##',
  'r#"',
  '\\x',
  '\\"',
  '\0',
  '\n',
  '\r',
  "'",
  '`',
  '$(',
  ') or (',
  '" or "',
  '}',
  '\xff',
  '\x80',
];

const piece = fc.oneof(
  fc.constantFrom(...BREAKERS),
  fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
  fc.constantFrom('Mozilla/5.0 ', 'a', '1', ' '),
);

export const hostileTexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')) },
  { weight: 1, arbitrary: piece.map((one) => one.repeat(Math.ceil(4096 / one.length)).slice(0, 4096)) },
  { weight: 1, arbitrary: fc.integer({ min: 250, max: 260 }).map((hashes) => `"${'#'.repeat(hashes)}`) },
);
