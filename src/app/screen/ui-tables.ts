/**
 * A ranked table under a cursor. The selected row keeps its key while the table re-sorts, and for two seconds after the last
 * key press all rows keep their places: nothing jumps under the cursor, so no key press hits a row it was not meant for.
 */
import type { SortId, TalkerRow } from '../../../components/panels/talker-columns.js';
import type { Talker } from '../../snapshot/snapshot.js';

export interface TableState {
  readonly sort: SortId;
  readonly isDescending: boolean;
  /** In the order shown. */
  readonly rows: readonly TalkerRow[];
  /** Key the cursor was put on; null = the cursor rests on the first row, whatever it is. */
  readonly selectedKey: string | null;
  /** Where the cursor is; -1 in an empty table. */
  readonly index: number;
  /** First row shown. */
  readonly offset: number;
  /** Rows keep their places until then; epoch ms. */
  readonly heldUntilMs: number;
  readonly marked: ReadonlySet<string>;
}

export const HOLD_MS = 2000;
const NO_MARKS: ReadonlySet<string> = new Set();

export const EMPTY_TABLE: TableState = {
  sort: 'pps',
  isDescending: true,
  rows: [],
  selectedKey: null,
  index: -1,
  offset: 0,
  heldUntilMs: 0,
  marked: NO_MARKS,
};

function sortTalkers(rows: readonly TalkerRow[], sort: SortId, isDescending: boolean): TalkerRow[] {
  const sign = isDescending ? -1 : 1;
  const byKey = (a: Talker, b: Talker) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  return [...rows].sort((a, b) =>
    sort === 'key' ? byKey(a, b) * -sign || 0 : (a[sort] - b[sort]) * sign || byKey(a, b),
  );
}

const gone = (row: TalkerRow): TalkerRow => ({ ...row, pps: 0, bps: 0, isGone: true });

/** New figures. `visible`: rows the pane shows. */
export function refreshTable(
  table: TableState,
  talkers: readonly Talker[],
  nowMs: number,
  visible: number,
): TableState {
  const byKey = new Map(talkers.map((talker) => [talker.key, talker]));
  let rows: TalkerRow[];
  if (nowMs < table.heldUntilMs) {
    const kept = table.rows.map((row) => byKey.get(row.key) ?? gone(row));
    const known = new Set(table.rows.map((row) => row.key));
    const fresh = talkers.filter((talker) => !known.has(talker.key));
    rows = [...kept, ...sortTalkers(fresh, table.sort, table.isDescending)];
  } else {
    rows = sortTalkers(talkers, table.sort, table.isDescending);
    const lost = table.selectedKey !== null && !byKey.has(table.selectedKey);
    const old = lost ? table.rows.find((row) => row.key === table.selectedKey) : undefined;
    if (old) rows.splice(Math.min(table.index, rows.length), 0, gone(old));
  }
  return settle({ ...table, rows }, visible);
}

/** Cursor back on its key, window back over the cursor. */
function settle(table: TableState, visible: number): TableState {
  const found = table.selectedKey === null ? 0 : table.rows.findIndex((row) => row.key === table.selectedKey);
  const index = Math.min(Math.max(found, 0), table.rows.length - 1);
  return { ...table, index, offset: windowOver(index, table.offset, table.rows.length, visible) };
}

/** First row of a window of `visible` rows that holds `index`, moved as little as possible. */
export function windowOver(index: number, offset: number, count: number, visible: number): number {
  const last = Math.max(0, count - visible);
  let first = Math.min(offset, last);
  if (index < first) first = Math.max(0, index);
  if (visible > 0 && index >= first + visible) first = index - visible + 1;
  return first;
}

/** Cursor by `delta` rows; Infinity and -Infinity are the ends. */
export function moveCursor(table: TableState, delta: number, nowMs: number, visible: number): TableState {
  if (table.rows.length === 0) return table;
  const index = Math.max(0, Math.min(table.rows.length - 1, table.index + delta));
  const selectedKey = table.rows[index]!.key;
  return settle({ ...table, selectedKey, heldUntilMs: nowMs + HOLD_MS }, visible);
}

/** No selection: the cursor rests on the first row again. */
export function clearSelection(table: TableState): TableState {
  return { ...table, selectedKey: null, index: table.rows.length > 0 ? 0 : -1, offset: 0, heldUntilMs: 0 };
}

export function toggleMark(table: TableState, nowMs: number): TableState {
  const key = table.rows[table.index]?.key;
  if (key === undefined) return table;
  const marked = new Set(table.marked);
  if (!marked.delete(key)) marked.add(key);
  return { ...table, marked, selectedKey: key, heldUntilMs: nowMs + HOLD_MS };
}

export function clearMarks(table: TableState): TableState {
  return { ...table, marked: NO_MARKS };
}

/** The marked keys, else the one under the cursor. */
export function chosenKeys(table: TableState): string[] {
  if (table.marked.size > 0) return [...table.marked];
  const key = table.rows[table.index]?.key;
  return key === undefined ? [] : [key];
}

export function sortBy(table: TableState, sort: SortId, isDescending: boolean, visible: number): TableState {
  const rows = sortTalkers(table.rows, sort, isDescending);
  return settle({ ...table, sort, isDescending, rows, heldUntilMs: 0 }, visible);
}
