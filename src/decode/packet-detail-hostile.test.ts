/** Details of broken frames: nothing throws, nothing behind a frame's end is read. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CaptureFile } from '../../test/support/capture-file.js';
import { FrameBatch } from '../records/frame-batch.js';
import { PacketBatch } from '../records/packet-batch.js';
import { PacketSamples } from '../records/packet-samples.js';
import { nextRandom } from '../sketch/hash.js';
import { TextNames } from '../sketch/text-names.js';
import { decodeBatch } from './decode-batch.js';
import { readDetail } from './packet-detail.js';

const folder = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(folder, 'MANIFEST.tsv'));
const skipped = isThere ? '' : ' [skipped: no captures; set DDOSTOP_CAPTURES to their folder]';
const FRAMES_EACH = 40;
const BEHIND = 64;

const names = new TextNames();
const frames = new FrameBatch(1);
const packets = new PacketBatch(1);

/** The details of one frame in a slab that goes on with `filler` behind it. */
function detailsOf(frame: Uint8Array, linkType: number, wireLen: number, filler: number) {
  const slab = new Uint8Array(frame.length + BEHIND).fill(filler);
  slab.set(frame);
  frames.setSlab(slab);
  frames.count = 1;
  frames.capLen[0] = frame.length;
  frames.wireLen[0] = wireLen;
  frames.linkType[0] = linkType;
  decodeBatch(frames, packets);
  const samples = new PacketSamples(1);
  samples.set(0, packets.outer, 0, wireLen, 0);
  readDetail(packets, 0, samples, 0, names);
  return samples.details;
}

describe(`details of hostile frames${skipped}`, () => {
  test.skipIf(!isThere)('cut and flipped at random, whatever lies behind', () => {
    let random = 99;
    const draw = (below: number) => {
      random = nextRandom(random);
      return (random >>> 0) % below;
    };
    let looked = 0;
    for (const name of readdirSync(folder).filter((file) => /\.pcap(ng)?$/.test(file))) {
      let left = FRAMES_EACH;
      const file = new CaptureFile(join(folder, name));
      while (
        left > 0 &&
        file.step((batch) => {
          for (let row = 0; row < batch.count && left > 0; row += 1, left -= 1) {
            const at = batch.at[row]!;
            const whole = batch.bytes.slice(at, at + batch.capLen[row]!);
            for (let round = 0; round < 3; round += 1) {
              const frame = whole.slice(0, round === 0 ? whole.length : draw(whole.length + 1));
              for (let flips = draw(4); flips > 0 && frame.length > 0; flips -= 1)
                frame[draw(frame.length)]! ^= 1 << draw(8);
              const [linkType, wireLen] = [batch.linkType[row]!, batch.wireLen[row]!];
              const zeros = detailsOf(frame, linkType, wireLen, 0);
              const letters = detailsOf(frame, linkType, wireLen, 0x41);
              if (JSON.stringify(zeros) !== JSON.stringify(letters)) expect(letters).toEqual(zeros);
              looked += 1;
            }
          }
        })
      );
    }
    expect(looked).toBeGreaterThan(10_000);
  });
});
