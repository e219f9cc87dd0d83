/** A framed pane: title with its hot key in the border, a note at the right, content cut to fit. */
import { fitLine, type Line, lineWidth, type Span, span } from '../theme/paint.js';
import type { Token } from '../theme/theme.js';

export interface PaneFrame {
  readonly title: string;
  /** Key that leads here; "" = none. */
  readonly hotKey?: string;
  /** Right end of the upper border. */
  readonly note?: Line;
  /** Left end of the lower border. */
  readonly footHead?: Line;
  /** Right end of the lower border. */
  readonly foot?: Line;
  readonly isFocused?: boolean;
  readonly color?: Token;
}

/** Lines of a pane of exactly `width` × `height` cells. */
export function paneLines(frame: PaneFrame, content: readonly Line[], width: number, height: number): Line[] {
  if (width < 4 || height < 2) return content.slice(0, height).map((line) => fitLine(line, width));
  const color = frame.color ?? (frame.isFocused ? 'borderFocus' : 'border');
  const head: Span[] = frame.hotKey ? [span(frame.hotKey, 'accent', true), span(' ')] : [];
  head.push(span(frame.title, frame.isFocused ? 'title' : 'text', true));
  const lines: Line[] = [borderLine('╭', '╮', head, frame.note ?? [], width, color)];
  for (let row = 0; row < height - 2; row += 1) {
    lines.push([span('│', color), ...fitLine(content[row] ?? [], width - 2), span('│', color)]);
  }
  lines.push(borderLine('╰', '╯', frame.footHead ?? [], frame.foot ?? [], width, color));
  return lines;
}

/** `left` and `right` set into a horizontal line between two corners; `right` is left out when both do not fit. */
function borderLine(start: string, end: string, left: Line, right: Line, width: number, color: Token): Line {
  const padded = (line: Line): Line => (line.length === 0 ? [] : [span(' '), ...line, span(' ')]);
  let [head, tail] = [padded(left), padded(right)];
  if (lineWidth(head) + lineWidth(tail) > width - 4) tail = [];
  if (lineWidth(head) > width - 4) head = fitLine(head, width - 4);
  const fill = Math.max(0, width - 4 - lineWidth(head) - lineWidth(tail));
  return [span(`${start}─`, color), ...head, span('─'.repeat(fill), color), ...tail, span(`─${end}`, color)];
}
