/** A lone header line of a request: what slow clients send, a few bytes at a time (slowloris sends "X-a: 4718"). RFC 9112 §5. */

const LONGEST_NAME = 40;
const LONGEST_LINE = 256;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const HYPHEN = 45;
const COLON = 58;

/** `bytes[at, end)` is one header line, or several, and nothing else. */
export function isHeaderLines(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at > LONGEST_LINE || end - at < 4 || bytes[end - 1] !== LINE_FEED) return false;
  let next = at;
  while (next < end) {
    const nameAt = next;
    while (next < end && next - nameAt <= LONGEST_NAME && isNameByte(bytes[next] as number)) next += 1;
    if (next === nameAt || bytes[next] !== COLON) return false;
    while (next < end && bytes[next] !== LINE_FEED) next += 1;
    if (bytes[next - 1] !== CARRIAGE_RETURN) return false;
    next += 1;
  }
  return true;
}

function isNameByte(byte: number): boolean {
  const letter = byte | 0x20;
  return (letter >= 97 && letter <= 122) || (byte >= 48 && byte <= 57) || byte === HYPHEN;
}
