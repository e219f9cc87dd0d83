/**
 * What this terminal can show, from the environment alone (no queries: answers may never come over a slow link).
 * NO_COLOR: no-color.org. FORCE_COLOR: as in Node (0..3). DEC 2026 rules: measured in tmux, screen, xterm (see SYNC_OFF).
 */
import type { ColourDepth } from './colour.js';

export interface Capabilities {
  readonly depth: ColourDepth;
  /** Box, block and braille characters may be sent. */
  readonly unicode: boolean;
  /** Frames are wrapped in DEC private mode 2026 (synchronized output). */
  readonly sync: boolean;
  /** The session comes over SSH: draw less often. */
  readonly remote: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** `ascii`: asked for on the command line. */
export function detectCapabilities(env: Environment, ascii = false): Capabilities {
  return {
    depth: colourDepthOf(env),
    unicode: !ascii && hasUnicode(env),
    sync: hasSync(env),
    remote: Boolean(env['SSH_CONNECTION'] || env['SSH_TTY']),
  };
}

function colourDepthOf(env: Environment): ColourDepth {
  const term = env['TERM'] ?? '';
  if (env['NO_COLOR']) return 'mono'; // present and not empty
  const forced = forcedDepth(env['FORCE_COLOR']);
  if (forced) return forced;
  if (term === '' || term === 'dumb' || /^vt(5[12]|100|102|220|320)/.test(term)) return 'mono';
  if (/^(truecolor|24bit)$/i.test(env['COLORTERM'] ?? '') || term.endsWith('-direct')) return 'truecolor';
  if (/256(color)?$/.test(term) || /^(tmux|screen|alacritty|foot|kitty|wezterm)/.test(term)) return '256';
  return '16';
}

function forcedDepth(value: string | undefined): ColourDepth | null {
  switch (value) {
    case '0':
    case 'false':
      return 'mono';
    case '1':
    case 'true':
      return '16';
    case '2':
      return '256';
    case '3':
      return 'truecolor';
    default:
      return null;
  }
}

function hasUnicode(env: Environment): boolean {
  const term = env['TERM'] ?? '';
  if (term === 'linux' || term === 'dumb' || /^vt\d/.test(term)) return false; // the console fonts have no braille
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/i.test(locale);
}

// screen shows corruption with 2026 inside it; the console, dumb and vt* do not know it. Terminals that do not know a
// private mode ignore it, so everything else may have it.
const SYNC_OFF = /^(linux|dumb|vt\d|$)/;

function hasSync(env: Environment): boolean {
  const term = env['TERM'] ?? '';
  if (SYNC_OFF.test(term)) return false;
  return !(term.startsWith('screen') && !env['TMUX']);
}
