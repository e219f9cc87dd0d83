/** Values of a log line into the columns of a row. What is missing or makes no sense is not logged. */
import {
  type HttpLogBatch,
  LOG_TEXT_COUNT,
  LogTextAt,
  NO_TEXT,
  NOT_LOGGED,
} from '../../../src/records/http-log-batch.js';
import { readAddress } from './line-address.js';
import type { LineValue } from './line-value.js';
import { FieldKind, LOG_FIELDS } from './log-line-fields.js';
import { secOfNumber, secOfText } from './log-time.js';

/** Of a text that is kept; headers and URIs of an edge are no longer than 16 and 32 KiB. */
export const LONGEST_TEXT = 8192;
/** No record of a sampled stream stands for more; numbers beyond are no intervals. */
const LARGEST_INTERVAL = 2 ** 30;
const HIGHEST_STATUS = 999;
/** Scores are 1 to 99; 0 where none was made. */
const HIGHEST_SCORE = 99;

const QUESTION = 0x3f;
const FIRST_LETTER = 0x61;
const LETTERS = 26;

const KINDS = Uint8Array.from(LOG_FIELDS, ({ kind }) => kind);
const COLUMNS = Int8Array.from(LOG_FIELDS, ({ column }) => column);

export class LogLineRow {
  #uriAt = NO_TEXT;
  #uriEnd = 0;
  #ruleAt = NO_TEXT;
  #ruleEnd = 0;

  constructor(readonly batch: HttpLogBatch) {}

  clear(row: number): void {
    const { batch } = this;
    batch.sec[row] = Number.NaN;
    batch.weight[row] = 1;
    clearAddress(batch, row);
    batch.asn[row] = 0;
    batch.status[row] = NOT_LOGGED;
    batch.originStatus[row] = NOT_LOGGED;
    batch.botScore[row] = NOT_LOGGED;
    batch.wafScore[row] = NOT_LOGGED;
    batch.responseBytes[row] = 0;
    const first = row * LOG_TEXT_COUNT;
    for (let cell = first; cell < first + LOG_TEXT_COUNT; cell += 1) batch.textAt[cell] = NO_TEXT;
    this.#uriAt = NO_TEXT;
    this.#ruleAt = NO_TEXT;
  }

  set(row: number, field: number, value: LineValue): void {
    const { batch } = this;
    const kind = KINDS[field] as number;
    switch (kind) {
      case FieldKind.text:
        this.#setText(row * LOG_TEXT_COUNT + (COLUMNS[field] as number), value.at, value.end);
        return;
      case FieldKind.country:
        if (value.at !== NO_TEXT && value.end === value.at + 2) writeCapitals(batch.bytes, value.at, value.end);
        this.#setText(row * LOG_TEXT_COUNT + (COLUMNS[field] as number), value.at, value.end);
        return;
      case FieldKind.address:
        if (value.at === NO_TEXT || !readAddress(batch.bytes, value.at, value.end, batch.src, row * 4)) {
          clearAddress(batch, row);
        }
        return;
      case FieldKind.uri:
        this.#uriAt = value.at;
        this.#uriEnd = value.end;
        return;
      case FieldKind.ruleId:
        this.#ruleAt = value.at;
        this.#ruleEnd = value.end;
        return;
      case FieldKind.time:
        batch.sec[row] = secOf(batch.bytes, value);
        return;
      default:
        setNumber(batch, row, kind, value.number(batch.bytes));
    }
  }

  /** What other fields say where the first choice does not. */
  finish(row: number): void {
    const { textAt, textEnd, bytes } = this.batch;
    const first = row * LOG_TEXT_COUNT;
    const rules = first + LogTextAt.securityRuleIds;
    const hasRules = textAt[rules] !== NO_TEXT && textAt[rules] !== textEnd[rules];
    if (!hasRules && this.#ruleAt !== NO_TEXT) this.#setText(rules, this.#ruleAt, this.#ruleEnd);
    if (this.#uriAt === NO_TEXT) return;
    const question = questionIn(bytes, this.#uriAt, this.#uriEnd);
    const path = first + LogTextAt.path;
    if (textAt[path] === NO_TEXT) this.#setText(path, this.#uriAt, question);
    this.#setText(first + LogTextAt.query, Math.min(question + 1, this.#uriEnd), this.#uriEnd);
  }

  #setText(cell: number, at: number, end: number): void {
    this.batch.textAt[cell] = at;
    this.batch.textEnd[cell] = at === NO_TEXT ? 0 : cutEnd(this.batch.bytes, at, end);
  }
}

/** `value` is NaN where there is none. */
function setNumber(batch: HttpLogBatch, row: number, kind: number, value: number): void {
  switch (kind) {
    case FieldKind.interval:
      batch.weight[row] = value >= 1 && value <= LARGEST_INTERVAL ? Math.round(value) : 1;
      return;
    case FieldKind.asn:
      batch.asn[row] = value >= 1 && value < 2 ** 32 ? value : 0;
      return;
    case FieldKind.status:
      batch.status[row] = value >= 1 && value <= HIGHEST_STATUS ? value : NOT_LOGGED;
      return;
    case FieldKind.originStatus:
      batch.originStatus[row] = value >= 0 && value <= HIGHEST_STATUS ? value : NOT_LOGGED;
      return;
    case FieldKind.botScore:
      batch.botScore[row] = value >= 1 && value <= HIGHEST_SCORE ? value : NOT_LOGGED;
      return;
    case FieldKind.wafScore:
      batch.wafScore[row] = value >= 1 && value <= HIGHEST_SCORE ? value : NOT_LOGGED;
      return;
    default:
      batch.responseBytes[row] = value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : 0;
  }
}

function secOf(bytes: Uint8Array, value: LineValue): number {
  const number = value.number(bytes);
  if (!Number.isNaN(number)) return secOfNumber(number);
  return value.at === NO_TEXT ? Number.NaN : secOfText(bytes, value.at, value.end);
}

function clearAddress({ src }: HttpLogBatch, row: number): void {
  for (let word = row * 4; word < row * 4 + 4; word += 1) src[word] = 0;
}

/** Not inside of a character. */
function cutEnd(bytes: Uint8Array, at: number, end: number): number {
  if (end - at <= LONGEST_TEXT) return end;
  let last = at + LONGEST_TEXT;
  while (last > at && (bytes[last]! & 0xc0) === 0x80) last -= 1;
  return last;
}

function questionIn(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && bytes[next] !== QUESTION) next += 1;
  return next;
}

function writeCapitals(bytes: Uint8Array, at: number, end: number): void {
  for (let next = at; next < end; next += 1) {
    const byte = bytes[next]!;
    if (byte >= FIRST_LETTER && byte < FIRST_LETTER + LETTERS) bytes[next] = byte - 0x20;
  }
}
