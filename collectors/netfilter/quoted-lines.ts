/**
 * Lines of iptables-save and ipset. A comment may hold a line feed, which both print raw inside of its quotes: cut at every line feed, such a
 * comment would pass for rules, counters or elements. So a line whose quotes are open goes on in the next one.
 */

/** A comment has at most 255 bytes, so no more line feeds. Beyond, the quotes are damage and the line is taken as it is. */
const MAX_JOINED = 256;

export function* quotedLines(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const first = text.slice(at, end);
    const line = first.includes('"') && !isClosed(first) ? joined(text, at, end) : first;
    yield line;
    at += line.length + 1;
  }
}

function joined(text: string, at: number, firstEnd: number): string {
  let end = firstEnd;
  for (let lines = 1; lines < MAX_JOINED && end < text.length; lines += 1) {
    end = lineEnd(text, end + 1);
    const line = text.slice(at, end);
    if (isClosed(line)) return line;
  }
  return text.slice(at, firstEnd);
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Every quote that opens closes; a backslash inside of quotes takes the next character along. */
function isClosed(line: string): boolean {
  let isOpen = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at];
    if (character === '\\' && isOpen) at += 1;
    else if (character === '"') isOpen = !isOpen;
  }
  return !isOpen;
}

export interface QuotedWord {
  /** Without quotes and backslashes. */
  readonly text: string;
  readonly isQuoted: boolean;
  /** In the line, quotes included. */
  readonly at: number;
  readonly end: number;
}

/** Words between spaces; one in quotes is one word. */
export function quotedWords(line: string): QuotedWord[] {
  const words: QuotedWord[] = [];
  let at = 0;
  while (at < line.length) {
    if (line[at] === ' ') {
      at += 1;
      continue;
    }
    const word = line[at] === '"' ? readQuoted(line, at) : readPlain(line, at);
    words.push(word);
    at = word.end;
  }
  return words;
}

function readPlain(line: string, at: number): QuotedWord {
  const space = line.indexOf(' ', at);
  const end = space < 0 ? line.length : space;
  return { text: line.slice(at, end), isQuoted: false, at, end };
}

function readQuoted(line: string, start: number): QuotedWord {
  let text = '';
  let at = start + 1;
  while (at < line.length && line[at] !== '"') {
    if (line[at] === '\\') at += 1;
    text += line[at] ?? '';
    at += 1;
  }
  return { text, isQuoted: true, at: start, end: Math.min(at + 1, line.length) };
}
