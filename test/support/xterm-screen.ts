/** A terminal without a window: what a user would see of the bytes written. */
import xterm from '@xterm/headless';

export interface ScreenCell {
  readonly text: string;
  readonly foreground: string;
  readonly background: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isInverse: boolean;
  readonly isUnderline: boolean;
}

export class XtermScreen {
  readonly terminal: InstanceType<typeof xterm.Terminal>;

  constructor(columns: number, rows: number) {
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
  }

  write(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.terminal.write(data, resolve));
  }

  cell(row: number, column: number): ScreenCell {
    const cell = this.terminal.buffer.active.getLine(row)?.getCell(column);
    if (!cell) throw new RangeError(`No cell ${row},${column}.`);
    const mode = (isRgb: boolean, isPalette: boolean, value: number) =>
      isRgb ? `#${value.toString(16)}` : isPalette ? `p${value}` : '';
    return {
      text: cell.getChars() || (cell.getWidth() === 0 ? '' : ' '),
      foreground: mode(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor()),
      background: mode(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor()),
      isBold: cell.isBold() !== 0,
      isDim: cell.isDim() !== 0,
      isInverse: cell.isInverse() !== 0,
      isUnderline: cell.isUnderline() !== 0,
    };
  }

  /** Every cell with its style, one string per row: two screens are the same when these are. */
  dump(): string[] {
    const { cols, rows } = this.terminal;
    return Array.from({ length: rows }, (_, row) =>
      Array.from({ length: cols }, (_, column) => JSON.stringify(Object.values(this.cell(row, column)))).join(''),
    );
  }

  /** What is to be read, without trailing blanks. */
  lines(): string[] {
    const { active } = this.terminal.buffer;
    return Array.from(
      { length: this.terminal.rows },
      (_, row) => active.getLine(row + active.viewportY)?.translateToString(true) ?? '',
    );
  }

  text(): string {
    return this.lines().join('\n');
  }

  get isAlternate(): boolean {
    return this.terminal.buffer.active.type === 'alternate';
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
  }
}
