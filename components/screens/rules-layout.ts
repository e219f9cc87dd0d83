/** What fits where on screen 5: rules over sets and the stack's signals; where there is no room, one pane at a time. */
import type { RulesPane } from '../panels/rules-props.js';
import { frameOf, type LayoutRow, THREE_PANES_FROM, TWO_PANES_FROM } from './layout.js';

export interface RulesLayout {
  readonly statusRows: 1 | 2;
  readonly hasFilterLine: boolean;
  /** Of tables of talkers: none. */
  readonly rows: readonly LayoutRow[];
  readonly rulesHeight: number;
  /** 0: the rules take it all, or another pane stands in their place. */
  readonly lowerHeight: number;
  /** Cells of each pane below, left to right; the last one is that of signals. */
  readonly lower: readonly { readonly pane: Exclude<RulesPane, 'rules'> | 'signals'; readonly width: number }[];
  /** The panes the cursor can be in, in Tab order. */
  readonly panes: readonly RulesPane[];
  /** One pane at a time. */
  readonly isSingle: boolean;
}

const LOWER_FROM = 16;

export function rulesLayout(columns: number, rows: number, hasFilter: boolean): RulesLayout {
  const { statusRows, hasFilterLine, body } = frameOf(rows, hasFilter);
  const frame = { statusRows, hasFilterLine, rows: [] };
  const panes: readonly RulesPane[] = ['rules', 'sets', 'dropped'];
  if (body < LOWER_FROM) return { ...frame, rulesHeight: body, lowerHeight: 0, lower: [], panes, isSingle: true };
  const lowerHeight = Math.max(7, Math.min(16, Math.floor(body * 0.38)));
  const rulesHeight = body - lowerHeight;
  const split = (...parts: readonly (readonly [RulesLayout['lower'][number]['pane'], number])[]) => {
    let left = columns;
    return parts.map(([pane, share], i) => {
      const width = i === parts.length - 1 ? left : Math.round(columns * share);
      left -= width;
      return { pane, width };
    });
  };
  const lower =
    columns >= THREE_PANES_FROM
      ? split(['sets', 0.35], ['dropped', 0.35], ['signals', 0.3])
      : columns >= TWO_PANES_FROM
        ? split(['sets', 0.36], ['dropped', 0.34], ['signals', 0.3])
        : split(['sets', 0.5], ['signals', 0.5]);
  return { ...frame, rulesHeight, lowerHeight, lower, panes, isSingle: false };
}
