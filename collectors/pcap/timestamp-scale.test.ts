import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { TimestampScale } from './timestamp-scale.js';

const batch = new FrameBatch(1);

function scaled(resolution: number, high: number, low: number, offsetSec = 0): [number, number] {
  new TimestampScale(resolution, offsetSec).store(high, low, batch, 0);
  return [batch.sec[0]!, batch.nsec[0]!];
}

/** The same in whole numbers. */
function oracle(resolution: number, high: number, low: number): [number, number] {
  const units = (BigInt(high) << 32n) | BigInt(low);
  const exponent = BigInt(resolution & 0x7f);
  const perSecond = resolution & 0x80 ? 2n ** exponent : 10n ** exponent;
  const nanoseconds = ((units % perSecond) * 1_000_000_000n) / perSecond;
  return [Number(units / perSecond), Number(nanoseconds)];
}

test.each<[string, number, number, number, [number, number]]>([
  ['microseconds', 6, 0x60a24, 0x18202240, [1_700_000_000, 123_456_000]],
  ['nanoseconds', 9, 0x17979cfe, 0x3a0b1000 + 123, oracle(9, 0x17979cfe, 0x3a0b1000 + 123)],
  ['seconds', 0, 0, 1_700_000_000, [1_700_000_000, 0]],
  ['picoseconds', 12, 0xffff_ffff, 0xffff_ffff, [18_446_744, 73_709_551]],
  ['2^-1', 0x81, 0, 3, [1, 500_000_000]],
  ['2^-20', 0x80 | 20, 1, 1, [4096, 953]],
  ['2^-32', 0x80 | 32, 5, 0x8000_0000, [5, 500_000_000]],
  ['2^-64', 0x80 | 64, 0x8000_0000, 0, [0, 500_000_000]],
])('%s', (_name, resolution, high, low, expected) => {
  expect(scaled(resolution, high, low)).toEqual(expected);
});

test('every resolution and every count equals whole-number arithmetic', () => {
  const word = fc.nat(0xffff_ffff);
  fc.assert(
    fc.property(fc.nat(255), fc.oneof(word, fc.constant(0), fc.nat(0x20_0010)), word, (resolution, high, low) => {
      const [sec, nsec] = oracle(resolution, high, low);
      // Seconds beyond 2^53 are no longer exact, in the oracle's Number() neither.
      expect(scaled(resolution, high, low)).toEqual([sec, nsec]);
    }),
    { numRuns: 20_000 },
  );
});

test('the offset is added in seconds', () => {
  expect(scaled(6, 0, 1_500_000, -10)).toEqual([-9, 500_000_000]);
});
