/** All frames of a capture as plain objects, for comparisons in tests. */
import { CaptureReader, ReadState } from '../../collectors/pcap/capture-reader.js';
import type { SourceEnd } from '../../src/records/collector.js';
import { FrameBatch } from '../../src/records/frame-batch.js';

export interface ReadFrame {
  readonly sec: number;
  readonly nsec: number;
  readonly wireLen: number;
  readonly linkType: number;
  /** Captured bytes in hex. */
  readonly hex: string;
}

export function framesOf(batch: FrameBatch): ReadFrame[] {
  return Array.from({ length: batch.count }, (_, row) => {
    const at = batch.at[row]!;
    return {
      sec: batch.sec[row]!,
      nsec: batch.nsec[row]!,
      wireLen: batch.wireLen[row]!,
      linkType: batch.linkType[row]!,
      hex: Buffer.from(batch.bytes.subarray(at, at + batch.capLen[row]!)).toString('hex'),
    };
  });
}

export interface ReadResult {
  readonly frames: ReadFrame[];
  readonly end: SourceEnd;
  readonly format: 'pcap' | 'pcapng' | null;
  readonly dropped: number;
}

/** Reads `bytes` in pieces: `nextSize()` says how long the next one is (at most; at least 1). */
export function readFrames(
  bytes: Uint8Array,
  nextSize: () => number = () => bytes.length,
  batchRows?: number,
): ReadResult {
  const reader = new CaptureReader();
  const batch = new FrameBatch(batchRows);
  const frames: ReadFrame[] = [];
  for (let at = 0; ; ) {
    const space = reader.space();
    const piece = bytes.subarray(at, at + Math.max(1, Math.min(nextSize(), space.length)));
    space.set(piece);
    reader.wrote(piece.length);
    at += piece.length;
    while (reader.next(batch) === ReadState.frames) frames.push(...framesOf(batch));
    if (reader.end !== null || piece.length === 0) {
      return { frames, end: reader.finish(), format: reader.format, dropped: reader.droppedFrames };
    }
  }
}
