/**
 * The pcapng blocks that are written now and then: section header, interface description, interface statistics.
 * draft-ietf-opsawg-pcapng §4.1, §4.2, §4.6; options §3.5. In the byte order of this machine, as the section header says.
 */

/** Byte order of what typed arrays hold. */
export const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const INTERFACE_STATISTICS = 5;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const TWO_32 = 4_294_967_296;

const Option = {
  end: 0,
  comment: 1,
  interfaceName: 2,
  application: 4,
  resolution: 9,
  interfaceFilter: 11,
  timeOffset: 14,
  startTime: 2,
  endTime: 3,
  received: 4,
  dropped: 5,
  accepted: 6,
  droppedByOs: 7,
  delivered: 8,
  /** The highest bit set: for local use, skipped by every reader (§3.5). */
  filler: 0x8dd0,
} as const;

const NANOSECONDS = 9;
/** An option says its length in 16 bits; most of them are for one line of text. */
const MAX_OPTION_BYTES = 65_532;
const BLOCK_FRAME_BYTES = 12;
const OPTION_HEADER_BYTES = 4;

/** Bytes of one block, put together piece by piece. */
class BlockBuilder {
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(readonly type: number) {}

  get totalBytes(): number {
    return this.#bytes + BLOCK_FRAME_BYTES;
  }

  u32(...values: readonly number[]): this {
    return this.#add(new Uint8Array(Uint32Array.from(values).buffer));
  }

  u16(...values: readonly number[]): this {
    return this.#add(new Uint8Array(Uint16Array.from(values).buffer));
  }

  option(code: number, value: Uint8Array): this {
    const bytes = value.subarray(0, MAX_OPTION_BYTES);
    const padded = new Uint8Array((bytes.length + 3) & ~3);
    padded.set(bytes);
    return this.u16(code, bytes.length).#add(padded);
  }

  text(code: number, text: string): this {
    return text === '' ? this : this.option(code, utf8(text));
  }

  u64(code: number, value: number): this {
    return this.option(code, wordPair(Math.floor(value / TWO_32), value % TWO_32, false));
  }

  build(): Uint8Array {
    const total = this.totalBytes;
    const block = new Uint8Array(total);
    const view = new DataView(block.buffer);
    view.setUint32(0, this.type, LITTLE_ENDIAN);
    view.setUint32(4, total, LITTLE_ENDIAN);
    let at = 8;
    for (const part of this.#parts) {
      block.set(part, at);
      at += part.length;
    }
    view.setUint32(at, total, LITTLE_ENDIAN);
    return block;
  }

  #add(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    return this;
  }
}

/** Text of an option; what does not fit is cut between two characters. */
export function utf8(text: string, maxBytes = MAX_OPTION_BYTES): Uint8Array {
  const bytes = new Uint8Array(Math.min(maxBytes, text.length * 3));
  return bytes.subarray(0, new TextEncoder().encodeInto(text, bytes).written);
}

/** 64 bits as two words; times have the higher one first whatever the byte order (§4.3). */
function wordPair(high: number, low: number, isTime: boolean): Uint8Array {
  const words = isTime || !LITTLE_ENDIAN ? [high, low] : [low, high];
  return new Uint8Array(Uint32Array.from(words).buffer);
}

/** `totalBytes`: the block is exactly that long, so that another comment can take its place later; it must have room for both. */
export function sectionHeader(application: string, comment: string, totalBytes?: number): Uint8Array {
  const unknown = 0xffff_ffff;
  const block = new BlockBuilder(SECTION_HEADER).u32(BYTE_ORDER_MAGIC).u16(1, 0).u32(unknown, unknown);
  block.text(Option.application, application);
  if (totalBytes === undefined) return block.text(Option.comment, comment).u32(Option.end).build();
  const room = totalBytes - block.totalBytes - 2 * OPTION_HEADER_BYTES - OPTION_HEADER_BYTES;
  block.option(Option.comment, utf8(comment, room));
  const left = totalBytes - block.totalBytes - 2 * OPTION_HEADER_BYTES;
  return block.option(Option.filler, new Uint8Array(left)).u32(Option.end).build();
}

export interface InterfaceDescription {
  readonly linkType: number;
  /** Bytes of a frame that are kept at most. */
  readonly snapLen: number;
  readonly name: string;
  /** pcap-filter expression; empty = none. */
  readonly filter: string;
  /** Seconds added to every time of the interface; a multiple of 2^34. */
  readonly offsetSec: number;
}

export function interfaceBlock({ linkType, snapLen, name, filter, offsetSec }: InterfaceDescription): Uint8Array {
  const block = new BlockBuilder(INTERFACE_DESCRIPTION).u16(linkType, 0).u32(snapLen);
  block.text(Option.interfaceName, name).option(Option.resolution, Uint8Array.of(NANOSECONDS));
  // First octet 0: an expression in libpcap's language.
  if (filter !== '') block.text(Option.interfaceFilter, `\0${filter}`);
  if (offsetSec !== 0) {
    const offset = new Uint8Array(8);
    new DataView(offset.buffer).setBigInt64(0, BigInt(offsetSec), LITTLE_ENDIAN);
    block.option(Option.timeOffset, offset);
  }
  return block.u32(Option.end).build();
}

/** A time of an interface: its units, in two words. */
export interface BlockTime {
  readonly high: number;
  readonly low: number;
}

export interface InterfaceStatistics {
  readonly interfaceId: number;
  readonly start: BlockTime;
  readonly end: BlockTime;
  /** Frames lost ahead of us. */
  readonly dropped: number;
  /** Frames that reached us. */
  readonly accepted: number;
  /** Of them, those that are in the file. */
  readonly delivered: number;
}

/** Lost ahead of us is isb_ifdrop, as dumpcap has it; what reached us and is not in the file is isb_osdrop. */
export function statisticsBlock(statistics: InterfaceStatistics): Uint8Array {
  const { interfaceId, start, end, dropped, accepted, delivered } = statistics;
  return new BlockBuilder(INTERFACE_STATISTICS)
    .u32(interfaceId, end.high, end.low)
    .option(Option.startTime, wordPair(start.high, start.low, true))
    .option(Option.endTime, wordPair(end.high, end.low, true))
    .u64(Option.received, accepted + dropped)
    .u64(Option.dropped, dropped)
    .u64(Option.accepted, accepted)
    .u64(Option.droppedByOs, accepted - delivered)
    .u64(Option.delivered, delivered)
    .u32(Option.end)
    .build();
}
