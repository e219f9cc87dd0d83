import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EdgeTally } from './edge-tally.js';
import { LONGEST_COUNTED, visitItems, writeHost, writeTemplate } from './edge-texts.js';

test('after settling, what was counted is what a Map counts', () => {
  const text = fc.oneof(
    fc.constantFrom('', 'GET', 'POST', 'hit', 'miss', 'a'.repeat(192), 'b'.repeat(193)),
    fc.string({ maxLength: 3 }),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const step = fc.record({ text, requests: fc.integer({ min: 1, max: 100 }), settles: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const counted = new Map<string, number>();
      const wanted = new Map<string, number>();
      const add = (to: Map<string, number>, key: string, more: number) => to.set(key, (to.get(key) ?? 0) + more);
      const tally = new EdgeTally((bytes, at, end, requests, sent) => {
        if (sent !== requests * 3) throw new Error(`${sent} bytes of ${requests} requests`);
        add(counted, Buffer.from(bytes.subarray(at, end)).toString('latin1'), requests);
      });
      for (const { text: each, requests, settles } of steps) {
        const bytes = Buffer.from(`>${each}<`);
        tally.add(bytes, 1, bytes.length - 1, requests, requests * 3);
        add(wanted, bytes.toString('latin1', 1, bytes.length - 1), requests);
        if (settles && requests > 90) tally.settle();
      }
      tally.settle();
      tally.settle();
      expect(counted).toEqual(wanted);
    }),
    { numRuns: 40 },
  );
});

describe('forms', () => {
  const out = new Uint8Array(LONGEST_COUNTED);
  const written = (write: typeof writeHost, text: string) => {
    const bytes = Buffer.from(`..${text}?`);
    return Buffer.from(out.subarray(0, write(bytes, 2, bytes.length - 1, out))).toString();
  };

  test.each([
    ['https://WWW.Example.com/a?b', 'www.example.com'],
    ['http://example.com:8080', 'example.com'],
    ['android-app://com.example', 'android-app'],
    ['example.com', 'example.com'],
    ['https://', ''],
    ['', ''],
    [`https://${'x'.repeat(9000)}`, 'x'.repeat(LONGEST_COUNTED)],
  ])('host of %s', (url, host) => {
    expect(written(writeHost, url)).toBe(host);
  });

  test('a path', () => {
    expect(written(writeTemplate, '/u/42/9f86d081884c7d65')).toBe('/u/#/#');
    expect(written(writeTemplate, '/'.repeat(9000))).toBe('/'.repeat(LONGEST_COUNTED));
  });

  test.each([
    ['', []],
    ['waf', ['waf']],
    ['waf,waf,l7ddos,waf', ['waf', 'l7ddos']],
    [',,a,,b,', ['a', 'b']],
    [Array.from({ length: 50 }, (_, i) => i).join(), Array.from({ length: 32 }, (_, i) => String(i))],
  ])('items of %s', (list, items) => {
    const bytes = Buffer.from(list);
    const seen: string[] = [];
    visitItems(bytes, 0, bytes.length, (at, end) => seen.push(bytes.toString('latin1', at, end)));
    expect(seen).toEqual(items);
  });
});
