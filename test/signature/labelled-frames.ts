/** Captures as lists of frames that can be cut, mixed and written again. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { decodeBatch } from '../../src/decode/decode-batch.js';
import { PacketBatch } from '../../src/records/packet-batch.js';
import { pcap, type TestFrame } from '../support/capture-bytes.js';
import { readCaptureFileSync } from '../support/capture-file.js';
import { frameBatchOf } from '../support/decode-frame.js';

export interface Frame {
  readonly bytes: Uint8Array;
  readonly wireLen: number;
  /** Epoch seconds. */
  readonly sec: number;
  readonly linkType: number;
}

export function readFrames(path: string): Frame[] {
  const frames: Frame[] = [];
  readCaptureFileSync(path, (batch) => {
    for (let row = 0; row < batch.count; row += 1) {
      const at = batch.at[row] as number;
      frames.push({
        bytes: batch.bytes.slice(at, at + (batch.capLen[row] as number)),
        wireLen: batch.wireLen[row] as number,
        sec: (batch.sec[row] as number) + (batch.nsec[row] as number) / 1e9,
        linkType: batch.linkType[row] as number,
      });
    }
  });
  return frames;
}

/** The frames of a capture that tcpdump lets through. */
export function framesByFilter(path: string, filter: string, scratch: string): Frame[] {
  execFileSync('tcpdump', ['-n', '-r', path, '-w', scratch, filter], { stdio: 'ignore' });
  return readFrames(scratch);
}

/** Classic pcap with microseconds; all of one link type. */
export function writeFrames(path: string, frames: readonly Frame[]): void {
  const linkType = frames[0]?.linkType ?? 1;
  const records: TestFrame[] = frames.map(({ bytes, sec, wireLen }) => ({
    bytes,
    wireLen,
    time: [Math.floor(sec), Math.floor((sec % 1) * 1e6)] as const,
  }));
  writeFileSync(path, pcap(records, { linkType }));
}

/** How many packets of a capture the filter lets through, by tcpdump. */
export function countByTcpdump(path: string, filter: string): number {
  const text = execFileSync('tcpdump', ['-n', '--count', '-r', path, filter], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Number(/^(\d+) packet/m.exec(text)?.[1] ?? Number.NaN);
}

const packets = new PacketBatch(1);

/** Both directions of a conversation have one key. */
export function flowKeyOf(frame: Frame): string {
  decodeBatch(frameBatchOf(frame.bytes, frame.linkType, frame.wireLen), packets);
  const { src, dst, srcPort, dstPort, transport } = packets.outer;
  const ends = [`${src.subarray(0, 4).join('.')}:${srcPort[0]}`, `${dst.subarray(0, 4).join('.')}:${dstPort[0]}`];
  return `${transport[0]} ${ends.sort().join(' ')}`;
}
