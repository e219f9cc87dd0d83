import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockSecond } from './block-time.js';

const split = (sec: number): { eraSec: bigint; nanoseconds: bigint } => {
  const second = new BlockSecond();
  second.set(sec);
  return { eraSec: BigInt(second.eraSec), nanoseconds: (BigInt(second.high) << 32n) | BigInt(second.low) };
};

test.each([
  ['the epoch', 0, 0n, 0n],
  ['now', 1_770_126_425, 0n, 1_770_126_425_000_000_000n],
  ['2106', 2 ** 32, 0n, 4_294_967_296_000_000_000n],
  ['the last second of the first era', 2 ** 34 - 1, 0n, 17_179_869_183_000_000_000n],
  ['the next one', 2 ** 34, 2n ** 34n, 0n],
  ['1969', -1, -(2n ** 34n), 17_179_869_183_000_000_000n],
  ['no time at all', Number.NaN, 0n, 0n],
] as const)('%s', (_, sec, eraSec, nanoseconds) => {
  expect(split(sec)).toEqual({ eraSec, nanoseconds });
});

test('era and nanoseconds give the second back, for every second a reader can give below 2^63', () => {
  const seconds = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer(),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 2n ** 34n).map(Number),
    fc.constantFrom(-(2 ** 63), 2 ** 63 - 2 ** 34, 2 ** 34 - 1, 2 ** 53),
  );
  fc.assert(
    fc.property(seconds, (sec) => {
      const { eraSec, nanoseconds } = split(sec);
      expect(eraSec + nanoseconds / 1_000_000_000n).toBe(BigInt(sec));
      expect(nanoseconds % 1_000_000_000n).toBe(0n);
      expect(nanoseconds < 2n ** 64n && eraSec >= -(2n ** 63n) && eraSec < 2n ** 63n).toBe(true);
    }),
  );
});
