/**
 * Messages in TCP. A segment that begins with one is read where it lies; only when it ends inside of one, or inside a body, the
 * flow gets a place in the stream table until the message is complete. Segments sent again are not read again.
 */

import { FLOW_WORDS } from '../decode/flow-words.js';
import { DNS_PORT } from '../kernel/layout.js';
import type { HeaderColumns, PacketBatch } from '../records/packet-batch.js';
import type { Layer7Sink, MessagePlace } from './layer7-sink.js';
import { MessageScan, Rest } from './message-scan.js';
import { RecentEnds } from './recent-ends.js';
import { LONGEST_START } from './stream-buffers.js';
import { type Stream, StreamTable } from './stream-table.js';
import type { Stride } from './stride.js';
import { WantedRows } from './wanted-rows.js';

const SEQUENCE_AT = 4;
const SYN = 0x02;
/** A client that means it sends what fits a segment; slow ones send a line, or a byte. */
const SLOW_BYTES = 64;

export class TcpReader {
  readonly streams: StreamTable;
  readonly #recent = new RecentEnds();
  readonly #sink: Layer7Sink;
  readonly #scan: MessageScan;
  readonly #wanted: WantedRows;
  readonly #starts: Stride;
  readonly #words = new Int32Array(FLOW_WORDS);
  /** The rest of the segment at hand. */
  #seq = 0;
  #at = 0;
  #end = 0;
  /** The segment was captured whole. */
  #isWhole = true;

  constructor(sink: Layer7Sink, wanted: WantedRows, starts: Stride, seed: number) {
    this.#sink = sink;
    this.#scan = new MessageScan(sink);
    this.#wanted = wanted;
    this.#starts = starts;
    this.streams = new StreamTable(seed, (stream) => wanted.unwant(stream.place));
  }

  /** The payload of `place`'s row; `place.messages` is set when a message begins here. `rate`: packets a packet stands for. */
  read(place: MessagePlace, rate: number): void {
    const { batch, columns, row } = place;
    this.#setSegment(batch, columns, row);
    const hash = this.streams.keyOf(columns, row, this.#words);
    const wantedPlace = WantedRows.placeOf(columns, row);
    const isDns = columns.srcPort[row] === DNS_PORT || columns.dstPort[row] === DNS_PORT;
    const stream = this.#wanted.isWanted(wantedPlace) ? this.streams.find(this.#words, hash) : null;
    place.messages = rate;
    if (stream !== null && !this.#goOn(stream, batch.bytes, isDns, place)) return;
    this.#begin(hash, wantedPlace, isDns, rate, place);
  }

  #setSegment(batch: PacketBatch, columns: HeaderColumns, row: number): void {
    const sequence = batch.view.getInt32((batch.transportAt[row] as number) + SEQUENCE_AT, false);
    this.#seq = ((columns.tcpFlags[row] as number) & SYN) === 0 ? sequence : (sequence + 1) | 0;
    this.#at = batch.payloadAt[row] as number;
    this.#end = batch.payloadEnd[row] as number;
    const onWire = (batch.networkAt[row] as number) + (columns.ipLen[row] as number);
    this.#isWhole = onWire <= this.#end;
  }

  /** What is left of the segment as a beginning. */
  #begin(hash: number, wantedPlace: number, isDns: boolean, rate: number, place: MessagePlace): void {
    this.#at += Math.min(this.#recent.overlap(hash, this.#seq), this.#end - this.#at);
    if (this.#at === this.#end) return;
    const weight = this.#starts.take();
    if (weight === 0) return;
    place.messages = weight * rate;
    const { bytes } = place.batch;
    const at = this.#at;
    const rest = this.#scan.scan(bytes, at, this.#end, isDns, at, !this.#isWhole, place);
    this.#recent.set(hash, (this.#seq + (this.#end - at)) | 0);
    if (rest === Rest.none || !this.#isWhole) return;
    const stream = this.streams.open(this.#words, hash, wantedPlace, (this.#seq + (this.#end - at)) | 0);
    this.#wanted.want(wantedPlace);
    this.#keepRest(stream, rest, bytes, this.#end);
  }

  /** Notes in a flow without a buffer, whose `next` stands behind `end`, what the scan left of `bytes[.., end)`. */
  #keepRest(stream: Stream, rest: Rest, bytes: Uint8Array, end: number): void {
    const scan = this.#scan;
    if (rest === Rest.message) {
      const { restAt } = scan;
      const length = end - restAt;
      if (length >= LONGEST_START) {
        this.#close(stream);
        return;
      }
      stream.next = (stream.next - length) | 0;
      this.streams.begin(stream, bytes, restAt, end);
      stream.needed = scan.needed;
      stream.scanned = length;
    } else if (rest === Rest.body) stream.skip = scan.skip;
    else if (rest === Rest.chunks) stream.chunks = scan.chunks;
  }

  #close(stream: Stream): void {
    this.#wanted.unwant(stream.place);
    this.#recent.set(stream.hash, (stream.next + stream.length) | 0);
    this.streams.close(stream);
  }

  /** The segment as part of a flow. True when it, or what is left of it, is a beginning. */
  #goOn(stream: Stream, bytes: Uint8Array, isDns: boolean, place: MessagePlace): boolean {
    const offset = (this.#seq - stream.next) | 0;
    if (offset < -LONGEST_START * 4 || (stream.buffer !== null && offset >= LONGEST_START)) {
      // Another connection with the same ports, or too much was lost.
      this.#close(stream);
      return true;
    }
    if (stream.buffer !== null) return this.#goOnWithMessage(stream, offset, bytes, isDns, place);
    return this.#goOnWithBody(stream, offset, bytes);
  }

  #goOnWithMessage(stream: Stream, offset: number, bytes: Uint8Array, isDns: boolean, place: MessagePlace): boolean {
    const at = offset < 0 ? Math.min(this.#at - offset, this.#end) : this.#at;
    const isPut = at < this.#end && this.streams.put(stream, Math.max(0, offset), bytes, at, this.#end);
    if (!isPut || (stream.length < stream.needed && stream.length < LONGEST_START)) {
      if (!this.#isWhole) this.#close(stream);
      else this.#noteSlow(place);
      return false;
    }
    const isLast = stream.length >= LONGEST_START || !this.#isWhole;
    const { length } = stream;
    const buffer = stream.buffer as Uint8Array;
    // An empty line may have begun in what was looked at before.
    const scannedTo = Math.max(0, stream.scanned - 3);
    const rest = this.#scan.scan(buffer, 0, length, isDns, scannedTo, isLast, place);
    if (rest === Rest.message && this.#scan.restAt === 0 && !isLast) {
      stream.needed = this.#scan.needed;
      stream.scanned = length;
      this.#noteSlow(place);
      return false;
    }
    this.#afterScan(stream, rest, buffer, length, isLast);
    return false;
  }

  #noteSlow(place: MessagePlace): void {
    const bytes = this.#end - this.#at;
    if (bytes > 0 && bytes <= SLOW_BYTES) this.#sink.slowPart?.(place);
  }

  #afterScan(stream: Stream, rest: Rest, buffer: Uint8Array, length: number, isLast: boolean): void {
    if (rest === Rest.none || isLast) {
      this.#close(stream);
      return;
    }
    if (rest === Rest.message) {
      this.streams.shift(stream, this.#scan.restAt);
      stream.needed = this.#scan.needed;
      stream.scanned = stream.length;
      return;
    }
    stream.next = (stream.next + length) | 0;
    this.#keepRest(stream, rest, buffer, length);
    this.streams.dropBuffer(stream);
  }

  /** Passes over a body; bytes that were lost count as part of it. */
  #goOnWithBody(stream: Stream, offset: number, bytes: Uint8Array): boolean {
    const at = offset < 0 ? Math.min(this.#at - offset, this.#end) : this.#at;
    if (at >= this.#end) return false;
    const lost = Math.max(0, offset);
    if (lost > 0 && stream.chunks !== null) {
      // Where the next chunk begins is not known any more.
      this.#close(stream);
      return true;
    }
    const left = stream.chunks === null ? this.#passLength(stream, lost, at) : this.#passChunks(stream, bytes, at);
    if (left < 0) {
      stream.next = (this.#seq + (this.#end - this.#at)) | 0;
      return false;
    }
    this.#seq = (this.#seq + (left - this.#at)) | 0;
    this.#at = left;
    stream.next = this.#seq;
    this.#close(stream);
    return left < this.#end;
  }

  /** Where the body ends in the segment, or -1. */
  #passLength(stream: Stream, lost: number, at: number): number {
    const bytes = lost + (this.#end - at);
    if (bytes < stream.skip) {
      stream.skip -= bytes;
      return -1;
    }
    return Math.max(at, at + stream.skip - lost);
  }

  #passChunks(stream: Stream, bytes: Uint8Array, at: number): number {
    const { chunks } = stream;
    if (chunks === null) return -1;
    const used = chunks.feed(bytes, at, this.#end);
    return chunks.isDone || chunks.isBroken ? used : -1;
  }
}
