/**
 * Field tests as iptables' u32 (iptables-extensions(8)): loads of four bytes from the IP header on; `@` moves the start. Behind IPv4's header
 * it follows the header length; of IPv6 it reads behind the fixed header, so extension headers are excluded by a test of their own.
 */
import type { Branch, FieldTest } from './branches.js';
import { type Place, Protocol } from './packet-places.js';
import { numberText, type Range } from './predicate-values.js';

/** "no more than 10 of '=' in the u32 argument", "no more than 10 ranges per value". */
export const U32_MAX_TESTS = 10;
export const U32_MAX_RANGES = 10;

const V4_HEADER = '0>>22&0x3C@';
const V4_WHOLE_OR_FIRST = '4&0x1FFF=0';
/** At least so many bytes from `at` on can be read in a sound packet. */
const LEAST_HEADER = { network: { 4: 20, 6: 40 }, transport: { 1: 8, 6: 20, 17: 8, 58: 8, 132: 12 } } as const;

/** `location=values`. At most U32_MAX_RANGES ranges. */
export function u32Test(branch: Branch, place: Place, ranges: readonly Range[]): string {
  const text = (number: number) => numberText(place, number);
  const values = ranges.map(([low, high]) => (low === high ? text(low) : `${text(low)}:${text(high)}`));
  return `${location(branch, place)}=${values.join(',')}`;
}

/** What has to hold before bytes behind the IP header mean what they should. */
export function u32Preconditions({ family, transports }: Branch): string[] {
  return family === 4 ? [V4_WHOLE_OR_FIRST] : [`3&0xFF=${transports![0]}`];
}

export function needsPreconditions({ place }: FieldTest): boolean {
  return place.base !== 'network';
}

function location(branch: Branch, place: Place): string {
  const { family, transports } = branch;
  const { base, at, size } = place;
  if (base === 'network') return loaded(place, Math.min(at, LEAST_HEADER.network[family] - 4), at);
  const protocol = transports![0] as keyof typeof LEAST_HEADER.transport;
  if (base === 'transport') {
    const from = Math.min(at, LEAST_HEADER.transport[protocol] - 4);
    return family === 4 ? V4_HEADER + loaded(place, from, at) : loaded(place, 40 + from, 40 + at);
  }
  // Payload is read in whole words from its start on: the tests that are shorter have a length test beside them.
  const from = size === 4 ? at : at & ~3;
  if (protocol === Protocol.udp) {
    return family === 4 ? V4_HEADER + loaded(place, 8 + from, 8 + at) : loaded(place, 48 + from, 48 + at);
  }
  return family === 4
    ? `${V4_HEADER}12>>26&0x3C@${loaded(place, from, at)}`
    : `52>>26&0x3C@${loaded(place, 40 + from, 40 + at)}`;
}

function loaded({ size, shift, mask }: Place, from: number, at: number): string {
  const right = (from + 4 - at - size) * 8 + shift;
  return `${from}${right === 0 ? '' : `>>${right}`}${mask === 2 ** 32 - 1 ? '' : `&0x${mask.toString(16).toUpperCase()}`}`;
}
