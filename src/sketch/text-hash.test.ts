import { describe, expect, test } from 'vitest';
import { hashText } from './text-hash.js';

/** HalfSipHash-1-3 with 64 bits of output, written as its paper has it, with BigInt. */
function reference(bytes: Uint8Array, key: readonly [number, number]): [number, number] {
  const M = 0xffffffffn;
  const rotl = (x: bigint, by: bigint) => ((x << by) | (x >> (32n - by))) & M;
  let [v0, v1, v2, v3] = [0n, 0xeen, 0x6c796765n, 0x74656462n];
  const [k0, k1] = key.map((word) => BigInt(word >>> 0)) as [bigint, bigint];
  v0 ^= k0;
  v1 ^= k1;
  v2 ^= k0;
  v3 ^= k1;
  const round = () => {
    v0 = (v0 + v1) & M;
    v1 = rotl(v1, 5n) ^ v0;
    v0 = rotl(v0, 16n);
    v2 = (v2 + v3) & M;
    v3 = rotl(v3, 8n) ^ v2;
    v0 = (v0 + v3) & M;
    v3 = rotl(v3, 7n) ^ v0;
    v2 = (v2 + v1) & M;
    v1 = rotl(v1, 13n) ^ v2;
    v2 = rotl(v2, 16n);
  };
  const padded = [...bytes];
  while (padded.length % 4 !== 3) padded.push(0);
  padded.push(bytes.length & 0xff);
  for (let i = 0; i < padded.length; i += 4) {
    const word = padded.slice(i, i + 4).reduce((sum, byte, at) => sum | (BigInt(byte) << BigInt(8 * at)), 0n);
    v3 ^= word;
    round();
    v0 ^= word;
  }
  v2 ^= 0xeen;
  for (let i = 0; i < 3; i += 1) round();
  const first = v1 ^ v3;
  v1 ^= 0xddn;
  for (let i = 0; i < 3; i += 1) round();
  return [Number(BigInt.asIntN(32, first)), Number(BigInt.asIntN(32, v1 ^ v3))];
}

describe('hashText', () => {
  test.each([0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 63, 255, 1024])('%i bytes hash as the paper has it', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 0xff);
    const out = new Int32Array(2);
    hashText(bytes, 0, length, 0x12345678, -7, out, 0);
    expect([...out]).toEqual(reference(bytes, [0x12345678, -7]));
  });

  test('a part of a larger array hashes as itself', () => {
    const bytes = Uint8Array.from({ length: 50 }, (_, i) => i);
    const [a, b] = [new Int32Array(2), new Int32Array(2)];
    hashText(bytes, 7, 24, 1, 2, a, 0);
    hashText(bytes.slice(7, 24), 0, 17, 1, 2, b, 0);
    expect([...a]).toEqual([...b]);
  });
});
