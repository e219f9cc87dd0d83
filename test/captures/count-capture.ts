/** Facts of a capture by the naive counter: verifies reader and decoder without the tables of the pipeline. */

import { decodeBatch } from '../../src/decode/decode-batch.js';
import { PacketBatch } from '../../src/records/packet-batch.js';
import { CaptureFile } from '../support/capture-file.js';
import { NaiveCount } from '../support/naive-count.js';
import type { ReportFacts } from './report-facts.js';

const TOP_SIZE = 20;

export function countCapture(path: string): ReportFacts {
  const packets = new PacketBatch();
  const count = new NaiveCount();
  const file = new CaptureFile(path);
  while (
    file.step((frames) => {
      decodeBatch(frames, packets);
      count.add(packets);
    })
  );
  const end = file.end;
  const error = end !== null && 'error' in end ? { code: end.error.code, atByte: end.atByte } : null;
  return count.facts(TOP_SIZE, error);
}
