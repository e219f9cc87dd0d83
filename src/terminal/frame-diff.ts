/**
 * The bytes that turn the screen showing `before` into one showing `after`: only changed cells, the cheapest cursor moves
 * and pen changes. A full paint goes row by row with EL and never erases the display: tmux 3.7 loses content when an ED
 * sits inside a synchronized block.
 */
import { type CellGrid, CONTINUATION, type GlyphTable } from './cell-grid.js';
import { DEFAULT_COLOUR } from './colour.js';
import { type CellStyle, penChange } from './sgr.js';

const SPACE = 0x20;
// Skipping n cells costs CSI n C = 4 bytes; writing up to 4 unchanged one-byte cells in the same pen costs no more.
const MAX_REWRITE = 4;

class Pencil {
  readonly #out: string[] = [];
  readonly #pen: CellStyle = { foreground: DEFAULT_COLOUR, background: DEFAULT_COLOUR, attributes: 0 };
  #row = -1; // -1 = unknown
  #column = -1;

  constructor(
    readonly grid: CellGrid,
    readonly table: GlyphTable,
  ) {}

  moveTo(row: number, column: number): void {
    if (this.#row === row && this.#column === column) return;
    if (this.#row === row && column > this.#column && this.#column >= 0) this.#skipTo(row, column);
    else this.#out.push(column === 0 ? (row === 0 ? '\x1b[H' : `\x1b[${row + 1}H`) : `\x1b[${row + 1};${column + 1}H`);
    this.#row = row;
    this.#column = column;
  }

  #skipTo(row: number, column: number): void {
    const gap = column - this.#column;
    const base = row * this.grid.columns;
    let isCheap = gap <= MAX_REWRITE;
    for (let i = this.#column; isCheap && i < column; i += 1) {
      const glyph = this.grid.glyphs[base + i]!;
      isCheap = glyph >= SPACE && glyph < 0x7f && this.#hasPenOf(base + i);
    }
    if (!isCheap) {
      this.#out.push(gap === 1 ? '\x1b[C' : `\x1b[${gap}C`);
      return;
    }
    for (let i = this.#column; i < column; i += 1) this.#out.push(String.fromCharCode(this.grid.glyphs[base + i]!));
  }

  #hasPenOf(at: number): boolean {
    const { grid } = this;
    return (
      grid.foregrounds[at] === this.#pen.foreground &&
      grid.backgrounds[at] === this.#pen.background &&
      grid.attributes[at] === this.#pen.attributes
    );
  }

  /** Writes the glyph at the cursor, which must be there already. */
  draw(row: number, column: number): void {
    const { grid } = this;
    const at = row * grid.columns + column;
    if (!this.#hasPenOf(at)) {
      const to = {
        foreground: grid.foregrounds[at]!,
        background: grid.backgrounds[at]!,
        attributes: grid.attributes[at]!,
      };
      this.#out.push(penChange(this.#pen, to));
      Object.assign(this.#pen, to);
    }
    const glyph = grid.glyphs[at]!;
    this.#out.push(this.table.textOf(glyph));
    const isWide = column + 1 < grid.columns && grid.glyphs[at + 1] === CONTINUATION;
    this.#column = column + (isWide ? 2 : 1);
    // Terminals disagree on the width of clusters and of new emoji, and the last column leaves the cursor in the margin.
    if (glyph > 0xffff || isWide || this.#column >= grid.columns) this.#column = -1;
  }

  eraseToEnd(): void {
    this.plainPen();
    this.#out.push('\x1b[K');
  }

  plainPen(): void {
    const plain = { foreground: DEFAULT_COLOUR, background: DEFAULT_COLOUR, attributes: 0 };
    this.#out.push(penChange(this.#pen, plain));
    Object.assign(this.#pen, plain);
  }

  take(): string {
    return this.#out.join('');
  }
}

/** Changed cells only; '' when nothing changed. Grids have the same size and share `table`; the pen is plain before and after. */
export function diffFrames(before: CellGrid, after: CellGrid, table: GlyphTable): string {
  const pencil = new Pencil(after, table);
  const { columns, rows } = after;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const at = row * columns + column;
      if (after.isSameCell(at, before)) continue;
      // The right half of a wide glyph is drawn by its left half; when only its style changed, so did the left one's.
      if (after.glyphs[at] === CONTINUATION) continue;
      pencil.moveTo(row, column);
      pencil.draw(row, column);
    }
  }
  pencil.plainPen();
  return pencil.take();
}

/** The whole screen, whatever it showed before. */
export function paintFrame(after: CellGrid, table: GlyphTable): string {
  const pencil = new Pencil(after, table);
  const { columns, rows } = after;
  for (let row = 0; row < rows; row += 1) {
    const end = contentEnd(after, row);
    pencil.moveTo(row, 0);
    for (let column = 0; column < end; column += 1) {
      if (after.glyphs[row * columns + column] === CONTINUATION) continue;
      pencil.moveTo(row, column);
      pencil.draw(row, column);
    }
    if (end < columns) {
      pencil.moveTo(row, end);
      pencil.eraseToEnd();
    }
  }
  pencil.plainPen();
  return `\x1b[m${pencil.take()}`;
}

/** Column after the last cell that is not a plain blank. */
function contentEnd(grid: CellGrid, row: number): number {
  const base = row * grid.columns;
  let end = grid.columns;
  while (end > 0) {
    const at = base + end - 1;
    const isBlank = grid.glyphs[at] === SPACE && grid.backgrounds[at] === DEFAULT_COLOUR && grid.attributes[at] === 0;
    if (!isBlank) break;
    end -= 1;
  }
  return end;
}
