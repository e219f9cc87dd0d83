/** The value at hand of a line: its text, and the number that it is. Texts without escapes stay where they lie, others are written at the tail. */
import { NO_TEXT } from '../../../src/records/http-log-batch.js';
import { LineNumber } from './line-number.js';
import { endOfLiteral, endOfValue, skipSpace } from './line-skip.js';
import { endOfPlainWords, endOfString, writePlain } from './line-string.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const SMALL_N = 0x6e;

export class LineValue {
  /** NO_TEXT: null or an object. */
  at = NO_TEXT;
  end = 0;
  /** Where the next text without escapes is written. */
  tail = 0;
  readonly #number = new LineNumber();
  /** The value was read as a number already. */
  #isNumber = false;

  /** Takes the value at `at`, `view` being on the same bytes; of a list its items with commas between them. Returns where it ends, -1 when it is broken. */
  take(bytes: Uint8Array, view: DataView, at: number): number {
    const byte = bytes[at];
    this.#isNumber = false;
    if (byte === QUOTE) return this.#takeString(bytes, view, at + 1);
    if (byte === OPEN_ARRAY) return this.#takeList(bytes, at);
    this.at = NO_TEXT;
    if (byte === OPEN_OBJECT) return endOfValue(bytes, at);
    let end = this.#number.read(bytes, at);
    this.#isNumber = end >= 0;
    if (end < 0) end = endOfLiteral(bytes, at);
    if (end < 0 || byte === SMALL_N) return end;
    this.at = at;
    this.end = end;
    return end;
  }

  /** Also of text that is a number ("200"); else NaN. */
  number(bytes: Uint8Array): number {
    if (this.#isNumber) return this.#number.value;
    if (this.at === NO_TEXT || this.#number.read(bytes, this.at) !== this.end) return Number.NaN;
    return this.#number.value;
  }

  #takeString(bytes: Uint8Array, view: DataView, at: number): number {
    let end = endOfPlainWords(view, at);
    this.at = at;
    this.end = end;
    if (bytes[end] !== QUOTE) {
      end = endOfString(bytes, at);
      if (end < 0) return -1;
      this.#begin();
      this.#close(bytes, writePlain(bytes, at, end, this.tail));
    }
    return end + 1;
  }

  #takeList(bytes: Uint8Array, at: number): number {
    this.#begin();
    let written = this.tail;
    let next = skipSpace(bytes, at + 1);
    let items = 0;
    for (let isFirst = true; bytes[next] !== CLOSE_ARRAY; isFirst = false) {
      if (!isFirst) {
        if (bytes[next] !== COMMA) return -1;
        next = skipSpace(bytes, next + 1);
      }
      const end = endOfValue(bytes, next, 1);
      if (end < 0) return -1;
      if (isItem(bytes[next] as number)) {
        if (items > 0) {
          bytes[written] = COMMA;
          written += 1;
        }
        items += 1;
        const isText = bytes[next] === QUOTE;
        written = isText ? writePlain(bytes, next + 1, end - 1, written) : writeAs(bytes, next, end, written);
      }
      next = skipSpace(bytes, end);
    }
    this.#close(bytes, written);
    return next + 1;
  }

  #begin(): void {
    this.at = this.tail;
  }

  /** A byte that is no digit ends the text, for who reads a number. */
  #close(bytes: Uint8Array, end: number): void {
    bytes[end] = 0;
    this.end = end;
    this.tail = end + 1;
  }
}

function isItem(byte: number): boolean {
  return byte !== OPEN_OBJECT && byte !== OPEN_ARRAY && byte !== SMALL_N;
}

function writeAs(bytes: Uint8Array, at: number, end: number, to: number): number {
  bytes.copyWithin(to, at, end);
  return to + end - at;
}
