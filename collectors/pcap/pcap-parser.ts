/**
 * Classic pcap: 24-byte file header, then 16-byte record headers (24 in the Kuznetzov variant).
 * draft-ietf-opsawg-pcap; swapped lengths and the variant as in libpcap sf-pcap.c.
 */
import type { FrameMemory } from '../../src/records/collector.js';
import type { FrameBatch } from '../../src/records/frame-batch.js';
import {
  type CaptureProblem,
  DAMAGE_HINT,
  MAX_CAPTURED_BYTES,
  ParseState,
  type RecordParser,
} from './capture-limits.js';

export const PCAP_FILE_HEADER_BYTES = 24;

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
/** Alexey Kuznetzov's patch of 1998-2000: interface index, protocol and packet type follow each record header. */
const MAGIC_KUZNETZOV = 0xa1b2cd34;

const VERSION_MAJOR_AT = 4;
const VERSION_MINOR_AT = 6;
const LINK_TYPE_AT = 20;
/** Upper bits hold the frame check sequence length (draft §4), which no decoder needs: IP says where it ends. */
const LINK_TYPE_MASK = 0x03ff_ffff;
/** DG/UX tcpdump wrote version 543.0 with the lengths swapped. */
const DGUX_VERSION_MAJOR = 543;

const RECORD_HEADER_BYTES = 16;
const KUZNETZOV_RECORD_HEADER_BYTES = 24;
const FRACTION_AT = 4;
const CAPTURED_LENGTH_AT = 8;
const ORIGINAL_LENGTH_AT = 12;

/** How the two lengths of a record lie: libpcap wrote them swapped before 2.3, and either way in 2.3. */
const LengthOrder = { straight: 0, swapped: 1, smallerFirst: 2 } as const;

/** True when the first four bytes open a classic pcap file of any variant. */
export function isPcapMagic(view: DataView, at: number): boolean {
  return isKnown(view.getUint32(at, true)) || isKnown(view.getUint32(at, false));
}

function isKnown(magic: number): boolean {
  return magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS || magic === MAGIC_KUZNETZOV;
}

export class PcapParser implements RecordParser {
  readonly format = 'pcap';
  at = 0;
  skipBytes = 0;
  wantBytes = PCAP_FILE_HEADER_BYTES;
  problem: CaptureProblem | null = null;
  readonly droppedFrames = 0;
  readonly isInsideRecord = false;
  #headerRead = false;
  #littleEndian = true;
  #nanosecondsPerUnit = 1000;
  #unitsPerSecond = 1_000_000;
  #headerBytes = RECORD_HEADER_BYTES;
  #lengthOrder: number = LengthOrder.straight;
  #linkType = 0;
  readonly #memory: FrameMemory | null;

  /** `memory`: where the batches lie that parse() is given; null = anywhere. */
  constructor(memory: FrameMemory | null = null) {
    this.#memory = memory;
  }

  parse(view: DataView, at: number, end: number, batch: FrameBatch): ParseState {
    this.at = at;
    if (this.problem !== null) return ParseState.damaged;
    if (!this.#headerRead) {
      if (end - at < PCAP_FILE_HEADER_BYTES) return ParseState.hungry;
      if (!this.#readFileHeader(view, at)) return ParseState.damaged;
      this.at = at + PCAP_FILE_HEADER_BYTES;
    }
    this.#walk(view, end, batch);
    return this.#readRecords(view, this.at, end, batch);
  }

  /** Plain records by the kernel. Whatever it stops at, the loop below takes or names. */
  #walk(view: DataView, end: number, batch: FrameBatch): void {
    const { place } = batch;
    const memory = this.#memory;
    if (memory === null || place === null || place !== memory.batch.place || place.buffer !== view.buffer) return;
    if (this.#lengthOrder !== LengthOrder.straight || this.#headerBytes !== RECORD_HEADER_BYTES) return;
    const slab = view.byteOffset;
    batch.count = memory.walker.walkPcap(
      place.at,
      slab + this.at,
      slab + end,
      batch.count,
      slab,
      this.#unitsPerSecond,
      this.#linkType,
      MAX_CAPTURED_BYTES,
      !this.#littleEndian,
    );
    this.at = (memory.result[0] as number) - slab;
  }

  #readFileHeader(view: DataView, at: number): boolean {
    const little = isKnown(view.getUint32(at, true));
    const magic = view.getUint32(at, little);
    this.#littleEndian = little;
    this.#nanosecondsPerUnit = magic === MAGIC_NANOSECONDS ? 1 : 1000;
    this.#unitsPerSecond = magic === MAGIC_NANOSECONDS ? 1_000_000_000 : 1_000_000;
    if (magic === MAGIC_KUZNETZOV) this.#headerBytes = KUZNETZOV_RECORD_HEADER_BYTES;
    const major = view.getUint16(at + VERSION_MAJOR_AT, little);
    const minor = view.getUint16(at + VERSION_MINOR_AT, little);
    if (!(major === 2 && minor <= 4) && !(major === DGUX_VERSION_MAJOR && minor === 0)) {
      this.problem = {
        code: 'CAPTURE_VERSION',
        what: `pcap version ${major}.${minor}, expected 2.0 to 2.4`,
        hint: 'Convert it with "editcap -F pcap IN OUT".',
      };
      return false;
    }
    if (major === DGUX_VERSION_MAJOR || minor < 3) this.#lengthOrder = LengthOrder.swapped;
    else if (minor === 3) this.#lengthOrder = LengthOrder.smallerFirst;
    // A value beyond 16 bits names no link type; 0xffff is reserved and counts as unsupported.
    this.#linkType = Math.min(view.getUint32(at + LINK_TYPE_AT, little) & LINK_TYPE_MASK, 0xffff);
    this.#headerRead = true;
    return true;
  }

  /** The loop all bytes of a classic capture go through: nothing here allocates. */
  #readRecords(view: DataView, from: number, end: number, batch: FrameBatch): ParseState {
    const little = this.#littleEndian;
    const headerBytes = this.#headerBytes;
    const nanosecondsPerUnit = this.#nanosecondsPerUnit;
    const unitsPerSecond = this.#unitsPerSecond;
    const lengthOrder = this.#lengthOrder;
    const linkType = this.#linkType;
    const { rows, at: ats, capLen: capLens, wireLen: wireLens, sec: secs, nsec: nsecs, linkType: linkTypes } = batch;
    let at = from;
    let row = batch.count;
    let state: ParseState = ParseState.full;
    while (row < rows) {
      const dataAt = at + headerBytes;
      if (dataAt > end) {
        this.wantBytes = headerBytes;
        state = ParseState.hungry;
        break;
      }
      let captured = view.getUint32(at + CAPTURED_LENGTH_AT, little);
      let original = view.getUint32(at + ORIGINAL_LENGTH_AT, little);
      if (lengthOrder === LengthOrder.swapped || (lengthOrder === LengthOrder.smallerFirst && captured > original)) {
        const first = captured;
        captured = original;
        original = first;
      }
      if (captured > MAX_CAPTURED_BYTES) {
        this.problem = {
          code: 'CAPTURE_DAMAGED',
          what: `record with captured length ${captured}, expected at most ${MAX_CAPTURED_BYTES}`,
          hint: DAMAGE_HINT,
        };
        state = ParseState.damaged;
        break;
      }
      const next = dataAt + captured;
      if (next > end) {
        this.wantBytes = headerBytes + captured;
        state = ParseState.hungry;
        break;
      }
      ats[row] = dataAt;
      capLens[row] = captured;
      wireLens[row] = original;
      const fraction = view.getUint32(at + FRACTION_AT, little);
      secs[row] = view.getUint32(at, little);
      nsecs[row] = Math.imul(fraction, nanosecondsPerUnit);
      if (fraction >= unitsPerSecond) carrySeconds(batch, row, fraction, unitsPerSecond, nanosecondsPerUnit);
      linkTypes[row] = linkType;
      row += 1;
      at = next;
    }
    batch.count = row;
    this.at = at;
    return state;
  }
}

/** A fraction beyond a second, seen in fuzzed captures only: the surplus is whole seconds. */
function carrySeconds(
  batch: FrameBatch,
  row: number,
  fraction: number,
  unitsPerSecond: number,
  nanosecondsPerUnit: number,
): void {
  batch.sec[row] = batch.sec[row]! + Math.floor(fraction / unitsPerSecond);
  batch.nsec[row] = (fraction % unitsPerSecond) * nanosecondsPerUnit;
}
