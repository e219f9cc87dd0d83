/** Header lines of a message in the order sent. RFC 9112 §5. Ranges into the caller's bytes; bounded, counting goes on. */

/** Real clients send up to 20 or so; with more than these only the first are told apart. */
export const MAX_HEADERS = 64;

export class HeaderList {
  readonly nameAt = new Uint32Array(MAX_HEADERS);
  /** Behind the last byte of the name: where the colon is. White space before it is part of the name (§5.1: to be refused). */
  readonly nameEnd = new Uint32Array(MAX_HEADERS);
  /** Without white space around it. A folded value goes on over line ends (§5.2). */
  readonly valueAt = new Uint32Array(MAX_HEADERS);
  readonly valueEnd = new Uint32Array(MAX_HEADERS);
  /** Headers that the message has; more than are kept when above MAX_HEADERS. */
  count = 0;
  /** Lines without a colon, or with nothing before it. */
  badLines = 0;

  /** How many of them have ranges. */
  get kept(): number {
    return Math.min(this.count, MAX_HEADERS);
  }

  clear(): void {
    this.count = this.badLines = 0;
  }

  add(nameAt: number, nameEnd: number, valueAt: number, valueEnd: number): void {
    const index = this.count;
    this.count += 1;
    if (index >= MAX_HEADERS) return;
    this.nameAt[index] = nameAt;
    this.nameEnd[index] = nameEnd;
    this.valueAt[index] = valueAt;
    this.valueEnd[index] = valueEnd;
  }
}
