/** A piece [at, end) of somebody else's bytes. One instance is filled again and again. */
export class ByteRange {
  at = -1;
  end = -1;

  /** False: not there. A range that is there may be empty. */
  get isSet(): boolean {
    return this.at >= 0;
  }

  get length(): number {
    return this.end - this.at;
  }

  set(at: number, end: number): void {
    this.at = at;
    this.end = end;
  }

  clear(): void {
    this.at = this.end = -1;
  }
}

const SPACE = 0x20;
const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** Space and tab are optional white space (RFC 9110 §5.6.3); line ends are part of a folded value (RFC 9112 §5.2). */
export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN || byte === LINE_FEED;
}

/** [at, end) without white space around it. */
export function setTrimmed(range: ByteRange, bytes: Uint8Array, at: number, end: number): void {
  let first = at;
  let last = end;
  while (first < last && isBlank(bytes[first]!)) first += 1;
  while (last > first && isBlank(bytes[last - 1]!)) last -= 1;
  range.set(first, last);
}

/** Compares with lower-case ASCII, whatever the case of the bytes. */
export function equalsIgnoreCase(bytes: Uint8Array, at: number, end: number, lowerCase: Uint8Array): boolean {
  if (end - at !== lowerCase.length) return false;
  for (let index = 0; index < lowerCase.length; index += 1) {
    if (lowerCaseOf(bytes[at + index]!) !== lowerCase[index]) return false;
  }
  return true;
}

export function lowerCaseOf(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

/** For constants. */
export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
