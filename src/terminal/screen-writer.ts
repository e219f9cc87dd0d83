/** Holds what the terminal shows and sends the difference to the next frame. One frame = at most one write. */
import type { Capabilities } from './capabilities.js';
import { CellGrid, GlyphTable, parseFrame } from './cell-grid.js';
import type { ColourHint } from './colour.js';
import { diffFrames, paintFrame } from './frame-diff.js';
import { SgrState } from './sgr.js';

const SYNC_BEGIN = '\x1b[?2026h';
const SYNC_END = '\x1b[?2026l';
// Below this a frame reaches the terminal in one piece anyway (one small write), and the 16 bytes of the markers count.
const SYNC_FROM_BYTES = 256;

export class ScreenWriter {
  readonly #table = new GlyphTable();
  readonly #sgr: SgrState;
  #shown: CellGrid;
  #next: CellGrid;
  #isValid = false;
  /** Counters for tests and the log pane. */
  bytesSent = 0;
  framesSent = 0;
  framesUnchanged = 0;

  constructor(
    columns: number,
    rows: number,
    readonly capabilities: Capabilities,
    readonly write: (text: string) => void,
    hints: readonly ColourHint[] = [],
  ) {
    this.#sgr = new SgrState(capabilities.depth, hints);
    this.#shown = new CellGrid(columns, rows);
    this.#next = new CellGrid(columns, rows);
  }

  /** Forgets what the terminal shows: the next frame is painted whole. */
  invalidate(): void {
    this.#isValid = false;
  }

  resize(columns: number, rows: number): void {
    this.#shown = new CellGrid(columns, rows);
    this.#next = new CellGrid(columns, rows);
    this.#isValid = false;
  }

  /** Shows a whole frame as Ink made it. Returns the bytes sent; 0 when nothing changed. */
  show(frame: string): number {
    parseFrame(frame, this.#next, this.#table, this.#sgr, !this.capabilities.unicode);
    const body = this.#isValid ? diffFrames(this.#shown, this.#next, this.#table) : paintFrame(this.#next, this.#table);
    [this.#shown, this.#next] = [this.#next, this.#shown];
    this.#isValid = true;
    if (body === '') {
      this.framesUnchanged += 1;
      return 0;
    }
    const text = this.capabilities.sync && body.length >= SYNC_FROM_BYTES ? SYNC_BEGIN + body + SYNC_END : body;
    this.write(text);
    const bytes = Buffer.byteLength(text);
    this.bytesSent += bytes;
    this.framesSent += 1;
    return bytes;
  }

  /** Rows the last frame had beyond the screen. */
  get overflowRows(): number {
    return this.#shown.overflowRows;
  }
}
