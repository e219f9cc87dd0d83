/**
 * Styled text as data: a line is a list of spans, a span is text and what it means. Painted to 24-bit SGR whatever the
 * environment says; the cell writer lowers the depth. Text should be clean (src/format/clean-text.ts) and cut before it gets here;
 * what a panel forgot to clean is written out by `fitLine`, which every line passes.
 */
import { cellWidth, cutCells } from '../../src/format/cell-text.js';
import { visibleText } from '../../src/format/clean-text.js';
import type { Theme, Token } from './theme.js';

export interface Span {
  readonly text: string;
  readonly color?: Token | undefined;
  readonly background?: Token | undefined;
  readonly bold?: boolean | undefined;
}

export type Line = readonly Span[];

export const span = (text: string, color?: Token, bold?: boolean): Span => ({ text, color, bold });
/** Dark text on a block of colour; also readable as plain text. */
export const chip = (text: string, background: Token): Span => ({
  text: ` ${text} `,
  color: 'chipText',
  background,
  bold: true,
});

export function lineWidth(line: Line): number {
  let width = 0;
  for (const part of line) width += cellWidth(part.text);
  return width;
}

/** Cut or filled to exactly `width` cells; the fill takes `background` of the last span only when `isFilled`. */
export function fitLine(line: Line, width: number): Line {
  const fitted: Span[] = [];
  let left = width;
  for (const part of line) {
    if (left <= 0) break;
    const text = cutCells(visibleText(part.text), left);
    left -= cellWidth(text);
    fitted.push(text === part.text ? part : { ...part, text });
    if (text !== part.text) break;
  }
  if (left > 0) fitted.push({ text: ' '.repeat(left) });
  return fitted;
}

/** `left` and `right` at the two ends of `width` cells; `right` gives way first. */
export function spreadLine(left: Line, right: Line, width: number): Line {
  const gap = width - lineWidth(left) - lineWidth(right);
  return gap >= 1 ? [...left, span(' '.repeat(gap)), ...right] : fitLine(left, width);
}

function rgbParameters(rgb: number): string {
  return `${rgb >> 16};${(rgb >> 8) & 255};${rgb & 255}`;
}

export function paintLine(line: Line, theme: Theme): string {
  let painted = '';
  for (const part of line) {
    const codes: string[] = [];
    if (part.bold) codes.push('1');
    const foreground = part.color && theme.colours[part.color];
    const background = part.background && theme.colours[part.background];
    const isOwnInverse = part.background !== undefined && !background; // a chip in the terminal's own colours
    if (isOwnInverse) codes.push('7');
    else if (foreground) codes.push(`38;2;${rgbParameters(foreground.rgb)}`);
    if (background) codes.push(`48;2;${rgbParameters(background.rgb)}`);
    painted += codes.length === 0 ? part.text : `\x1b[${codes.join(';')}m${part.text}\x1b[0m`;
  }
  return painted;
}
