/**
 * Text in Markdown that stays text: in CommonMark, in GitHub's dialect (GFM: tables, bare links, mentions), and in Jira, which takes Markdown when it is
 * pasted and reads {braces}, [brackets] and !pictures! of its own. Escapes: CommonMark 0.31 §2.4; what makes a bare link: GFM 0.29 §6.9.
 */
import { visibleText } from '../../format/clean-text.js';

/** No paragraph of ours is longer; a note may be. */
const MOST_CHARACTERS = 20_000;
/**
 * What a page turns into a link, a call or a picture without any mark of its own: mentions, mail, URLs, hosts, #12 and GH-12, :emoji:. Times of the clock
 * are none of these.
 */
const CALLS =
  /@|:\/\/|^\W*www\.|#\d|GH-\d|^\W*(?:mailto|xmpp|javascript|data|ftp):|[\p{L}\p{N}-]\.\p{L}{2,}|:(?!\d+:)[\w+-]+:/iu;
const MARKS = /[\\`*_{}[\]<>|#~!$@&^]/g;
/** At the start of a line: lists, quotes are marks already, underlined headings. */
const LINE_START = /^([-+=]+|\d+(?=[.)](?:\s|$)))/;
const AS_ENTITY: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** One line. A word that somebody's page would make a link or a call of stands as code. */
export function plainMarkdown(text: string): string {
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text;
  const words = visibleText(cut).trim().split(' ').map(wordMarkdown);
  return words.join(' ').replace(LINE_START, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));
}

/** A pipe ends a cell of a table even in code, and a code span cannot hold its own fence: these two stand outside. */
function wordMarkdown(word: string): string {
  if (!CALLS.test(word)) return word.replace(MARKS, escaped);
  return word
    .split(/([`|])/)
    .map((piece) => (piece === '' ? '' : piece === '`' || piece === '|' ? `\\${piece}` : `\`${piece}\``))
    .join('');
}

function escaped(char: string): string {
  return AS_ENTITY[char] ?? `\\${char}`;
}

/** A block of lines as they are, in a fence that none of them can end. */
export function fencedMarkdown(lines: readonly string[]): string {
  const shown = lines.map((line) => visibleText(line.slice(0, MOST_CHARACTERS)));
  const longest = Math.max(2, ...shown.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...shown, fence].join('\n');
}
