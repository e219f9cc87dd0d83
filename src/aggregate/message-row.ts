/** Where a message came from, into one row of samples. */
import type { MessagePlace } from '../layer7/layer7-sink.js';
import { type MessageColumns, NOT_SAID } from '../records/message-columns.js';
import { Has } from '../records/packet-batch.js';

export function readPlace({ batch, columns, row, messages }: MessagePlace, out: MessageColumns, at: number): void {
  out.sec[at] = secOf(batch.sec[row] as number, batch.nsec[row] as number);
  for (let word = 0; word < 4; word += 1) {
    out.src[at * 4 + word] = columns.src[row * 4 + word] as number;
    out.dst[at * 4 + word] = columns.dst[row * 4 + word] as number;
  }
  out.srcPort[at] = columns.srcPort[row] as number;
  out.dstPort[at] = columns.dstPort[row] as number;
  out.ttl[at] = ((columns.has[row] as number) & Has.ttl) !== 0 ? (columns.ttl[row] as number) : NOT_SAID;
  out.messages[at] = messages;
}

export function secOf(sec: number, nsec: number): number {
  return sec + nsec / 1e9;
}
