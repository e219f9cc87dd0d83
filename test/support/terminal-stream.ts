/**
 * Bytes sent to a terminal, taken apart: which are text, and which sequences. Only what src/terminal itself sends is allowed, by name;
 * anything else a terminal might act on, or not show, is a fault.
 */
import { HIDDEN } from './hostile-strings.js';

export interface TerminalStream {
  /** What was drawn, without sequences. */
  readonly text: string;
  /** Decoded payloads of OSC 52. */
  readonly clipboard: readonly string[];
  /** How often each kind of sequence came. */
  readonly sequences: ReadonlyMap<string, number>;
  /** Where, and what of it. */
  readonly faults: readonly string[];
}

/** Parameters that src/terminal/sgr.ts knows how to write: no blinking, no concealing. */
const STYLE = '(?:[0-47]|2[2347]|[34]9|[34]8;2;\\d+;\\d+;\\d+|[34]8;5;\\d+|[349][0-7]|10[0-7])';
/** Everything that src/terminal writes beside text. */
const ALLOWED: readonly (readonly [name: string, sequence: RegExp])[] = [
  ['style', new RegExp(`\\x1b\\[(?:${STYLE}(?:;${STYLE})*)?m`, 'y')],
  ['move', /\x1b\[(?:\d{1,4}(?:;\d{1,4})?)?H/y],
  ['right', /\x1b\[\d{0,4}C/y],
  ['erase to end of line', /\x1b\[K/y],
  ['mode', /\x1b\[\?(?:1049|25|2004|2026)[hl]/y],
  ['clipboard', /\x1b\]52;c;[A-Za-z0-9+/]*={0,2}\x07/y],
  // A sequence sent in part is given up before the screen is given back.
  ['cancel', /\x18(?=\x1b)/y],
];
const SHOWN_AROUND = 24;
const MOST_FAULTS = 20;

export function parseTerminalStream(bytes: Uint8Array): TerminalStream {
  const faults: string[] = [];
  const sequences = new Map<string, number>();
  const clipboard: string[] = [];
  const stream = decoded(bytes, faults);
  let text = '';
  for (let at = 0; at < stream.length; ) {
    const found = sequenceAt(stream, at);
    if (found !== null) {
      sequences.set(found.name, (sequences.get(found.name) ?? 0) + 1);
      if (found.name === 'clipboard') clipboard.push(payloadOf(found.sequence));
      at += found.sequence.length;
      continue;
    }
    const char = String.fromCodePoint(stream.codePointAt(at) as number);
    // Outside of the alternate screen a message may stand in a line of its own.
    const isLineEnd = char === '\n' || (char === '\r' && stream[at + 1] === '\n');
    if (HIDDEN.test(char) && !isLineEnd && faults.length < MOST_FAULTS) faults.push(faultAt(stream, at));
    text += char;
    at += char.length;
  }
  return { text, clipboard, sequences, faults };
}

function decoded(bytes: Uint8Array, faults: string[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    faults.push('not UTF-8');
    return Buffer.from(bytes).toString('latin1');
  }
}

function sequenceAt(stream: string, at: number): { readonly name: string; readonly sequence: string } | null {
  for (const [name, pattern] of ALLOWED) {
    pattern.lastIndex = at;
    const match = pattern.exec(stream);
    if (match !== null) return { name, sequence: match[0] };
  }
  return null;
}

const payloadOf = (sequence: string): string =>
  Buffer.from(sequence.slice('\x1b]52;c;'.length, -1), 'base64').toString('utf8');

function faultAt(stream: string, at: number): string {
  return `at ${at}: ${JSON.stringify(stream.slice(Math.max(0, at - SHOWN_AROUND), at + SHOWN_AROUND))}`;
}
