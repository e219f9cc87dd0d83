/**
 * Names of DNS messages: labels, compression pointers (RFC 1035 §3.1, §4.1.4), length limit of 255 octets (§2.3.4).
 * The presentation is tshark's for dns.qry.name: labels joined by dots, case kept, nothing escaped but what does not print.
 */
import { isPlainByte, MAX_EXPANSION, presentText } from './printable-text.js';

/** Octets of a name on the wire, length octets and the root's included. */
const MAX_NAME_BYTES = 255;
/** In presentation form; the first length octet and the root's are not shown. */
export const MAX_PRESENTED_BYTES = MAX_NAME_BYTES * MAX_EXPANSION;
/** tshark's limit. Each pointer leads backwards, so this only bounds chains of pointers without labels between them. */
const MAX_POINTERS = 255;

const LABEL_KIND = 0xc0;
const POINTER = 0xc0;
/** RFC 2673 §3, given up by RFC 6891 §5; its length is not known. */
const EXTENDED_LABEL = 0x40;
const DOT = 0x2e;

export const NameStatus = {
  ok: 0,
  /** The name goes on beyond `end`. */
  cut: 1,
  /** Cannot be read on from: where it ends is unknown. */
  broken: 2,
  /** Refused, but where it ends is known: something can stand for it. */
  loops: 3,
  tooLong: 4,
  extended: 5,
} as const;
export type NameStatus = (typeof NameStatus)[keyof typeof NameStatus];

const asBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const ROOT = asBytes('<Root>');
/** What tshark shows in place of names it refuses, so that they can be counted all the same. */
const STAND_INS: ReadonlyMap<NameStatus, Uint8Array> = new Map([
  [NameStatus.loops, asBytes('<Name contains a pointer that loops>')],
  [NameStatus.tooLong, asBytes('<Name too long>')],
  [NameStatus.extended, asBytes('<Unknown extended label>')],
]);

/** Reads one name after another. One instance serves all messages. */
export class DnsNameReader {
  /** Presentation form, valid up to `length`. Overwritten by the next `read`. */
  readonly text = new Uint8Array(MAX_PRESENTED_BYTES);
  length = 0;
  labels = 0;
  /** On the wire without compression, the root's octet included. */
  wireBytes = 0;
  /** Where the message goes on behind the name; valid unless `cut` or `broken`. */
  nextAt = 0;

  readonly #raw = new Uint8Array(MAX_NAME_BYTES);
  #isPlain = true;

  /** The name at `at` of the message at `messageAt`. Never reads at `end` or beyond. */
  read(bytes: Uint8Array, messageAt: number, at: number, end: number): NameStatus {
    this.length = 0;
    this.labels = 0;
    this.wireBytes = 1;
    this.#isPlain = true;
    const status = this.#walk(bytes, messageAt, at, end);
    if (status === NameStatus.ok) this.#present();
    else this.#standIn(status);
    return status;
  }

  #walk(bytes: Uint8Array, messageAt: number, at: number, end: number): NameStatus {
    let next = at;
    let pieceAt = at; // pointers must lead before the piece they end (§4.1.4: "a prior occurrence"), so the walk ends
    let isInPlace = true;
    for (let pointers = 0; next < end; ) {
      const octet = bytes[next]!;
      const kind = octet & LABEL_KIND;
      if (kind === 0) {
        if (next + 1 + octet > end) return NameStatus.cut;
        this.#addLabel(bytes, next + 1, octet);
        next += 1 + octet;
        if (isInPlace) this.nextAt = next;
        if (octet === 0) return this.wireBytes > MAX_NAME_BYTES ? NameStatus.tooLong : NameStatus.ok;
        // In place the walk goes on, to find out where the message does; elsewhere there is nothing to find.
        if (!isInPlace && this.wireBytes > MAX_NAME_BYTES) return NameStatus.tooLong;
      } else if (kind === POINTER) {
        if (next + 2 > end) return NameStatus.cut;
        if (isInPlace) this.nextAt = next + 2;
        isInPlace = false;
        if (this.wireBytes > MAX_NAME_BYTES) return NameStatus.tooLong;
        const target = messageAt + ((octet & ~POINTER) << 8) + bytes[next + 1]!;
        if (target >= end) return NameStatus.broken;
        if (target >= pieceAt || (pointers += 1) > MAX_POINTERS) return NameStatus.loops;
        next = pieceAt = target;
      } else {
        if (kind !== EXTENDED_LABEL || this.labels === 0) return NameStatus.broken;
        if (isInPlace) this.nextAt = next + 1;
        return NameStatus.extended;
      }
    }
    return NameStatus.cut;
  }

  /** Counts on beyond the limit, keeps what is within it. */
  #addLabel(bytes: Uint8Array, at: number, length: number): void {
    if (length === 0) return;
    const to = this.wireBytes - 1;
    this.wireBytes += 1 + length;
    this.labels += 1;
    if (this.wireBytes > MAX_NAME_BYTES) return;
    const raw = this.#raw;
    let isPlain = this.#isPlain;
    for (let index = 0; index < length; index += 1) {
      const byte = bytes[at + index]!;
      raw[to + index] = byte;
      if (!isPlainByte(byte)) isPlain = false;
    }
    raw[to + length] = DOT;
    this.#isPlain = isPlain;
  }

  #present(): void {
    const rawBytes = this.wireBytes - 2; // without the last dot
    if (rawBytes < 0) {
      this.#put(ROOT);
    } else if (this.#isPlain) {
      this.text.set(this.#raw); // whole: a view of a part would be an object a name
      this.length = rawBytes;
    } else {
      this.length = presentText(this.#raw, 0, rawBytes, this.text);
    }
  }

  #standIn(status: NameStatus): void {
    this.labels = 0;
    this.wireBytes = 0;
    const text = STAND_INS.get(status);
    if (text !== undefined) this.#put(text);
  }

  #put(text: Uint8Array): void {
    this.text.set(text);
    this.length = text.length;
  }
}

/** Where the message goes on behind the name at `at`, its pointer not followed; `end + 1` when it is cut, -1 when broken. */
export function skipName(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end) {
    const octet = bytes[next]!;
    const kind = octet & LABEL_KIND;
    if (kind === POINTER) return next + 2;
    if (kind !== 0) return -1;
    next += 1 + octet;
    if (octet === 0) return next;
  }
  return end + 1;
}
