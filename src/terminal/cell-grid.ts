/**
 * The screen as cells. Ink's whole frame (text with SGR) is parsed into one grid, already lowered to what the terminal shows. What is
 * written to the terminal is made from cells, and no cell holds a control character, whatever was in the frame.
 */
import stringWidth from 'string-width';
import { hasHidden } from '../format/clean-text.js';
import { graphemesOf } from '../format/graphemes.js';
import { asciiOf } from './ascii-fallback.js';
import { Attribute, type CellStyle, type SgrState } from './sgr.js';

/** Glyph ids: a code point, 0 = right half of the wide glyph before it, or CLUSTER_AT + index for several code points. */
export const CONTINUATION = 0;
const SPACE = 0x20;
/** Stands for what does not fit its cells, and for what no cell may hold: a control character, or one that is not seen. */
const STAND_IN = 0x3f;
const SEEN_ON_BLANK = Attribute.inverse | Attribute.underline;
const CLUSTER_AT = 0x110000;
// Traffic may bring any text: 4 096 clusters x ~40 B = 160 KiB, then only the first code point of a new one is drawn.
const MAX_CLUSTERS = 4096;

/** Shared by the grids that are compared with each other. */
export class GlyphTable {
  readonly #ids = new Map<string, number>();
  readonly #clusters: string[] = [];

  idOf(cluster: string): number {
    const codePoint = cluster.codePointAt(0) as number;
    if (cluster.length === (codePoint > 0xffff ? 2 : 1)) return codePoint;
    const known = this.#ids.get(cluster);
    if (known !== undefined) return known;
    if (this.#clusters.length >= MAX_CLUSTERS) return codePoint;
    const id = CLUSTER_AT + this.#clusters.push(cluster) - 1;
    this.#ids.set(cluster, id);
    return id;
  }

  textOf(id: number): string {
    return id < CLUSTER_AT ? String.fromCodePoint(id) : (this.#clusters[id - CLUSTER_AT] as string);
  }
}

/** Column arrays of columns × rows cells, row-major. */
export class CellGrid {
  readonly glyphs: Uint32Array;
  readonly foregrounds: Uint32Array;
  readonly backgrounds: Uint32Array;
  readonly attributes: Uint8Array;
  /** Rows the last frame had beyond `rows`: a layout fault, looked at by tests. */
  overflowRows = 0;

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {
    const cells = columns * rows;
    this.glyphs = new Uint32Array(cells).fill(SPACE);
    this.foregrounds = new Uint32Array(cells);
    this.backgrounds = new Uint32Array(cells);
    this.attributes = new Uint8Array(cells);
  }

  clear(): void {
    this.glyphs.fill(SPACE);
    this.foregrounds.fill(0);
    this.backgrounds.fill(0);
    this.attributes.fill(0);
    this.overflowRows = 0;
  }

  isSameCell(at: number, other: CellGrid): boolean {
    return (
      this.glyphs[at] === other.glyphs[at] &&
      this.foregrounds[at] === other.foregrounds[at] &&
      this.backgrounds[at] === other.backgrounds[at] &&
      this.attributes[at] === other.attributes[at]
    );
  }

  put(at: number, glyph: number, style: CellStyle): void {
    // On a blank only the background, inverse and underline can be seen: what cannot be seen is not worth a byte.
    const isBare = glyph === SPACE && (style.attributes & SEEN_ON_BLANK) === 0;
    this.glyphs[at] = glyph;
    this.foregrounds[at] = isBare ? 0 : style.foreground;
    this.backgrounds[at] = style.background;
    this.attributes[at] = isBare ? 0 : style.attributes;
  }
}

/** Code units that are one cell by themselves, so most frames never meet the segmenter. */
function isPlain(unit: number): boolean {
  if (unit < 0x7f) return unit >= SPACE;
  if (unit >= 0x2500 && unit <= 0x25fc) return true;
  if (unit >= 0x2800 && unit <= 0x28ff) return true;
  return (unit > 0xa0 && unit < 0x300 && unit !== 0xad) || unit === 0x2026 || (unit >= 0x2190 && unit <= 0x21ff);
}

/** Parses a whole frame into `grid` (cleared first). Called once per frame; text outside the grid is left out. */
export function parseFrame(frame: string, grid: CellGrid, table: GlyphTable, sgr: SgrState, ascii: boolean): void {
  grid.clear();
  sgr.reset();
  let row = 0;
  let column = 0;
  let at = 0;
  const { columns, rows } = grid;
  while (at < frame.length) {
    const unit = frame.charCodeAt(at);
    if (unit === 0x0a) {
      row += 1;
      column = 0;
      at += 1;
      continue;
    }
    const behindSgr = unit === 0x1b ? sgr.consume(frame, at) : -1;
    if (behindSgr > 0) {
      at = behindSgr;
    } else if (
      isPlain(unit) &&
      (at + 1 >= frame.length || frame.charCodeAt(at + 1) < 0x300 || isPlain(frame.charCodeAt(at + 1)))
    ) {
      if (row < rows && column < columns) {
        grid.put(row * columns + column, ascii && unit > 0x7e ? asciiOf(unit).charCodeAt(0) : unit, sgr.style);
      }
      column += 1;
      at += 1;
    } else {
      let end = at + 1;
      while (end < frame.length && frame.charCodeAt(end) !== 0x0a && frame.charCodeAt(end) !== 0x1b) end += 1;
      column = row < rows ? putClusters(frame.slice(at, end), row, column, grid, table, sgr.style, ascii) : column;
      at = end;
    }
  }
  grid.overflowRows = Math.max(0, row + 1 - rows);
}

/** The slow road: grapheme clusters of any width. Returns the column after them. */
function putClusters(
  text: string,
  row: number,
  startColumn: number,
  grid: CellGrid,
  table: GlyphTable,
  style: CellStyle,
  ascii: boolean,
): number {
  let column = startColumn;
  for (const { segment } of graphemesOf(text)) {
    const isHidden = hasHidden(segment);
    const width = isHidden ? 1 : stringWidth(segment);
    if (width === 0) continue;
    const fits = column + width <= grid.columns;
    const at = row * grid.columns + column;
    if (fits && width <= 2 && !ascii && !isHidden) {
      grid.put(at, table.idOf(segment), style);
      if (width === 2) grid.put(at + 1, CONTINUATION, style);
    } else {
      const codePoint = segment.codePointAt(0) as number;
      const stand = width === 1 && ascii && !isHidden ? asciiOf(codePoint).charCodeAt(0) : STAND_IN;
      for (let i = 0; i < width && column + i < grid.columns; i += 1) grid.put(at + i, stand, style);
    }
    column += width;
  }
  return column;
}
