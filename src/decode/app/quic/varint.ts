/** QUIC's integers of 1, 2, 4 or 8 bytes. RFC 9000 §16. */

/** Where the next integer is read, and the one read last: used again. Values above 2^53 are rounded, which no caller minds: they are too long. */
export const varint = { at: 0, value: 0 };

/** Reads at `varint.at` and goes on behind it; false when it does not end before `end`. */
export function readVarint(bytes: Uint8Array, end: number): boolean {
  const { at } = varint;
  if (at >= end) return false;
  const first = bytes[at]!;
  const length = 1 << (first >> 6);
  if (at + length > end) return false;
  let value = first & 0x3f;
  for (let i = 1; i < length; i += 1) value = value * 256 + bytes[at + i]!;
  varint.value = value;
  varint.at = at + length;
  return true;
}
