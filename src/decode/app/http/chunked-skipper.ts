/** Finds the end of a chunked body, byte by byte, whatever the split. RFC 9112 §7.1. Keeps no bytes; a bare line feed ends a line. */

const State = { size: 0, extension: 1, data: 2, dataEnd: 3, trailerStart: 4, trailer: 5, done: 6, broken: 7 } as const;
type State = (typeof State)[keyof typeof State];

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const SEMICOLON = 0x3b;
const SPACE = 0x20;
const TAB = 0x09;
/** Twelve hexadecimal digits are exact in a double; no chunk is larger. */
const MAX_SIZE_DIGITS = 12;

export class ChunkedSkipper {
  #state: State = State.size;
  /** Of the chunk at hand: its size while that is read, then what is left of it. */
  #bytesLeft = 0;
  #digits = 0;

  /** The body is over. */
  get isDone(): boolean {
    return this.#state === State.done;
  }

  /** What was fed are no chunks; where the body ends is unknown. */
  get isBroken(): boolean {
    return this.#state === State.broken;
  }

  reset(): void {
    this.#state = State.size;
    this.#bytesLeft = 0;
    this.#digits = 0;
  }

  /** Takes the next bytes of the body. Returns the index behind the last byte that belongs to it: `end` unless it is over or broken. */
  feed(bytes: Uint8Array, at: number, end: number): number {
    let next = at;
    while (next < end && this.#state < State.done) {
      if (this.#state === State.data) {
        const taken = Math.min(this.#bytesLeft, end - next);
        this.#bytesLeft -= taken;
        next += taken;
        if (this.#bytesLeft === 0) this.#state = State.dataEnd;
      } else {
        this.#take(bytes[next]!);
        if (this.#state !== State.broken) next += 1;
      }
    }
    return next;
  }

  #take(byte: number): void {
    if (this.#state === State.size) this.#takeSize(byte);
    else if (this.#state === State.extension) {
      if (byte === LINE_FEED) this.#beginData();
    } else if (this.#state === State.dataEnd) {
      if (byte === LINE_FEED) this.reset();
      else if (byte !== CARRIAGE_RETURN) this.#state = State.broken;
    } else if (byte === LINE_FEED) {
      this.#state = this.#state === State.trailerStart ? State.done : State.trailerStart;
    } else if (byte !== CARRIAGE_RETURN) {
      this.#state = State.trailer;
    }
  }

  #takeSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0 && this.#digits < MAX_SIZE_DIGITS) {
      this.#bytesLeft = this.#bytesLeft * 16 + digit;
      // Leading zeros make no number larger.
      if (this.#bytesLeft > 0 || this.#digits === 0) this.#digits += 1;
    } else if (this.#digits === 0) {
      this.#state = State.broken;
    } else if (byte === LINE_FEED) {
      this.#beginData();
    } else if (byte === SEMICOLON || byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN) {
      this.#state = State.extension;
    } else {
      this.#state = State.broken;
    }
  }

  #beginData(): void {
    this.#state = this.#bytesLeft === 0 ? State.trailerStart : State.data;
  }
}

/** -1 for anything else. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
