/** Kinds of ASCII bytes. */

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

export function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

export function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}

/** Of both alphabets of RFC 4648: letters, digits, + / - _ */
export function isBase64Byte(byte: number): boolean {
  return isDigit(byte) || isLetter(byte) || byte === 0x2b || byte === 0x2f || byte === 0x2d || byte === 0x5f;
}
