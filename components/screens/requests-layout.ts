/** What fits where on the screen of requests: as many tables at once as have room, the others a page further. */

import type { ShownRole } from '../../src/snapshot/shown-role.js';
import { EDGE_ORDER, TEXT_ORDER } from '../panels/text-roles.js';
import { frameOf, type ScreenLayout, THREE_PANES_FROM, TWO_PANES_FROM } from './layout.js';

export interface TextSlot {
  readonly role: ShownRole;
  readonly width: number;
}

export interface RequestsLayout extends ScreenLayout {
  readonly headRows: number;
  /** Above the tables of an edge; height 0 = no room for it, or no edge. */
  readonly strip: { readonly height: number; readonly trendWidth: number; readonly scoresWidth: number };
  readonly grid: readonly { readonly height: number; readonly panes: readonly TextSlot[] }[];
  /** Of the text under the cursor; 0 = no room for it. */
  readonly detailHeight: number;
  /** Every table there is, in Tab order. */
  readonly order: readonly ShownRole[];
  /** Tables of the page behind this one; none where all are shown. */
  readonly next: readonly ShownRole[];
}

/** Five rows, the head and two borders: less is no ranking. */
const LEAST_HEIGHT = 8;
/** Widths at which three stand side by side; in narrower screens two share a row evenly. */
const WIDTHS: Readonly<Partial<Record<ShownRole, number>>> = {
  httpUris: 84,
  httpUserAgents: 84,
  httpCookies: 64,
  tcpSynSignatures: 76,
  tlsJa4: 60,
  edgePaths: 84,
  edgeUserAgents: 84,
  edgeClients: 60,
  edgeJa4: 60,
};
const NO_STRIP = { height: 0, trendWidth: 0, scoresWidth: 0 } as const;
/** Tab order of both; only one of them is shown at a time. */
const SHOWN_ORDER: readonly ShownRole[] = [...EDGE_ORDER, ...TEXT_ORDER];
const USUAL_WIDTH = 52;
const MOST_PANES = 3;

export interface RequestsWish {
  readonly columns: number;
  readonly rows: number;
  readonly hasFilter: boolean;
  /** Tables there is something for. */
  readonly seen: readonly ShownRole[];
  readonly focus: ShownRole | null;
  /** An edge's log is shown: it has figures of its own above the tables. */
  readonly isEdge: boolean;
}

export function requestsLayout({ columns, rows, hasFilter, seen, focus, isEdge }: RequestsWish): RequestsLayout {
  const { statusRows, hasFilterLine, body } = frameOf(rows, hasFilter);
  const detailHeight = body >= 30 ? 6 : body >= 18 ? 5 : body >= 13 ? 4 : 0;
  const headRows = isEdge && body >= 13 ? 2 : 1;
  const strip = isEdge ? stripOf(columns, body) : NO_STRIP;
  const gridHeight = body - headRows - strip.height - detailHeight;
  const order = SHOWN_ORDER.filter((role) => seen.includes(role));
  const pages = paged(sideBySide(order, columns), Math.max(1, Math.floor(gridHeight / LEAST_HEIGHT)));
  const found = pages.findIndex((page) => page.some((row) => focus !== null && row.includes(focus)));
  const page = pages[Math.max(0, found)] ?? [];
  const next = pages.length > 1 ? (pages[(Math.max(0, found) + 1) % pages.length] ?? []).flat() : [];
  const grid = page.map((roles, i) => ({
    height: Math.floor((gridHeight * (i + 1)) / page.length) - Math.floor((gridHeight * i) / page.length),
    panes: widths(roles, columns),
  }));
  return { statusRows, hasFilterLine, rows: [], headRows, strip, grid, detailHeight, order, next };
}

/** The course of the requests, and beside it scores where there is room for both. */
function stripOf(columns: number, body: number): RequestsLayout['strip'] {
  const height = body >= 44 ? 13 : body >= 34 ? 10 : body >= 24 ? 7 : body >= 18 ? 5 : 0;
  const scoresWidth = columns >= TWO_PANES_FROM ? Math.min(72, Math.round(columns * 0.36)) : 0;
  return { height, trendWidth: columns - scoresWidth, scoresWidth };
}

const widthOf = (role: ShownRole): number => WIDTHS[role] ?? USUAL_WIDTH;

/** Roles in rows, in their order. */
function sideBySide(order: readonly ShownRole[], columns: number): ShownRole[][] {
  const most = columns >= THREE_PANES_FROM ? MOST_PANES : columns >= TWO_PANES_FROM ? 2 : 1;
  const rows: ShownRole[][] = [];
  for (const role of order) {
    const row = rows.at(-1) ?? [];
    const width = row.reduce((sum, other) => sum + widthOf(other), widthOf(role));
    const hasRoom = row.length > 0 && row.length < most && (most === 2 || width <= columns);
    if (hasRoom) row.push(role);
    else rows.push([role]);
  }
  return rows;
}

/** Pages of at most `most` rows, as even as can be. */
function paged(rows: readonly ShownRole[][], most: number): ShownRole[][][] {
  const count = Math.max(1, Math.ceil(rows.length / most));
  const from = (page: number) => Math.floor((rows.length * page) / count);
  return Array.from({ length: count }, (_, page) => rows.slice(from(page), from(page + 1)));
}

function widths(roles: readonly ShownRole[], columns: number): TextSlot[] {
  const all = roles.reduce((sum, role) => sum + widthOf(role), 0);
  let used = 0;
  let left = columns;
  return roles.map((role, i) => {
    used += widthOf(role);
    const width = i === roles.length - 1 ? left : Math.round((columns * used) / all) - (columns - left);
    left -= width;
    return { role, width };
  });
}

/** Height of the table that shows `role`; 0 when it is on another page. */
export function textPaneHeight({ grid }: RequestsLayout, role: ShownRole): number {
  return grid.find(({ panes }) => panes.some((pane) => pane.role === role))?.height ?? 0;
}
