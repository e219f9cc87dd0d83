import { expect, test } from 'vitest';
import type { EdgeFilterPart } from '../../../src/records/edge-role.js';
import { BackOff } from './back-off.js';
import { logFilter } from './log-filter.js';
import { readSessionUrl } from './session-url.js';

test('chips become a filter: numbers as numbers, lists by what they contain, countries as logged', () => {
  const filter = logFilter([
    { role: 'edgeHosts', value: 'a"\\\n.example' },
    { role: 'edgeStatuses', value: '503' },
    { role: 'edgeCountries', value: 'DE' },
    { role: 'edgeSecuritySources', value: 'l7ddos' },
    { role: 'edgePaths', value: '/login' },
  ]);
  expect(JSON.parse(filter)).toEqual({
    where: {
      and: [
        { key: 'ClientRequestHost', operator: 'eq', value: 'a"\\\n.example' },
        { key: 'EdgeResponseStatus', operator: 'eq', value: 503 },
        { key: 'ClientCountry', operator: 'eq', value: 'de' },
        { key: 'SecuritySources', operator: 'contains', value: 'l7ddos' },
        { key: 'ClientRequestPath', operator: 'eq', value: '/login' },
      ],
    },
  });
  expect(logFilter([])).toBe('');
});

test.each<readonly [string, readonly EdgeFilterPart[], RegExp]>([
  ['a templated path', [{ role: 'edgePaths', value: '/u/#' }], /no ClientRequestPath is "\/u\/#"/],
  ['a word where a number stands', [{ role: 'edgeAsns', value: 'AS64496' }], /no ClientASN/],
  [
    '31 conditions',
    Array.from({ length: 31 }, () => ({ role: 'edgeMethods' as const, value: 'GET' })),
    /31 conditions/,
  ],
  ['more than 1000 bytes', [{ role: 'edgeUserAgents', value: 'ü'.repeat(500) }], /bytes/],
])('what the edge cannot filter by: %s', (_name, parts, said) => {
  expect(() => logFilter(parts)).toThrow(said);
});

test.each([
  ['wss://logs.cloudflare.com/instant-logs/ws/sessions/99d4', false, true],
  ['ws://127.0.0.1:8080/x', true, true],
  ['ws://127.0.0.1:8080/x', false, false],
  ['ws://logs.cloudflare.com/x', true, false],
  ['https://logs.cloudflare.com/x', true, false],
  ['wss://user:pw@logs.cloudflare.com/x', true, false],
  ['wss://logs.cloudflare.com/x#y', true, false],
  [`wss://x/${'a'.repeat(5000)}`, true, false],
  [7, true, false],
] as const)('address of a session %s (plain %s)', (value, plain, isTaken) => {
  expect(readSessionUrl(value, plain) !== null).toBe(isTaken);
});

test.each([[0], [0.5], [0.9999999]])('waits double from 1 s to 60 s, below the bound by chance %d', (chance) => {
  const backOff = new BackOff(() => chance);
  for (const boundMs of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]) {
    const waitMs = backOff.nextMs();
    expect(waitMs).toBeGreaterThanOrEqual(200);
    expect(waitMs).toBeLessThanOrEqual(boundMs);
  }
  expect(backOff.limitedMs()).toBeGreaterThanOrEqual(150_000);
  expect(backOff.limitedMs()).toBeLessThanOrEqual(180_000);
});
