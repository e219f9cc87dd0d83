/** Where the head of an HTTP message ends: behind the first empty line. RFC 9112 §2.2; a bare line feed ends a line too. */

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Index behind the empty line whose last byte lies at `from` or later, or -1. `at`: where the head begins. */
export function headEnd(bytes: Uint8Array, at: number, from: number, end: number): number {
  for (let i = Math.max(at + 1, from); i < end; i += 1) {
    if (bytes[i] !== LINE_FEED) continue;
    const before = bytes[i - 1] === CARRIAGE_RETURN ? i - 2 : i - 1;
    if (before >= at && bytes[before] === LINE_FEED) return i + 1;
  }
  return -1;
}
