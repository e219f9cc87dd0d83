/** zstd data made by hand (RFC 8878 §3.1): frames of raw and repeated blocks, so that a test knows every byte. */
import { concat } from './capture-bytes.js';

const FRAME_START = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3); // no checksum, no size, window of 128 KiB
const RAW = 0;
const REPEATED = 1;
const RESERVED = 3;

/** A frame; the last block is marked as such. */
export function zstdFrame(...blocks: readonly Uint8Array[]): Uint8Array {
  const marked = blocks.map((block, i) => {
    const copy = block.slice();
    if (i === blocks.length - 1) copy[0]! |= 1;
    return copy;
  });
  return concat(FRAME_START, ...marked);
}

/** The start of a frame whose blocks follow, without end. */
export const OPEN_FRAME = FRAME_START;

export function rawBlock(bytes: Uint8Array): Uint8Array {
  return concat(blockHeader(RAW, bytes.length), bytes);
}

/** Four bytes that stand for `count`. */
export function repeatedBlock(byte: number, count: number): Uint8Array {
  return concat(blockHeader(REPEATED, count), Uint8Array.of(byte));
}

/** A block of the type that no decompressor takes. */
export function reservedBlock(): Uint8Array {
  return concat(blockHeader(RESERVED, 1), Uint8Array.of(0));
}

export function skippableFrame(bytes: Uint8Array): Uint8Array {
  const start = new Uint8Array(8);
  new DataView(start.buffer).setUint32(0, 0x184d2a5a, true);
  new DataView(start.buffer).setUint32(4, bytes.length, true);
  return concat(start, bytes);
}

function blockHeader(type: number, size: number): Uint8Array {
  const header = (size << 3) | (type << 1);
  return Uint8Array.of(header & 0xff, (header >>> 8) & 0xff, header >>> 16);
}
