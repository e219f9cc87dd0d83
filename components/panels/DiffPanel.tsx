/** What tells the attack from the good? A line for each value that stands out: its share of the attack, of good traffic, and is it in the rule. */
import { memo } from 'react';
import { cutCells, fitCells } from '../../src/format/cell-text.js';
import { formatShare } from '../../src/format/number-format.js';
import { isChosen } from '../../src/signature/edit-rule.js';
import type { Clause } from '../../src/signature/rule.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { barText } from '../widgets/bar.js';
import { paneLines } from '../widgets/pane.js';
import type { DiffRow, DiffValueRow } from './diff-rows.js';

export type DiffPanelProps = {
  readonly rows: readonly DiffRow[];
  readonly offset: number /* first row shown */;
  readonly selected: number /* index into rows, -1 = none */;
  readonly clause: Clause | undefined /* the one that is edited */;
  readonly attackWords: string /* what the left bars are of */;
  readonly goodWords: string;
  readonly isBaseline: boolean /* false: the right bars are no good traffic */;
  readonly isFocused: boolean;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

const SHARE_CELLS = 5;
const LIFT_CELLS = 7;
/** Cursor, "[x] ", gaps. */
const FIXED_CELLS = 1 + 4 + 2 * (SHARE_CELLS + 2) + LIFT_CELLS + 1;
const LEAST_LABEL = 16;

export const DiffPanel = memo(function DiffPanel(props: DiffPanelProps) {
  const { rows, offset, selected, width, height, theme } = props;
  const inner = width - 2;
  const bars = barCells(inner);
  const head: Line = headLine(inner, bars);
  const visible = visibleDiffRows(height);
  const shown = rows.slice(offset, offset + visible);
  const content: Line[] = [
    head,
    ...shown.map((row, i) => rowLine(row, offset + i === selected, props.clause, props.isFocused, inner, bars)),
    ...Array.from({ length: Math.max(0, visible - shown.length) }, (): Line => []),
    wholeLine(rows[selected], inner),
  ];
  const last = Math.min(rows.length, offset + visible);
  const foot: Line = rows.length > last - offset ? [span(`${offset + 1}-${last} of ${rows.length}`, 'dim')] : [];
  const frame = {
    title: 'Diff',
    hotKey: '3',
    note: [span(props.attackWords, 'attack')],
    footHead: [span('good: ', 'dim'), span(props.goodWords, props.isBaseline ? 'good' : 'critical', !props.isBaseline)],
    foot,
    isFocused: props.isFocused,
  };
  return <Block lines={paneLines(frame, content, width, height)} width={width} height={height} theme={theme} />;
});

/** Rows of a diff that a panel of this height shows. */
export const visibleDiffRows = (height: number): number => Math.max(0, height - 4);

function barCells(inner: number): number {
  return Math.max(4, Math.min(20, Math.floor((inner - FIXED_CELLS - LEAST_LABEL) / 3)));
}

function headLine(inner: number, bars: number): Line {
  const label = inner - FIXED_CELLS - 2 * bars;
  return [
    span(
      `     ${fitCells('value', label)} ${fitCells('attack', bars + SHARE_CELLS + 1)} ${fitCells('good', bars + SHARE_CELLS + 1)} ${fitCells('lift', LIFT_CELLS, 'right')}`,
      'dim',
    ),
  ];
}

function rowLine(
  row: DiffRow,
  isSelected: boolean,
  clause: Clause | undefined,
  isFocused: boolean,
  inner: number,
  bars: number,
): Line {
  switch (row.kind) {
    case 'section':
      return [span(` ${row.title} `, 'accent', true), span(row.note, 'dim')];
    case 'attribute': {
      const { info, divergence, note } = row;
      const bits = divergence === null ? 'unknown' : `${divergence.toFixed(2)} bit`;
      return [
        span(` ${info.title}  `, 'title', true),
        span([info.name, bits, note].filter((part) => part !== '').join('  '), 'dim'),
      ];
    }
    case 'same':
      return [span(cutCells(` alike: ${row.titles}`, inner), 'dim')];
    case 'value':
      return valueLine(row, isSelected, isChosen(clause, row.choice), isFocused, inner, bars);
  }
}

function valueLine(
  row: DiffValueRow,
  isSelected: boolean,
  isIn: boolean,
  isFocused: boolean,
  inner: number,
  bars: number,
): Line {
  const label = fitCells(row.label, inner - FIXED_CELLS - 2 * bars);
  const box = row.isUsable ? (isIn ? '[x]' : '[ ]') : '   ';
  const attack = `${barText(row.attackShare, bars)} ${formatShare(row.attackShare).padStart(SHARE_CELLS)}`;
  const good =
    row.goodShare === null
      ? fitCells('unknown', bars + SHARE_CELLS + 1)
      : `${barText(row.goodShare, bars)} ${formatShare(row.goodShare).padStart(SHARE_CELLS)}`;
  const lift = liftText(row).padStart(LIFT_CELLS);
  if (isSelected && isFocused) {
    const text = fitCells(`▸${box} ${label} ${attack} ${good} ${lift}`, inner);
    return [{ text, color: 'selectionText', background: 'selection', bold: true }];
  }
  return [
    span(isSelected ? '▸' : ' ', 'title', true),
    span(`${box} `, isIn ? 'accent' : 'dim', isIn),
    span(`${label} `, row.isFind ? 'text' : 'dim'),
    span(`${attack} `, 'attack'),
    span(`${good} `, 'good'),
    span(lift, row.isFind ? 'text' : 'dim'),
  ];
}

/** The value under the cursor as far as the panel is wide: tools differ in the middle of a long one. */
function wholeLine(row: DiffRow | undefined, inner: number): Line {
  if (row?.kind !== 'value') return [];
  return [span(cutCells(` ${row.choice.attribute}: ${row.label}`, inner), 'dim')];
}

/** "≥812×" where good traffic has none of it; the figure is what is known at least. */
function liftText({ lift, liftLow, goodShare }: DiffValueRow): string {
  if (lift === null) return '';
  const isLeast = goodShare === 0;
  const figure = isLeast ? (liftLow ?? lift) : lift;
  const text =
    figure >= 1000 ? `${(figure / 1000).toFixed(figure >= 9950 ? 0 : 1)}k` : figure.toFixed(figure >= 9.95 ? 0 : 1);
  return `${isLeast ? '≥' : ''}${text}×`;
}
