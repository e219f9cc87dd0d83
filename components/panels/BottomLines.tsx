/** The last lines of every screen: what the tables are narrowed to, and what can be pressed here. */
import { memo } from 'react';
import { cleanText } from '../../src/format/clean-text.js';
import type { FilterPart } from '../../src/snapshot/snapshot.js';
import { chip, type Line, lineWidth, type Span, span } from '../theme/paint.js';
import type { Theme, Token } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';

export interface KeyHint {
  readonly key: string;
  readonly text: string;
  /** It can do nothing here, for want of a right. */
  readonly isOff?: boolean;
}

export interface Notice {
  readonly text: string;
  readonly color: Token;
}

export type FilterLineProps = {
  readonly parts: readonly string[] /* as words, not cleaned */;
  readonly isSampled: boolean /* the tables began with samples of what had passed before */;
  readonly width: number;
  readonly theme: Theme;
};

const FIELD_WORDS: Readonly<Record<FilterPart['field'], string>> = {
  source: 'from',
  target: 'to',
  sourcePort: 'from port',
  targetPort: 'to port',
  protocol: 'protocol',
};

export const filterWords = ({ field, value }: FilterPart): string => `${FIELD_WORDS[field]} ${value}`;

export const FilterLine = memo(function FilterLine({ parts, isSampled, width, theme }: FilterLineProps) {
  const line: Span[] = [span(' only ', 'dim')];
  for (const part of parts) line.push(chip(cleanText(part, 56), 'accent'), span(' '));
  if (isSampled) line.push(span(' ~ estimated from samples ', 'suspect'));
  line.push(span(' Esc takes the last one off', 'dim'));
  return <Block lines={[line]} width={width} height={1} theme={theme} />;
});

export type HintLineProps = {
  readonly hints: readonly KeyHint[] /* most useful first; what does not fit is left out */;
  readonly notice: Notice | null /* stands in for the hints while it lasts */;
  readonly width: number;
  readonly theme: Theme;
};

export const HintLine = memo(function HintLine({ hints, notice, width, theme }: HintLineProps) {
  const line: Line = notice
    ? [span(' '), span(cleanText(notice.text, Math.max(0, width - 2)), notice.color, true)]
    : hintSpans(hints, width);
  return <Block lines={[line]} width={width} height={1} theme={theme} />;
});

/** The last hint (help) always stays. */
export function hintSpans(hints: readonly KeyHint[], width: number): Line {
  const words = ({ key, text, isOff = false }: KeyHint): Span[] =>
    isOff ? [span(` ${key} ${text} `, 'border')] : [span(` ${key}`, 'accent', true), span(` ${text} `, 'dim')];
  const last = hints.at(-1);
  const kept: Span[] = [];
  const tail = last ? words(last) : [];
  for (const hint of hints.slice(0, -1)) {
    const next = words(hint);
    if (lineWidth(kept) + lineWidth(next) + lineWidth(tail) > width) break;
    kept.push(...next);
  }
  return [...kept, ...tail];
}
