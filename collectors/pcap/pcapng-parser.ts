/**
 * pcapng: sections of blocks, each section with its own byte order and interfaces. draft-ietf-opsawg-pcapng.
 * Frames come from enhanced, simple and obsolete packet blocks; all other blocks are skipped without being buffered.
 */
import type { FrameBatch } from '../../src/records/frame-batch.js';
import {
  type CaptureProblem,
  DAMAGE_HINT,
  MAX_BLOCK_BYTES,
  MAX_BUFFERED_BLOCK_BYTES,
  MAX_CAPTURED_BYTES,
  MAX_INTERFACES,
  ParseState,
  type RecordParser,
} from './capture-limits.js';
import { readDroppedFrames, readTimestampScale } from './pcapng-options.js';
import type { TimestampScale } from './timestamp-scale.js';

/** Reads the same in both byte orders. */
export const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const BYTE_ORDER_MAGIC_AT = 8;
const TOTAL_LENGTH_AT = 4;
const BODY_AT = 8;
const TRAILER_BYTES = 4;
const MIN_BLOCK_BYTES = 12;
const SECTION_HEADER_BYTES = 28;
const INTERFACE_HEAD_BYTES = 16;
const STATISTICS_HEAD_BYTES = 20;
/** Enhanced and obsolete packet blocks share these places; only the first body word differs. */
const PACKET_HEAD_BYTES = 28;
const TIMESTAMP_HIGH_AT = 12;
const TIMESTAMP_LOW_AT = 16;
const CAPTURED_LENGTH_AT = 20;
const ORIGINAL_LENGTH_AT = 24;
const SIMPLE_HEAD_BYTES = 12;

interface CaptureInterface {
  readonly linkType: number;
  /** 0 = unlimited. */
  readonly snapLen: number;
  readonly scale: TimestampScale;
  /** Newest count of its statistics blocks. */
  dropped: number;
}

export class PcapngParser implements RecordParser {
  readonly format = 'pcapng';
  at = 0;
  skipBytes = 0;
  wantBytes = SECTION_HEADER_BYTES;
  problem: CaptureProblem | null = null;
  #littleEndian = true;
  #interfaces: CaptureInterface[] = [];
  #droppedBefore = 0;
  /** Time of the packet before, for blocks that carry none; NaN until a packet with a time was seen. */
  #lastSec = Number.NaN;
  #lastNsec = 0;
  /** Total length the trailer must repeat once the skipped part of a block is over; 0 = none is due. */
  #trailerDue = 0;

  get isInsideRecord(): boolean {
    return this.#trailerDue > 0;
  }

  get droppedFrames(): number {
    return this.#interfaces.reduce((sum, { dropped }) => sum + dropped, this.#droppedBefore);
  }

  parse(view: DataView, at: number, end: number, batch: FrameBatch): ParseState {
    this.at = at;
    this.skipBytes = 0;
    if (this.problem !== null) return ParseState.damaged;
    let state: ParseState = ParseState.full;
    while (state === ParseState.full && batch.count < batch.rows) {
      state = this.#trailerDue > 0 ? this.#checkTrailer(view, end) : this.#readBlock(view, end, batch);
    }
    this.#keepLastTime(batch);
    return state;
  }

  /** `full` here means: a block was taken, go on. */
  #readBlock(view: DataView, end: number, batch: FrameBatch): ParseState {
    const at = this.at;
    if (end - at < MIN_BLOCK_BYTES) return this.#want(MIN_BLOCK_BYTES);
    const isSection = view.getUint32(at, true) === SECTION_HEADER;
    if (isSection && !this.#readByteOrder(view, at)) return ParseState.damaged;
    const little = this.#littleEndian;
    const type = isSection ? SECTION_HEADER : view.getUint32(at, little);
    const total = view.getUint32(at + TOTAL_LENGTH_AT, little);
    if (total < MIN_BLOCK_BYTES || total > MAX_BLOCK_BYTES || (total & 3) !== 0) {
      const expected = `a multiple of 4 from ${MIN_BLOCK_BYTES} to ${MAX_BLOCK_BYTES}`;
      return this.#damaged(`block of type ${type} with length ${total}, expected ${expected}`);
    }
    const buffered = wantsBody(type) ? Math.min(total, MAX_BUFFERED_BLOCK_BYTES) : BODY_AT;
    if (end - at < buffered) return this.#want(buffered);
    if (buffered === total && view.getUint32(at + total - TRAILER_BYTES, little) !== total) {
      return this.#wrongTrailer(view.getUint32(at + total - TRAILER_BYTES, little), total);
    }
    if (!this.#takeBody(view, type, at, at + Math.min(buffered, total - TRAILER_BYTES), batch))
      return ParseState.damaged;
    if (buffered === total) {
      this.at = at + total;
      return ParseState.full;
    }
    this.#trailerDue = total;
    return this.#skipTo(at + total - TRAILER_BYTES, end);
  }

  #skipTo(target: number, end: number): ParseState {
    this.at = Math.min(target, end);
    if (target <= end) return ParseState.full;
    this.skipBytes = target - end;
    this.wantBytes = TRAILER_BYTES;
    return ParseState.hungry;
  }

  #checkTrailer(view: DataView, end: number): ParseState {
    if (end - this.at < TRAILER_BYTES) return this.#want(TRAILER_BYTES);
    const trailer = view.getUint32(this.at, this.#littleEndian);
    if (trailer !== this.#trailerDue) return this.#wrongTrailer(trailer, this.#trailerDue);
    this.#trailerDue = 0;
    this.at += TRAILER_BYTES;
    return ParseState.full;
  }

  /** `bodyEnd` is the end of what lies in memory, trailer excluded. */
  #takeBody(view: DataView, type: number, at: number, bodyEnd: number, batch: FrameBatch): boolean {
    switch (type) {
      case ENHANCED_PACKET:
        if (bodyEnd - at < PACKET_HEAD_BYTES) return this.#short(type, bodyEnd - at);
        return this.#takePacket(view, at, bodyEnd, view.getUint32(at + BODY_AT, this.#littleEndian), batch);
      case OBSOLETE_PACKET:
        if (bodyEnd - at < PACKET_HEAD_BYTES) return this.#short(type, bodyEnd - at);
        return this.#takePacket(view, at, bodyEnd, view.getUint16(at + BODY_AT, this.#littleEndian), batch);
      case SIMPLE_PACKET:
        return this.#takeSimplePacket(view, at, bodyEnd, batch);
      case INTERFACE_DESCRIPTION:
        return this.#takeInterface(view, at, bodyEnd);
      case INTERFACE_STATISTICS:
        return this.#takeStatistics(view, at, bodyEnd);
      case SECTION_HEADER:
        return this.#takeSection(view, at, bodyEnd);
      default:
        return true;
    }
  }

  #takePacket(view: DataView, at: number, bodyEnd: number, id: number, batch: FrameBatch): boolean {
    const little = this.#littleEndian;
    const source = this.#interfaces[id];
    if (source === undefined) return this.#noInterface(id);
    const captured = view.getUint32(at + CAPTURED_LENGTH_AT, little);
    if (captured > MAX_CAPTURED_BYTES || at + PACKET_HEAD_BYTES + captured > bodyEnd) return this.#tooLong(captured);
    const row = batch.count;
    batch.at[row] = at + PACKET_HEAD_BYTES;
    batch.capLen[row] = captured;
    batch.wireLen[row] = view.getUint32(at + ORIGINAL_LENGTH_AT, little);
    batch.linkType[row] = source.linkType;
    const high = view.getUint32(at + TIMESTAMP_HIGH_AT, little);
    source.scale.store(high, view.getUint32(at + TIMESTAMP_LOW_AT, little), batch, row);
    batch.count = row + 1;
    return true;
  }

  #takeSimplePacket(view: DataView, at: number, bodyEnd: number, batch: FrameBatch): boolean {
    if (bodyEnd - at < SIMPLE_HEAD_BYTES) return this.#short(SIMPLE_PACKET, bodyEnd - at);
    const source = this.#interfaces[0];
    if (source === undefined) return this.#noInterface(0);
    const original = view.getUint32(at + BODY_AT, this.#littleEndian);
    // The block does not say how much was captured: the snap length does (§4.4).
    const captured = source.snapLen === 0 ? original : Math.min(original, source.snapLen);
    if (captured > MAX_CAPTURED_BYTES || at + SIMPLE_HEAD_BYTES + captured > bodyEnd) return this.#tooLong(captured);
    const row = batch.count;
    batch.at[row] = at + SIMPLE_HEAD_BYTES;
    batch.capLen[row] = captured;
    batch.wireLen[row] = original;
    batch.linkType[row] = source.linkType;
    // Carries no time: it came after the packet before it, which is all that is known.
    batch.sec[row] = row > 0 ? batch.sec[row - 1]! : this.#lastSec;
    batch.nsec[row] = row > 0 ? batch.nsec[row - 1]! : this.#lastNsec;
    batch.count = row + 1;
    return true;
  }

  #keepLastTime(batch: FrameBatch): void {
    if (batch.count === 0) return;
    this.#lastSec = batch.sec[batch.count - 1]!;
    this.#lastNsec = batch.nsec[batch.count - 1]!;
  }

  #takeInterface(view: DataView, at: number, bodyEnd: number): boolean {
    if (bodyEnd - at < INTERFACE_HEAD_BYTES) return this.#short(INTERFACE_DESCRIPTION, bodyEnd - at);
    if (this.#interfaces.length >= MAX_INTERFACES) return !this.#damaged(`more than ${MAX_INTERFACES} interfaces`);
    const little = this.#littleEndian;
    this.#interfaces.push({
      linkType: view.getUint16(at + BODY_AT, little),
      snapLen: view.getUint32(at + BODY_AT + 4, little),
      scale: readTimestampScale(view, at + INTERFACE_HEAD_BYTES, bodyEnd, little),
      dropped: 0,
    });
    return true;
  }

  #takeStatistics(view: DataView, at: number, bodyEnd: number): boolean {
    if (bodyEnd - at < STATISTICS_HEAD_BYTES) return this.#short(INTERFACE_STATISTICS, bodyEnd - at);
    const source = this.#interfaces[view.getUint32(at + BODY_AT, this.#littleEndian)];
    const dropped = readDroppedFrames(view, at + STATISTICS_HEAD_BYTES, bodyEnd, this.#littleEndian);
    if (source !== undefined && dropped >= 0) source.dropped = dropped;
    return true;
  }

  #readByteOrder(view: DataView, at: number): boolean {
    if (view.getUint32(at + BYTE_ORDER_MAGIC_AT, true) === BYTE_ORDER_MAGIC) this.#littleEndian = true;
    else if (view.getUint32(at + BYTE_ORDER_MAGIC_AT, false) === BYTE_ORDER_MAGIC) this.#littleEndian = false;
    else {
      const magic = view.getUint32(at + BYTE_ORDER_MAGIC_AT, false).toString(16);
      this.#damaged(`section header with byte-order magic 0x${magic}, expected 0x1a2b3c4d in either order`);
      return false;
    }
    return true;
  }

  #takeSection(view: DataView, at: number, bodyEnd: number): boolean {
    if (bodyEnd - at < SECTION_HEADER_BYTES - TRAILER_BYTES) return this.#short(SECTION_HEADER, bodyEnd - at);
    const major = view.getUint16(at + 12, this.#littleEndian);
    const minor = view.getUint16(at + 14, this.#littleEndian);
    // 1.2 is written by some tools and means 1.0 (§4.1).
    if (major !== 1 || (minor !== 0 && minor !== 2)) {
      return !this.#damaged(`pcapng version ${major}.${minor}, expected 1.0`);
    }
    this.#droppedBefore = this.droppedFrames;
    this.#interfaces = [];
    return true;
  }

  #want(bytes: number): ParseState {
    this.wantBytes = bytes;
    return ParseState.hungry;
  }

  #damaged(what: string): ParseState {
    this.problem = { code: 'CAPTURE_DAMAGED', what, hint: DAMAGE_HINT };
    return ParseState.damaged;
  }

  #wrongTrailer(got: number, expected: number): ParseState {
    return this.#damaged(`block that ends with length ${got}, expected ${expected} as at its start`);
  }

  #short(type: number, got: number): false {
    this.#damaged(`block of type ${type} with only ${got} bytes before its trailer`);
    return false;
  }

  #noInterface(id: number): false {
    this.#damaged(`packet of interface ${id}, but the section describes ${this.#interfaces.length}`);
    return false;
  }

  #tooLong(captured: number): false {
    this.#damaged(`packet block with captured length ${captured}, more than the block or ${MAX_CAPTURED_BYTES} allow`);
    return false;
  }
}

function wantsBody(type: number): boolean {
  return (type >= INTERFACE_DESCRIPTION && type <= SIMPLE_PACKET) || type === INTERFACE_STATISTICS
    || type === ENHANCED_PACKET || type === SECTION_HEADER; // biome-ignore format: one condition
}
