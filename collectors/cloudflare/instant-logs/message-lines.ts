/**
 * Lines of a message without reading them: how many begin in it, and whether the last goes on in the next one. Only for what is shed; exact for any
 * cut of valid records but one right behind a brace or, inside of a text, right before one.
 */

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** What a value stands behind: `:`, `,`, `[`. */
const BEFORE_VALUE = new Set([0x3a, 0x2c, 0x5b]);

export interface LineEnds {
  /** Its first line began in the message before. */
  readonly continues: boolean;
  /** Its last line goes on in the next message. */
  readonly isOpen: boolean;
  /** Its last byte that is no white space; 0: none yet in its line. */
  readonly last: number;
}

export function lineEndsOf(bytes: Uint8Array, before: LineEnds): LineEnds {
  const continues = before.isOpen && !beginsRecord(bytes, before.last);
  const last = lastByte(bytes);
  // Nothing but blanks: the line is where it was.
  if (last === 0) return { continues, isOpen: continues, last: before.last };
  return { continues, isOpen: last !== LINE_FEED && last !== CLOSE_OBJECT, last };
}

/** Lines that begin in it; blank ones are none. */
export function linesIn(bytes: Uint8Array, continues: boolean): number {
  let count = 0;
  for (let at = continues ? restOfLine(bytes) : 0; at < bytes.length; ) {
    const end = restOfLine(bytes, at);
    if (!isBlank(bytes, at, end)) count += 1;
    at = end;
  }
  return count;
}

/** Where the line at `at` ends, with its line feed; the message's end where it has none. */
export function restOfLine(bytes: Uint8Array, at = 0): number {
  const end = bytes.indexOf(LINE_FEED, at);
  return end < 0 ? bytes.length : end + 1;
}

/** A line that was broken off, and then a record: a brace inside of one stands behind `:`, `,` or `[`. */
function beginsRecord(bytes: Uint8Array, last: number): boolean {
  let at = 0;
  while (at < bytes.length && isSpace(bytes[at] as number)) at += 1;
  return bytes[at] === OPEN_OBJECT && !BEFORE_VALUE.has(last);
}

function lastByte(bytes: Uint8Array): number {
  for (let at = bytes.length - 1; at >= 0; at -= 1) if (!isSpace(bytes[at] as number)) return bytes[at] as number;
  return 0;
}

function isBlank(bytes: Uint8Array, at: number, end: number): boolean {
  for (let next = at; next < end; next += 1) {
    if (!isSpace(bytes[next] as number) && bytes[next] !== LINE_FEED) return false;
  }
  return true;
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN;
}
