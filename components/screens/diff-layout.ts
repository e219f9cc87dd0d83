/** Where the two panes of the diff screen lie. */
import { frameOf, type ScreenLayout } from './layout.js';

export interface DiffLayout extends ScreenLayout {
  readonly isSideBySide: boolean;
  readonly diff: { readonly width: number; readonly height: number };
  readonly rule: { readonly width: number; readonly height: number };
}

/** Bars, shares and lift beside a rule of 60 cells. */
const SIDE_BY_SIDE_FROM = 150;
/** A rule of two lines, its figures, and a command. */
const LEAST_RULE_ROWS = 7;

export function diffLayout(columns: number, rows: number, hasFilter: boolean): DiffLayout {
  const { statusRows, hasFilterLine, body } = frameOf(rows, hasFilter);
  if (columns >= SIDE_BY_SIDE_FROM) {
    const width = Math.round(columns * 0.56);
    return {
      statusRows,
      hasFilterLine,
      rows: [],
      isSideBySide: true,
      diff: { width, height: body },
      rule: { width: columns - width, height: body },
    };
  }
  const ruleHeight = Math.min(body, Math.max(LEAST_RULE_ROWS, Math.floor(body * 0.42)));
  return {
    statusRows,
    hasFilterLine,
    rows: [],
    isSideBySide: false,
    diff: { width: columns, height: body - ruleHeight },
    rule: { width: columns, height: ruleHeight },
  };
}
