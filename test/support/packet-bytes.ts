/** Packets for decoder tests, built from the inside out. */
import { concat, hex, words } from './capture-bytes.js';

const be = (...values: readonly (readonly [number, 2 | 4])[]): Uint8Array => words(false, ...values);

export function ethernet(etherType: number, payload: Uint8Array): Uint8Array {
  return concat(hex('020000000001 020000000002'), be([etherType, 2]), payload);
}

export interface Ipv4Options {
  readonly protocol?: number;
  readonly ttl?: number;
  /** Flags and offset field. */
  readonly fragment?: number;
  readonly totalLength?: number;
  /** Header length in bytes; options are zeros. */
  readonly headerBytes?: number;
  readonly version?: number;
}

/** 10.0.0.1 > 10.0.0.2 */
export function ipv4(
  payload: Uint8Array,
  {
    protocol = 6,
    ttl = 64,
    fragment = 0,
    headerBytes = 20,
    version = 4,
    totalLength = headerBytes + payload.length,
  }: Ipv4Options = {},
): Uint8Array {
  const head = concat(
    Uint8Array.of((version << 4) | (headerBytes >> 2), 0),
    be([totalLength, 2], [1, 2], [fragment, 2]),
    Uint8Array.of(ttl, protocol),
    hex('0000 0a000001 0a000002'),
  );
  return concat(head, new Uint8Array(Math.max(0, headerBytes - 20)), payload);
}

/** 2001:db8::1 > 2001:db8::2 */
export function ipv6(payload: Uint8Array, nextHeader = 6, payloadLength = payload.length): Uint8Array {
  const addresses = hex('20010db8000000000000000000000001 20010db8000000000000000000000002');
  return concat(hex('60000000'), be([payloadLength, 2]), Uint8Array.of(nextHeader, 63), addresses, payload);
}

export function tcp(flags = 0x02, payload: Uint8Array = new Uint8Array(0), offsetWords = 5): Uint8Array {
  const head = be([1234, 2], [80, 2], [1, 4], [2, 4], [(offsetWords << 12) | flags, 2], [8192, 2], [0, 2], [0, 2]);
  return concat(head, new Uint8Array(Math.max(0, offsetWords * 4 - 20)), payload);
}

export function udp(
  srcPort: number,
  dstPort: number,
  payload: Uint8Array = new Uint8Array(0),
  length = 8 + payload.length,
): Uint8Array {
  return concat(be([srcPort, 2], [dstPort, 2], [length, 2], [0, 2]), payload);
}

/** IPv6 extension header of 8 bytes: hop-by-hop, routing, destination options. */
export function extension(nextHeader: number, value = 0): Uint8Array {
  return concat(Uint8Array.of(nextHeader, 0), be([value, 2], [0, 4]));
}
