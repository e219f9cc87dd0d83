/**
 * Which packets carry a payload that somebody reads: what may begin a request or a ClientHello, names, flows that a message is
 * not complete of, and one SYN in so many. A first sieve by a byte or a port, so that a flood costs a nanosecond a packet; the
 * readers look closer. The kernel has the same loop (src/kernel/wasm/wanted.ts).
 */
import { addressIn, arrayIn, type HotMemory } from '../kernel/hot-memory.js';
import {
  CAPWAP_DTLS,
  CAPWAP_DTLS_BYTES,
  CHANGE_CIPHER_RECORD,
  DNS_OPCODE,
  DNS_PORT,
  HANDSHAKE_RECORD,
  LLMNR_PORT,
  MDNS_PORT,
  QUIC_LONG,
  SHORTEST_DNS,
  SHORTEST_DTLS,
  SHORTEST_QUIC,
  SYN_ALONE,
  SYN_MASK,
  WANTED_BYTES,
  WANTED_FACTOR,
  WANTED_NAME_LIMIT,
  WANTED_OFFSET,
  WANTED_PLACE_SHIFT,
  WANTED_PLACES,
  WANTED_SYN_LIMIT,
} from '../kernel/layout.js';
import { REST_ROWS } from '../records/batch-layout.js';
import { BATCH_ROWS } from '../records/frame-batch.js';
import { Has, type HeaderColumns, type PacketBatch } from '../records/packet-batch.js';

const TCP = 6;
const UDP = 17;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const UPPER_A = 65;
const LETTERS = 26;

/** A payload that starts so may begin a request or a handshake. */
function isStart(first: number): boolean {
  const isUpper = first >= UPPER_A && first < UPPER_A + LETTERS;
  return (
    isUpper ||
    first === HANDSHAKE_RECORD ||
    first === CHANGE_CIPHER_RECORD ||
    first === CARRIAGE_RETURN ||
    first === LINE_FEED
  );
}

function isName(port: number): boolean {
  return port === DNS_PORT || port === MDNS_PORT || port === LLMNR_PORT;
}

export class WantedRows {
  readonly #memory: HotMemory | null;
  /** A count a place: how many flows that go on fall on it. Saturates at 255, then stays: a superfluous look, no miss. */
  readonly #places: Uint8Array;
  /** Words [SYN limit, name limit, offset] of those that are picked. */
  readonly #picks: Uint32Array;
  /** How often a place became wanted: lists made before lack its rows. */
  changes = 0;
  #wantedPlaces = 0;
  #own = new Uint32Array(0);

  constructor(memory: HotMemory | null) {
    this.#memory = memory;
    const words = arrayIn(memory, Uint32Array, WANTED_BYTES / 4);
    this.#places = new Uint8Array(words.buffer, words.byteOffset, WANTED_PLACES);
    this.#picks = words.subarray(WANTED_SYN_LIMIT / 4, WANTED_OFFSET / 4 + 1);
    this.pick(1, 1, 0);
  }

  /**
   * One SYN in so many is listed, and one name in so many, by the number of its row: the same ones when a batch is listed in parts.
   * `offset`: which ones; another number for every batch, that nobody outside can know.
   */
  pick(synRate: number, nameRate: number, offset: number): void {
    this.#picks[0] = Math.floor(0xffff_ffff / synRate);
    this.#picks[(WANTED_NAME_LIMIT - WANTED_SYN_LIMIT) / 4] = Math.floor(0xffff_ffff / nameRate);
    this.#picks[(WANTED_OFFSET - WANTED_SYN_LIMIT) / 4] = offset;
  }

  /** The place of a one-way flow. */
  static placeOf(columns: HeaderColumns, row: number): number {
    const ports = ((columns.srcPort[row] as number) << 16) | (columns.dstPort[row] as number);
    const word = (columns.src[row * 4 + 3] as number) ^ (columns.dst[row * 4 + 3] as number) ^ ports;
    return Math.imul(word, WANTED_FACTOR) >>> WANTED_PLACE_SHIFT;
  }

  /** A message of a flow at this place goes on in later packets. */
  want(place: number): void {
    const count = this.#places[place] as number;
    if (count === 0) {
      this.changes += 1;
      this.#wantedPlaces += 1;
    }
    if (count < 255) this.#places[place] = count + 1;
  }

  /** Undoes one `want`. */
  unwant(place: number): void {
    const count = this.#places[place] as number;
    if (count === 0 || count === 255) return;
    this.#places[place] = count - 1;
    if (count === 1) this.#wantedPlaces -= 1;
  }

  isWanted(place: number): boolean {
    return this.#places[place] !== 0;
  }

  /** Rows from..to worth a look, in order; lent until the next call. Tunnelled rows are all of them listed. */
  list(batch: PacketBatch, from: number, to: number): Uint32Array {
    const memory = this.#memory;
    const { place } = batch;
    if (memory !== null && place?.buffer === memory.buffer && batch.bytes.buffer === memory.buffer) {
      const wanted = addressIn(memory, this.#places);
      if (wanted !== 0) {
        const count = memory.kernel.wantedRows(
          place.at,
          from,
          to,
          batch.bytes.byteOffset,
          wanted,
          batch.isPlain,
          this.#wantedPlaces > 0,
        );
        return new Uint32Array(memory.buffer, place.at + REST_ROWS, count);
      }
    }
    return this.#listHere(batch, from, to);
  }

  #listHere(batch: PacketBatch, from: number, to: number): Uint32Array {
    if (this.#own.length < to - from) this.#own = new Uint32Array(Math.max(BATCH_ROWS, to - from));
    let count = 0;
    for (let row = from; row < to; row += 1) {
      if (!this.#isWantedRow(batch, row)) continue;
      this.#own[count] = row;
      count += 1;
    }
    return this.#own.subarray(0, count);
  }

  #isWantedRow(batch: PacketBatch, row: number): boolean {
    const { outer } = batch;
    if (outer.version[row] === 0) return false;
    if (batch.tunnelled[row] !== 0) return true;
    if (((outer.has[row] as number) & Has.payload) === 0) return false;
    const at = batch.payloadAt[row] as number;
    const length = (batch.payloadEnd[row] as number) - at;
    const transport = outer.transport[row];
    if (transport === TCP) return this.#isTcpWanted(batch, row, at, length);
    if (transport !== UDP || length === 0) return false;
    const isOfNames = isName(outer.srcPort[row] as number) || isName(outer.dstPort[row] as number);
    return isOfNames ? this.#isTurn(row, 1) : isUdpWanted(batch.bytes, at, length);
  }

  #isTcpWanted({ outer, bytes }: PacketBatch, row: number, at: number, length: number): boolean {
    // Data in a SYN (RFC 7413) is read with the SYNs that are picked, which are all but in a flood.
    if (((outer.tcpFlags[row] as number) & SYN_MASK) === SYN_ALONE) return this.isSynTurn(row);
    if (length === 0) return false;
    if (isStart(bytes[at] as number)) return true;
    if (outer.srcPort[row] === DNS_PORT || outer.dstPort[row] === DNS_PORT) return true;
    return this.isWanted(WantedRows.placeOf(outer, row));
  }

  /** Of a SYN: it is one of those that stand for the others. */
  isSynTurn(row: number): boolean {
    return this.#isTurn(row, 0);
  }

  #isTurn(row: number, limit: 0 | 1): boolean {
    const mixed = Math.imul(row + (this.#picks[2] as number), WANTED_FACTOR) >>> 0;
    return mixed <= (this.#picks[limit] as number);
  }
}

function isUdpWanted(bytes: Uint8Array, at: number, length: number): boolean {
  const first = bytes[at] as number;
  const isQuic = (first & QUIC_LONG) === QUIC_LONG && length >= SHORTEST_QUIC;
  if (isQuic && isQuicVersion(bytes[at + 1] as number)) return true;
  const isWrapped = first === CAPWAP_DTLS && bytes[at + CAPWAP_DTLS_BYTES] === HANDSHAKE_RECORD;
  if (length >= SHORTEST_DTLS && (first === HANDSHAKE_RECORD || isWrapped)) return true;
  return length >= SHORTEST_DNS && isDnsHeader(bytes, at);
}

/** First byte of the versions that are read: 1, 2 (0x6b3343cf), drafts (0xff0000..), T05., mvfst (0xfaceb0..). */
function isQuicVersion(byte: number): boolean {
  return byte === 0 || byte === 0x6b || byte === 0xff || byte === 0x54 || byte === 0xfa;
}

/** A plain query, or its answer: one question, fewer than 256 of anything else. */
function isDnsHeader(bytes: Uint8Array, at: number): boolean {
  const others = (bytes[at + 6] as number) | (bytes[at + 8] as number) | (bytes[at + 10] as number);
  const opcode = (bytes[at + 2] as number) & DNS_OPCODE;
  return bytes[at + 4] === 0 && bytes[at + 5] === 1 && (others | opcode) === 0;
}
