/** The key of a one-way flow: source, target, source port << 16 | target port. */
import type { HeaderColumns } from '../records/packet-batch.js';

export const FLOW_WORDS = 9;

export function flowWords(columns: HeaderColumns, row: number, words: Int32Array): void {
  for (let i = 0; i < 4; i += 1) {
    words[i] = columns.src[row * 4 + i] as number;
    words[i + 4] = columns.dst[row * 4 + i] as number;
  }
  words[8] = ((columns.srcPort[row] as number) << 16) | (columns.dstPort[row] as number);
}
