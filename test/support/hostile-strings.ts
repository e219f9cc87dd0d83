/** What an attacker may put into names, headers, paths and comments to reach the terminal of whoever looks. */

/** By what a terminal, or a reader, would make of it. */
export const HOSTILE: Readonly<Record<string, string>> = {
  erase: '\x1b[2J\x1b[H',
  colour: '\x1b[31;5m',
  report: '\x1b[6n\x1b[c',
  clipboard: '\x1b]52;c;ZXZpbA==\x07',
  title: '\x1b]0;owned\x1b\\',
  device: '\x1bP$qm\x1b\\',
  reset: '\x1bc',
  csi8: '\x9b2J',
  osc8: '\x9d0;owned\x9c',
  dcs8: '\x90q\x9c',
  bell: 'a\x07b\x08',
  lines: 'x\r\ny\tz\u2028\u2029',
  nul: 'a\x00b\x7f',
  override: 'user\u202etxt.exe\u202c',
  isolates: '\u2066a\u2067b\u2068c\u2069\u200e\u200f\u061c',
  invisible: 'pay\u200bpal\u200c\u200d\u2060\ufeff\u00ad\u034f\u3164',
  tags: 'a\u{e0041}\u{e007f}\ufe0f',
  surrogate: 'a\ud800b',
  private: '\ue000\u{10fffd}',
};

/** All of it in one line. */
export const ALL_HOSTILE = Object.values(HOSTILE).join('|');

/** No byte of these may reach a terminal or a report but by the program's own sequences. */
export const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029\u3164]|\u034f/u;
