/**
 * Where the parts of zstd data begin and end (RFC 8878 §3.1): frame header, blocks, checksum, skippable frames. Node's
 * decompressor needs to be told: given more than one frame at once it stops behind the first, says nothing of data that is cut
 * (22.15 to 25.9, not 24), and where it finds damage it keeps back what it made of the blocks before.
 */
import type { BrokenSource } from '../byte-source.js';
import { zstdBroken } from './failure.js';

const MAGIC = 0xfd2fb528;
/** Sixteen magic numbers, 0x184D2A50 to 0x184D2A5F. */
const SKIPPABLE_MAGIC = 0x184d2a5;
const SKIPPABLE_HEADER_BYTES = 8;
/** Magic number and descriptor. */
const FRAME_START_BYTES = 5;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;
/** Block_Maximum_Size is never more, compressed or not. */
const MAX_BLOCK_BYTES = 128 * 1024;

/** The longest part: whoever asks has room for it. */
export const MAX_PART_BYTES = BLOCK_HEADER_BYTES + MAX_BLOCK_BYTES;

export interface ZstdPart {
  readonly length: number;
  /** Of a skippable frame: not for the decompressor. */
  readonly isSkipped: boolean;
}

export class FrameSplitter {
  #expects: 'frame' | 'block' | 'checksum' | 'skipped' = 'frame';
  #hasChecksum = false;
  /** Of the skippable frame we are in. */
  #leftBytes = 0;

  /** Input may end here. */
  get isBetweenFrames(): boolean {
    return this.#expects === 'frame';
  }

  /** The part at the start of `bytes`; null when it is not whole yet. Throws BrokenSource where no part can be. */
  next(bytes: Uint8Array): ZstdPart | null {
    switch (this.#expects) {
      case 'frame':
        return this.#frame(bytes);
      case 'block':
        return this.#block(bytes);
      case 'checksum':
        if (bytes.length < CHECKSUM_BYTES) return null;
        this.#expects = 'frame';
        return { length: CHECKSUM_BYTES, isSkipped: false };
      case 'skipped':
        return this.#skipped(bytes);
    }
  }

  #frame(bytes: Uint8Array): ZstdPart | null {
    if (bytes.length < FRAME_START_BYTES) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const magic = view.getUint32(0, true);
    if (magic >>> 4 === SKIPPABLE_MAGIC) {
      if (bytes.length < SKIPPABLE_HEADER_BYTES) return null;
      this.#leftBytes = view.getUint32(4, true);
      this.#expects = this.#leftBytes === 0 ? 'frame' : 'skipped';
      return { length: SKIPPABLE_HEADER_BYTES, isSkipped: true };
    }
    if (magic !== MAGIC) throw damaged('no zstd frame where one must begin');
    const descriptor = view.getUint8(4);
    const isSingleSegment = (descriptor & 0x20) !== 0;
    const contentSize = CONTENT_SIZE_BYTES[(descriptor >>> 6) as 0 | 1 | 2 | 3];
    const length =
      FRAME_START_BYTES +
      (isSingleSegment ? 0 : 1) +
      DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3] +
      (contentSize === 0 && isSingleSegment ? 1 : contentSize);
    if (bytes.length < length) return null;
    this.#hasChecksum = (descriptor & 4) !== 0;
    this.#expects = 'block';
    return { length, isSkipped: false };
  }

  #block(bytes: Uint8Array): ZstdPart | null {
    if (bytes.length < BLOCK_HEADER_BYTES) return null;
    const header = bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16);
    const size = header >>> 3;
    const type = (header >>> 1) & 3;
    if (type === RESERVED_BLOCK) throw damaged('invalid block type');
    if (size > MAX_BLOCK_BYTES) throw damaged(`a block of ${size} bytes, at most ${MAX_BLOCK_BYTES} are allowed`);
    const length = BLOCK_HEADER_BYTES + (type === RLE_BLOCK ? 1 : size);
    if (bytes.length < length) return null;
    if ((header & 1) !== 0) this.#expects = this.#hasChecksum ? 'checksum' : 'frame';
    return { length, isSkipped: false };
  }

  #skipped(bytes: Uint8Array): ZstdPart | null {
    if (bytes.length === 0) return null;
    const length = Math.min(bytes.length, this.#leftBytes);
    this.#leftBytes -= length;
    if (this.#leftBytes === 0) this.#expects = 'frame';
    return { length, isSkipped: true };
  }
}

function damaged(reason: string): BrokenSource {
  return zstdBroken({ isCut: false, reason });
}
