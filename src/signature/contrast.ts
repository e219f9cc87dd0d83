/**
 * The input of diff and synthesis: rows of the attack window and of good traffic, each attribute a column of small codes. Codes are in
 * the order of the values, so a range of values is a range of codes, and so is a prefix.
 */
import type { AttributeInfo } from './attribute.js';
import type { AttributeValue, RowKind } from './rule.js';

export interface ContrastColumn {
  readonly attribute: AttributeInfo;
  /** One a row, attack rows first. 0: the row has no such thing; c: the value `c - 1`. */
  readonly codes: Uint32Array;
  /** Distinct values; codes run from 1 to this. */
  readonly valueCount: number;
  /** Of `ordered` and `category`: the values, ascending. Null otherwise. */
  readonly numbers: Float64Array | null;
  /** Of `prefix`: valueCount × 4 words (IPv4 as ::ffff:a.b.c.d), ascending as unsigned numbers. Null otherwise. */
  readonly addresses: Int32Array | null;
  /** The value of a code, for people and predicates: numbers as they are, text as it was sent, addresses with /32 or /128. */
  valueOf(code: number): AttributeValue;
  /** Code of a value, or 0 when no row has it. Of `prefix` only whole addresses. */
  codeOf(value: AttributeValue): number;
}

export interface Contrast {
  readonly kind: RowKind;
  /** Rows 0..attackRows are the attack window (attack and the good that came with it), then goodRows of good traffic. */
  readonly attackRows: number;
  readonly goodRows: number;
  /** Packets (requests, hellos) each row stands for. */
  readonly weights: Float64Array;
  /** Capture time, epoch seconds. */
  readonly sec: Float64Array;
  /** Same number: same source network (/24, /48). Rows of one source are no independent evidence. */
  readonly sourceNet: Uint32Array;
  /** Same number: same flow. */
  readonly flow: Uint32Array;
  readonly columns: readonly ContrastColumn[];
}
