/** What a payload looks like, whatever it is: its first bytes, how random they are, its first word. Of the first 64 bytes, captured whole. */
import type { PacketBatch } from '../records/packet-batch.js';
import { Detail, type PacketDetails } from '../records/packet-details.js';
import type { TextKeeper } from '../records/text-keeper.js';

const LOOKED_AT = 64;
/** The entropy of fewer bytes says how many they are, not how random. */
const FEWEST_FOR_ENTROPY = 16;
const FEWEST_FOR_PRINTABLE = 4;
const LONGEST_WORD = 24;
/** One printable byte in front of others happens by chance to 37 % of random payloads, two to 14 %. */
const SHORTEST_WORD = 2;
const FIRST_PRINTABLE = 0x21;
const SPACE = 0x20;
const LAST_PRINTABLE = 0x7e;

const counts = new Uint8Array(256);
/** n × log2 n. */
const WEIGHTED_LOG = Float64Array.from({ length: LOOKED_AT + 1 }, (_, n) => (n === 0 ? 0 : n * Math.log2(n)));

/** Payload of TCP or UDP. `onWire`: bytes that it had, of which fewer may have been captured. */
export function readPayload(
  { bytes, payloadAt, payloadEnd }: PacketBatch,
  row: number,
  onWire: number,
  details: PacketDetails,
  at: number,
  names: TextKeeper,
): void {
  const from = payloadAt[row] as number;
  const captured = (payloadEnd[row] as number) - from;
  if (captured >= 4) {
    details.first4[at] = u32(bytes, from);
    details.known[at]! |= Detail.first4;
  }
  if (captured >= 8) {
    details.next4[at] = u32(bytes, from + 4);
    details.known[at]! |= Detail.next4;
  }
  const looked = Math.min(onWire, LOOKED_AT);
  if (captured >= looked) readStatistics(bytes, from, looked, details, at);
  const wordBytes = wordLength(bytes, from, captured, onWire);
  if (wordBytes >= SHORTEST_WORD) details.word[at] = names.keep(bytes, from, from + wordBytes);
}

function readStatistics(bytes: Uint8Array, from: number, length: number, details: PacketDetails, at: number): void {
  if (length < FEWEST_FOR_PRINTABLE) return;
  let printable = 0;
  let sum = 0;
  for (let next = from; next < from + length; next += 1) {
    const byte = bytes[next] as number;
    const before = counts[byte] as number;
    counts[byte] = before + 1;
    sum += (WEIGHTED_LOG[before + 1] as number) - (WEIGHTED_LOG[before] as number);
    if (byte >= SPACE && byte <= LAST_PRINTABLE) printable += 1;
  }
  for (let next = from; next < from + length; next += 1) counts[bytes[next] as number] = 0;
  details.printable[at] = Math.floor((printable * 10) / length);
  details.known[at]! |= Detail.printable;
  if (length < FEWEST_FOR_ENTROPY) return;
  details.entropy[at] = Math.round((Math.log2(length) - sum / length) * 2);
  details.known[at]! |= Detail.entropy;
}

/** 0 when there is none, or when the snap length cut the payload in it. */
function wordLength(bytes: Uint8Array, from: number, captured: number, onWire: number): number {
  const most = Math.min(captured, LONGEST_WORD);
  let length = 0;
  while (length < most && isPrintable(bytes[from + length] as number)) length += 1;
  return length === captured && length < Math.min(onWire, LONGEST_WORD) ? 0 : length;
}

function isPrintable(byte: number): boolean {
  return byte >= FIRST_PRINTABLE && byte <= LAST_PRINTABLE;
}

function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
