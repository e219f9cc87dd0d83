import { describe, expect, test } from 'vitest';
import { requestOf } from '../../src/app/mitigate/mitigate-options.js';
import { guardText, requestArguments } from '../../src/app/mitigate/mitigate-text.js';
import { parseDuration } from '../../src/app/options/duration-option.js';

describe('options of mitigate', () => {
  test.each([
    ['90', 90],
    ['90s', 90],
    ['10m', 600],
    ['2h', 7200],
    ['1d', 86_400],
  ])('%s', (text, seconds) => expect(parseDuration('--ttl', text)).toBe(seconds));

  test.each(['', '10 m', '-1s', '1.5m', '10x', '10m; id', '١s', '99999999s'])('no duration: %j', (text) => {
    expect(() => parseDuration('--ttl', text)).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }));
  });

  test('defaults', () => {
    expect(requestOf({ block: ['198.51.100.7'] })).toEqual({
      backend: 'nft',
      blockSources: ['198.51.100.7'],
      blockTargets: [],
      allow: [],
      guard: [],
      ttlSec: 600,
      confirmWindowSec: 30,
      incidentId: '',
      why: 'manual',
    });
  });

  test.each([
    ['203.0.113.10:22', { address: '203.0.113.10', port: 22 }],
    ['[2001:db8::1]:2222', { address: '2001:db8::1', port: 2222 }],
  ])('guard %s', (text, path) => {
    const request = requestOf({ block: ['203.0.113.0/24'], guard: [text] });
    expect(request.guard).toEqual([path]);
    expect(guardText(path)).toBe(text);
    expect(requestArguments(request)).toBe(`--block 203.0.113.0/24 --guard ${text}`);
  });

  test.each(['203.0.113.10', '2001:db8::1:22', '[2001:db8::1]', ':22', 'x:y'])('no guard: %s', (text) => {
    expect(() => requestOf({ guard: [text] })).toThrow(expect.objectContaining({ code: 'BAD_GUARD' }));
  });
});
