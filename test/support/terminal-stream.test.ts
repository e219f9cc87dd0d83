/** The parser that other tests rely on must find what is bad, and nothing else. */
import { describe, expect, test } from 'vitest';
import { clipboardSequence } from '../../src/terminal/clipboard.js';
import { ScreenWriter } from '../../src/terminal/screen-writer.js';
import { HOSTILE } from './hostile-strings.js';
import { parseTerminalStream } from './terminal-stream.js';

const faultsOf = (text: string | Uint8Array) => parseTerminalStream(Buffer.from(text as string)).faults;

/** A lone surrogate has no bytes; the clipboard is ours in form, and known by what is in it. */
const OTHERWISE: readonly string[] = ['surrogate', 'clipboard'];

describe('what is bad is found', () => {
  test.each(Object.entries(HOSTILE).filter(([name]) => !OTHERWISE.includes(name)))('%s', (_, text) => {
    expect(faultsOf(`\x1b[H before ${text} behind\x1b[K`).length).toBeGreaterThan(0);
  });

  test.each([
    ['erase the screen', '\x1b[2J'],
    ['erase to the end of the screen', '\x1b[J'],
    ['scroll', '\x1b[5S'],
    ['a mode that is not ours', '\x1b[?1000h'],
    ['a mode set for good', '\x1b[20h'],
    ['ask for a report', '\x1b[6n'],
    ['a title', '\x1b]2;x\x07'],
    ['a link', '\x1b]8;;http://evil.example\x07'],
    ['a clipboard that is read', '\x1b]52;c;?\x07'],
    ['another clipboard', '\x1b]52;p;eA==\x07'],
    ['a clipboard ended otherwise', '\x1b]52;c;eA==\x1b\\'],
    ['moved beyond any screen', '\x1b[99999;1H'],
    ['blinking', '\x1b[5m'],
    ['concealed', '\x1b[1;8m'],
    ['a colour with colons', '\x1b[38:2::1:2:3m'],
    ['a private style', '\x1b[>4;1m'],
    ['an ESC at the end', 'abc\x1b'],
    ['a carriage return alone', 'abc\rdef'],
    ['a cancel before nothing', 'abc\x18def'],
    ['a tab', 'a\tb'],
  ])('%s', (_, text) => expect(faultsOf(text)).not.toEqual([]));

  test('what goes to the clipboard is told', () => {
    expect(parseTerminalStream(Buffer.from(`x${HOSTILE['clipboard']}y`)).clipboard).toEqual(['evil']);
  });

  test('8-bit controls as bytes, which are no UTF-8', () => {
    expect(faultsOf(Uint8Array.of(0x61, 0x9b, 0x32, 0x4a))[0]).toBe('not UTF-8');
  });
});

describe('what is ours is not', () => {
  test('frames, and what comes before and after them', () => {
    let sent = '\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[m';
    for (const depth of ['truecolor', '256', '16', 'mono'] as const) {
      const writer = new ScreenWriter(60, 3, { depth, unicode: true, sync: true, remote: false }, (text) => {
        sent += text;
      });
      writer.show(`\x1b[1;38;2;1;2;3m${'x'.repeat(300)}\x1b[0m\n日本 ╭─╮ ⣿ é\n\x1b[48;2;9;9;9m chip \x1b[0m`);
      writer.show('now\nfor\nanother');
    }
    sent += `${clipboardSequence('text')}\x18\x1b[?2026l\x1b[?2004l\x1b[m\x1b[?25h\x1b[?1049lover\r\n`;
    const { faults, clipboard, text } = parseTerminalStream(Buffer.from(sent));
    expect(faults).toEqual([]);
    expect(clipboard).toEqual(['text']);
    expect(text).toContain('日本');
  });
});
