/** Numbers as TLS and QUIC write them, high byte first. The caller has checked that the bytes are there. */

export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function u24(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | u16(bytes, at + 1);
}

/** Unsigned. */
export function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | u24(bytes, at + 1)) >>> 0;
}
