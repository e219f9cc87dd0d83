/**
 * Messages of a log stream into batches of records. Nobody says how the edge cuts its lines into messages: each message is split at line feeds,
 * and only when its last piece is no record it waits for the begin of the next message. Every line is counted once: records + unparsable.
 */
import { HttpLogBatch } from '../../../src/records/http-log-batch.js';
import { isUnfinished } from './line-skip.js';
import { LogLine } from './log-line.js';

/** A record with its longest headers and URI has some 100 KiB. */
export const LONGEST_LINE = 2 ** 20;
/** Lines are copied in pieces of so much. */
const PIECE = LONGEST_LINE;
/** Behind the lines there is as much room for texts without their escapes: 2 MiB at most. */
const FIRST_SLAB = 2 ** 16;
const CLOSING_BYTES = 16;
const FIRST_CARRY = 2 ** 12;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const CLOSE_OBJECT = 0x7d;

/** Batches are lent: copy what is kept. */
export interface LogSink {
  pushLogs(batch: HttpLogBatch): void;
}

export interface LineCounts {
  /** Lines that became rows. */
  readonly records: number;
  /** Lines that are no record, too long ones included. */
  readonly unparsable: number;
}

export class LogLineReader {
  readonly #batch = new HttpLogBatch();
  readonly #line: LogLine;
  #records = 0;
  #unparsable = 0;
  /** Begin of a line whose end may come with the next message. */
  #carry = new Uint8Array(0);
  #carryLength = 0;
  /** The line at hand is too long, and was counted. */
  #isSkipping = false;

  constructor(readonly sink: LogSink) {
    this.#batch.bytes = new Uint8Array(FIRST_SLAB);
    this.#line = new LogLine(this.#batch);
  }

  get counts(): LineCounts {
    return { records: this.#records, unparsable: this.#unparsable };
  }

  /** The records of a message have reached the sink when it returns. Never throws, whatever the bytes are. */
  push(message: Uint8Array): void {
    let at = 0;
    if (this.#carryLength > 0 || this.#isSkipping) {
      const end = lineEnd(message, 0);
      this.#continue(message, end);
      at = end + 1;
    }
    while (at < message.length) {
      const end = pieceEnd(message, at);
      if (end - at > PIECE) this.#takeTooLong(end === message.length);
      else this.#takePiece(message, at, end, end === message.length);
      at = end + 1;
    }
    this.#deliver();
  }

  /** The stream ended or broke: what waits for its rest is no record. */
  flush(): void {
    if (this.#carryLength > 0) this.#unparsable += 1;
    this.#carryLength = 0;
    this.#isSkipping = false;
  }

  /** Lines of `message[at, end)`; `isOpen`: no line feed follows, so the last one may go on. */
  #takePiece(message: Uint8Array, at: number, end: number, isOpen: boolean): void {
    const length = end - at;
    const bytes = this.#copy(message, at, end);
    for (let from = 0; from < length; ) {
      let to = this.#readRecord(from);
      if (to < 0) {
        to = bytes.indexOf(LINE_FEED, from);
        if (!isBlank(bytes, from, to)) this.#takeBroken(from, to, isOpen && to === length);
      }
      from = to + 1;
    }
  }

  #takeBroken(at: number, end: number, isOpen: boolean): void {
    if (isOpen) this.#keep(this.#batch.bytes, at, end);
    else this.#unparsable += 1;
  }

  /** A line of the slab into a row. Returns where it ends; -1: it is no record. */
  #readRecord(at: number): number {
    if (this.#batch.count === this.#batch.rows) this.#push();
    const end = this.#line.read(at);
    if (end >= 0) this.#records += 1;
    return end;
  }

  /** The line that waits, with `message[0, end)` behind it. Should both be no record, what came may be one of its own: then the line was broken off. */
  #continue(message: Uint8Array, end: number): void {
    const isOpen = end === message.length;
    if (this.#isSkipping) {
      this.#isSkipping = isOpen && !this.#takeAlone(message, 0, end);
      return;
    }
    if (this.#carryLength + end > LONGEST_LINE) {
      this.#carryLength = 0;
      this.#unparsable += 1;
      const isRecord = this.#takeAlone(message, 0, end);
      this.#isSkipping = isOpen && !isRecord;
      return;
    }
    this.#keep(message, 0, end);
    // A record ends with a brace: without this every byte that comes alone would have all before it read again.
    const isEnd = lastByte(message, 0, end) === CLOSE_OBJECT && this.#endCarry(message, end, isOpen);
    if (!isEnd && isOpen) return;
    if (!isEnd) this.#unparsable += 1;
    this.#carryLength = 0;
  }

  /** False: what waits is no record, nor is what came. */
  #endCarry(message: Uint8Array, end: number, isOpen: boolean): boolean {
    const length = this.#carryLength;
    if (this.#takeAlone(this.#carry, 0, length)) return true;
    if ((isOpen && isUnfinished(this.#batch.bytes, 0, length)) || !this.#takeAlone(message, 0, end)) return false;
    this.#unparsable += 1;
    return true;
  }

  /** Whether `from[at, end)` is a record, which is counted then. */
  #takeAlone(from: Uint8Array, at: number, end: number): boolean {
    const length = end - at;
    if (length > LONGEST_LINE) return false;
    this.#copy(from, at, end);
    return this.#readRecord(0) >= 0;
  }

  /** Puts `from[at, end)` and a line feed at the begin of the slab. */
  #copy(from: Uint8Array, at: number, end: number): Uint8Array {
    this.#deliver();
    const batch = this.#batch;
    const length = end - at;
    const room = 2 * length + CLOSING_BYTES;
    if (batch.bytes.length < room) batch.bytes = new Uint8Array(Math.min(2 * room, 2 * PIECE + CLOSING_BYTES));
    batch.bytes.set(at === 0 && end === from.length ? from : from.subarray(at, end));
    batch.bytes[length] = LINE_FEED;
    this.#line.tail = length + 1;
    return batch.bytes;
  }

  #takeTooLong(isOpen: boolean): void {
    this.#unparsable += 1;
    this.#isSkipping = isOpen;
  }

  #keep(from: Uint8Array, at: number, end: number): void {
    const length = this.#carryLength + end - at;
    if (this.#carry.length < length) {
      const grown = new Uint8Array(Math.min(LONGEST_LINE, Math.max(FIRST_CARRY, length * 2)));
      grown.set(this.#carry.subarray(0, this.#carryLength));
      this.#carry = grown;
    }
    this.#carry.set(from.subarray(at, end), this.#carryLength);
    this.#carryLength = length;
  }

  /** Rows refer to the slab: they go before it is written again. */
  #deliver(): void {
    if (this.#batch.count > 0) this.#push();
  }

  #push(): void {
    this.sink.pushLogs(this.#batch);
    this.#batch.count = 0;
  }
}

/** Where the line at `at` ends. */
function lineEnd(message: Uint8Array, at: number): number {
  const end = message.indexOf(LINE_FEED, at);
  return end < 0 ? message.length : end;
}

/** Where a piece of whole lines ends that is no longer than PIECE; the end of its line where that is longer. */
function pieceEnd(message: Uint8Array, at: number): number {
  if (message.length - at <= PIECE) return message.length;
  const end = message.lastIndexOf(LINE_FEED, at + PIECE);
  return end >= at ? end : lineEnd(message, at);
}

function isBlank(bytes: Uint8Array, at: number, end: number): boolean {
  return lastByte(bytes, at, end) < 0;
}

/** The last byte that is no white space; -1 when there is none. */
function lastByte(bytes: Uint8Array, at: number, end: number): number {
  for (let next = end - 1; next >= at; next -= 1) {
    const byte = bytes[next] as number;
    if (byte !== SPACE && byte !== TAB && byte !== CARRIAGE_RETURN) return byte;
  }
  return -1;
}
