import { expect, test } from 'vitest';
import { isHeaderLines } from './header-line.js';

test.each([
  ['X-a: 4718\r\n', true],
  ['X-a: 1\r\nX-b: 2\r\n', true],
  ['Keep-Alive:\r\n', true],
  ['X-a: 4718', false],
  ['X-a: 4718\n', false],
  ['GET / HTTP/1.1\r\n', false],
  ['220 mail.example ESMTP\r\n', false],
  ['+OK ready\r\n', false],
  [`${'x'.repeat(50)}: 1\r\n`, false],
  ['X-a: 1\r\n\r\n', false],
  ['\r\n', false],
])('%j: %s', (text, expected) => {
  const bytes = new TextEncoder().encode(text);
  expect(isHeaderLines(bytes, 0, bytes.length)).toBe(expected);
});
