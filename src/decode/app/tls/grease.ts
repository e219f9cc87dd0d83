/** RFC 8701: sixteen values of two equal bytes 0x?a that clients mix in at random. Fingerprints leave them out. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 0xff);
}
