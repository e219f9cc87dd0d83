/**
 * One line of Instant Logs into a row of columns: a JSON object (RFC 8259), read in one pass over its bytes. No object and no string is made
 * of a record; texts stay where they lie, those with escapes are written behind the lines. A stream repeats its keys in the same order, so
 * the key that stood in a place of the record before is tried first.
 */
import type { HttpLogBatch } from '../../../src/records/http-log-batch.js';
import { endOfValue, skipSpace } from './line-skip.js';
import { endOfPlain, endOfString, writePlain } from './line-string.js';
import { LineValue } from './line-value.js';
import { endOfKey, fieldNamed, NO_FIELD } from './log-line-fields.js';
import { LogLineRow } from './log-line-row.js';

/** Places of a record whose key is remembered. */
const PLACES = 64;
const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

export class LogLine {
  readonly #value = new LineValue();
  readonly #row: LogLineRow;
  /** By place in a record: the number of the field that stood there. */
  readonly #fieldAt = new Int8Array(PLACES).fill(NO_FIELD);
  #field = NO_FIELD;
  /** On the batch's bytes, which may become others. */
  #view: DataView = new DataView(new ArrayBuffer(0));
  #viewed: Uint8Array | null = null;

  constructor(readonly batch: HttpLogBatch) {
    this.#row = new LogLineRow(batch);
  }

  /** Where texts without escapes are written; moves on with them. */
  get tail(): number {
    return this.#value.tail;
  }

  set tail(tail: number) {
    this.#value.tail = tail;
  }

  /**
   * Reads the line at `at` of the batch's bytes into the row behind the last one, for which there is room. Returns where its line feed is, which
   * must be there; -1, and there is no such row, when it is no JSON object. From `tail` on there is room for as many bytes as the line has, and four
   * more bytes.
   */
  read(at: number): number {
    const { batch } = this;
    const { bytes } = batch;
    if (bytes !== this.#viewed) {
      this.#viewed = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.#row.clear(batch.count);
    let next = skipSpace(bytes, at);
    if (bytes[next] !== OPEN_OBJECT) return -1;
    next = skipSpace(bytes, next + 1);
    next = bytes[next] === CLOSE_OBJECT ? next + 1 : this.#readMembers(bytes, next);
    if (next < 0) return -1;
    next = skipSpace(bytes, next);
    if (bytes[next] !== LINE_FEED) return -1;
    this.#row.finish(batch.count);
    batch.count += 1;
    return next;
  }

  #readMembers(bytes: Uint8Array, at: number): number {
    const row = this.batch.count;
    const view = this.#view;
    let next = at;
    for (let place = 0; ; place += 1) {
      next = this.#readKey(bytes, next, place);
      if (next < 0) return -1;
      if (this.#field === NO_FIELD) next = endOfValue(bytes, next, 1);
      else {
        next = this.#value.take(bytes, view, next);
        if (next >= 0) this.#row.set(row, this.#field, this.#value);
      }
      if (next < 0) return -1;
      if (bytes[next] !== COMMA) next = skipSpace(bytes, next);
      if (bytes[next] === CLOSE_OBJECT) return next + 1;
      if (bytes[next] !== COMMA) return -1;
      next = skipSpace(bytes, next + 1);
    }
  }

  /** Returns where the value begins, -1 when there is no key; sets `#field`. */
  #readKey(bytes: Uint8Array, at: number, place: number): number {
    if (bytes[at] !== QUOTE) return -1;
    const expected = place < PLACES ? (this.#fieldAt[place] as number) : NO_FIELD;
    let end = expected === NO_FIELD ? -1 : endOfKey(this.#view, at + 1, expected);
    this.#field = expected;
    if (end < 0) {
      end = endOfString(bytes, at + 1);
      if (end < 0) return -1;
      this.#field = this.#fieldOf(bytes, at + 1, end);
      if (place < PLACES) this.#fieldAt[place] = this.#field;
    }
    let next = end + 1;
    if (bytes[next] !== COLON) next = skipSpace(bytes, next);
    return bytes[next] === COLON ? skipSpace(bytes, next + 1) : -1;
  }

  /** A key may be written with escapes as well. */
  #fieldOf(bytes: Uint8Array, at: number, end: number): number {
    if (endOfPlain(bytes, at) === end) return fieldNamed(this.#view, at, end);
    const { tail } = this;
    const written = writePlain(bytes, at, end, tail);
    bytes[written] = QUOTE;
    return fieldNamed(this.#view, tail, written);
  }
}
