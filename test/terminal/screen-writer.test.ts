/** What the cell writer sends, replayed in a real terminal emulator, equals a whole paint of the same frame. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Capabilities } from '../../src/terminal/capabilities.js';
import type { ColourDepth } from '../../src/terminal/colour.js';
import { ScreenWriter } from '../../src/terminal/screen-writer.js';
import { XtermScreen } from '../support/xterm-screen.js';

const COLUMNS = 24;
const ROWS = 7;

const glyph = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(' ', '  ', '   ', 'a', 'b7', '0', '1.23M', '|') },
  { weight: 2, arbitrary: fc.constantFrom('█', '▄', '⣿', '⡀', '─', '╭', '·', '…', 'é', '▲') },
  { weight: 1, arbitrary: fc.constantFrom('日', '本語', 'ｗ', 'e\u0301') },
);
const style = fc.constantFrom(
  '',
  '\x1b[m',
  '\x1b[1m',
  '\x1b[2m',
  '\x1b[22m',
  '\x1b[7m',
  '\x1b[27m',
  '\x1b[4m',
  '\x1b[24m',
  '\x1b[38;2;255;158;59m',
  '\x1b[38;2;95;179;249m',
  '\x1b[48;2;247;118;142m',
  '\x1b[39m',
  '\x1b[49m',
  '\x1b[31m',
  '\x1b[38;5;200m',
);
const line = fc.array(fc.tuple(style, glyph), { maxLength: 18 }).map((parts) => `${parts.flat().join('')}\x1b[m`);
const frame = fc.array(line, { minLength: 1, maxLength: ROWS }).map((lines) => lines.join('\n'));

function capabilities(depth: ColourDepth, unicode: boolean, sync = true): Capabilities {
  return { depth, unicode, sync, remote: false };
}

async function expectDiffEqualsPaint(frames: readonly string[], caps: Capabilities): Promise<void> {
  const live = new XtermScreen(COLUMNS, ROWS);
  let sent = '';
  const writer = new ScreenWriter(COLUMNS, ROWS, caps, (text) => {
    sent += text;
  });
  await live.write('rubbish that was there before\r\n\x1b[31mred');
  for (const next of frames) {
    sent = '';
    writer.show(next);
    await live.write(sent);
    if (!caps.unicode) expect(sent).toMatch(/^[\x1b-\x7e]*$/);
    const whole = new XtermScreen(COLUMNS, ROWS);
    new ScreenWriter(COLUMNS, ROWS, caps, (text) => void whole.terminal.write(text)).show(next);
    await whole.write('');
    expect(live.dump()).toEqual(whole.dump());
  }
}

describe('property: a chain of diffs shows what a whole paint shows', () => {
  test.each([
    ['truecolor', true],
    ['256', true],
    ['16', true],
    ['mono', true],
    ['truecolor', false],
    ['mono', false],
  ] as const)('%s, unicode %s', async (depth, unicode) => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 2, maxLength: 5 }), (frames) =>
        expectDiffEqualsPaint(frames, capabilities(depth, unicode)),
      ),
      { numRuns: 60 },
    );
  });
});

describe('what is painted is what Ink wrote', () => {
  test('glyphs and colours arrive in their cells', async () => {
    const screen = new XtermScreen(COLUMNS, ROWS);
    const writer = new ScreenWriter(
      COLUMNS,
      ROWS,
      capabilities('truecolor', true),
      (text) => void screen.terminal.write(text),
    );
    writer.show('ab\x1b[1;38;2;26;27;38;48;2;247;118;142m A \x1b[mc\n日x');
    await screen.write('');
    expect(screen.cell(0, 3)).toMatchObject({ text: 'A', foreground: '#1a1b26', background: '#f7768e', isBold: true });
    expect(screen.cell(0, 5)).toMatchObject({ text: 'c', foreground: '', isBold: false });
    expect(screen.cell(1, 0).text).toBe('日');
    expect(screen.cell(1, 2).text).toBe('x');
  });

  test('the last column and the last row do not scroll', async () => {
    const screen = new XtermScreen(4, 2);
    const writer = new ScreenWriter(4, 2, capabilities('mono', true), (text) => void screen.terminal.write(text));
    writer.show('abcd\nefgh');
    writer.show('abcX\nefgY');
    writer.show('1234\n5678');
    await screen.write('');
    expect(screen.lines()).toEqual(['1234', '5678']);
  });

  test('a wide glyph that would be cut by the edge is no half glyph', async () => {
    const screen = new XtermScreen(4, 1);
    const writer = new ScreenWriter(4, 1, capabilities('mono', true), (text) => void screen.terminal.write(text));
    writer.show('abc日');
    await screen.write('');
    expect(screen.lines()).toEqual(['abc?']);
  });

  test('mono keeps a chip visible by inverse, and hints make attack bold', async () => {
    const screen = new XtermScreen(10, 1);
    const hints = [{ rgb: 0xff9e3b, ansi256: 215, ansi16: 11, monoBold: true, monoDim: false }];
    const writer = new ScreenWriter(
      10,
      1,
      capabilities('mono', true),
      (text) => void screen.terminal.write(text),
      hints,
    );
    writer.show('\x1b[48;2;1;2;3mX\x1b[m\x1b[38;2;255;158;59ma\x1b[m');
    await screen.write('');
    expect(screen.cell(0, 0)).toMatchObject({ isInverse: true, background: '' });
    expect(screen.cell(0, 1)).toMatchObject({ isBold: true, foreground: '' });
  });
});

describe('bytes', () => {
  test('nothing is sent when nothing changed', () => {
    const writes: string[] = [];
    const writer = new ScreenWriter(20, 2, capabilities('truecolor', true), (text) => void writes.push(text));
    writer.show('hello\nworld');
    expect(writer.show('hello\nworld')).toBe(0);
    expect(writes).toHaveLength(1);
  });

  test('one changed digit costs a move and a digit', () => {
    const writes: string[] = [];
    const writer = new ScreenWriter(80, 24, capabilities('truecolor', true), (text) => void writes.push(text));
    writer.show('rate 1.23M');
    writer.show('rate 1.24M');
    expect(writes[1]).toBe('\x1b[1;9H4');
  });

  test('no erase-display, ever, and EL only with a plain pen', () => {
    const writes: string[] = [];
    const writer = new ScreenWriter(200, 24, capabilities('truecolor', true), (text) => void writes.push(text));
    writer.show(Array.from({ length: 24 }, (_, i) => `\x1b[48;2;1;2;3m${'x'.repeat(i * 5)}\x1b[m`).join('\n'));
    expect(writes[0]).toContain('\x1b[?2026h');
    expect(writes[0]).not.toMatch(/\x1b\[[0-3]?J/);
  });

  test('rows beyond the screen are counted, not drawn', () => {
    const writer = new ScreenWriter(10, 2, capabilities('mono', true), () => {});
    writer.show('a\nb\nc');
    expect(writer.overflowRows).toBe(1);
  });
});
