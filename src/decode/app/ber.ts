/** Tag, length, value of BER and DER: ITU-T X.690 §8.1. Single-byte tags and definite lengths, as SNMP and LDAP demand. */

const LONG_FORM = 0x80;
const HIGH_TAG = 0x1f;
/** Four bytes of length are more than any datagram has. */
const MAX_LENGTH_BYTES = 4;

export const BerTag = {
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  enumerated: 0x0a,
  sequence: 0x30,
} as const;

/** Walks elements in turn. One instance serves all messages; it never leaves [at, end). */
export class BerReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  /** Of the element read last. */
  tag = 0;
  valueAt = 0;
  /** Behind the value, or behind the last byte there is when it is cut. */
  valueEnd = 0;
  /** The bytes ended before the element did: cut, or its length lies. Stays set until `begin`. */
  isCut = false;

  begin(bytes: Uint8Array, at: number, end: number): void {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
    this.isCut = false;
  }

  /** Forgets the bytes. */
  release(): void {
    this.#bytes = NOTHING;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** The next element; false when there is none, or its head is cut (`isCut`) or of a form that is not read. */
  next(): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    if (this.#end - at < 2) {
      this.isCut = true;
      return false;
    }
    this.tag = bytes[at]!;
    const lengthBytes = (bytes[at + 1]! & LONG_FORM) === 0 ? 0 : bytes[at + 1]! & ~LONG_FORM;
    const isIndefinite = bytes[at + 1] === LONG_FORM;
    if ((this.tag & HIGH_TAG) === HIGH_TAG || isIndefinite || lengthBytes > MAX_LENGTH_BYTES) return this.refuse();
    if (this.#end - at < 2 + lengthBytes) {
      this.isCut = true;
      return false;
    }
    let length = lengthBytes === 0 ? bytes[at + 1]! : 0;
    for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + bytes[at + 2 + index]!;
    this.valueAt = at + 2 + lengthBytes;
    if (length > this.#end - this.valueAt) this.isCut = true;
    this.valueEnd = Math.min(this.#end, this.valueAt + length);
    this.#at = this.valueEnd;
    return true;
  }

  /** The next element, which must have this tag. */
  take(tag: number): boolean {
    if (!this.next()) return false;
    return this.tag === tag || this.refuse();
  }

  /** What was read is no message: that it is cut as well says nothing any more. Returns false. */
  refuse(): false {
    this.isCut = false;
    return false;
  }

  /** Goes on with the elements inside of the one read last; what follows it is forgotten. */
  enter(): void {
    this.#at = this.valueAt;
    this.#end = this.valueEnd;
  }

  /** The element read last as an integer of at most 32 bits; longer ones lose their upper bits. */
  integer(): number {
    let value = this.valueAt < this.valueEnd && (this.#bytes[this.valueAt]! & 0x80) !== 0 ? -1 : 0;
    for (let next = this.valueAt; next < this.valueEnd; next += 1) value = (value << 8) | this.#bytes[next]!;
    return value;
  }
}

const NOTHING = new Uint8Array(0);
