/** Frames of a test as a lent batch: at odd places of the slab, between bytes that must not show through. */
import { FrameBatch } from '../records/frame-batch.js';

export interface PlainFrame {
  readonly sec: number;
  readonly nsec: number;
  readonly wireLen: number;
  readonly linkType: number;
  /** Captured bytes in hex. */
  readonly hex: string;
}

export function batchOf(frames: readonly PlainFrame[]): FrameBatch {
  const bytes = frames.map(({ hex }) => Buffer.from(hex, 'hex'));
  const slab = new Uint8Array(bytes.reduce((sum, { length }) => sum + length + 5, 64)).fill(0xee);
  const batch = new FrameBatch(Math.max(1, frames.length));
  batch.setSlab(slab);
  let at = 3;
  for (const [row, frame] of frames.entries()) {
    const piece = bytes[row]!;
    slab.set(piece, at);
    batch.at[row] = at;
    batch.capLen[row] = piece.length;
    batch.wireLen[row] = frame.wireLen;
    batch.sec[row] = frame.sec;
    batch.nsec[row] = frame.nsec;
    batch.linkType[row] = frame.linkType;
    at += piece.length + 5;
  }
  batch.count = frames.length;
  return batch;
}

/** `count` frames, `perSec` a second from `fromSec` on; each says its number in its bytes. */
export function numberedFrames(count: number, perSec: number, fromSec: number, bytes = 60): PlainFrame[] {
  return Array.from({ length: count }, (_, i) => ({
    sec: fromSec + Math.floor(i / perSec),
    nsec: Math.floor(((i % perSec) * 1e9) / perSec),
    wireLen: bytes + (i % 7),
    linkType: 1,
    hex: i.toString(16).padStart(8, '0') + 'ab'.repeat(bytes - 4),
  }));
}
