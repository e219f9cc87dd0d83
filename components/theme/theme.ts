/**
 * Colours by meaning. Contrast on the user's own background (dark: #0c0e14, light: #ffffff) is at least 4.5 except for lines;
 * attack against good stays apart in every kind of colour blindness. A colour only repeats what a word or glyph says.
 */

export type Token =
  | 'attack'
  | 'good'
  | 'critical'
  | 'suspect'
  | 'ok'
  | 'text'
  | 'dim'
  | 'accent'
  | 'border'
  | 'borderFocus'
  | 'title'
  | 'chipText'
  | 'selection'
  | 'selectionText';

export interface ThemeColour {
  readonly rgb: number;
  readonly ansi256: number;
  /** 0..15 */
  readonly ansi16: number;
}

export interface Theme {
  readonly name: string;
  /** null = the terminal's own foreground: it suits its background, and costs no bytes in columns of changing numbers. */
  readonly colours: Readonly<Record<Token, ThemeColour | null>>;
}

const colour = (rgb: number, ansi256: number, ansi16: number): ThemeColour => ({ rgb, ansi256, ansi16 });

export const DARK_THEME: Theme = {
  name: 'dark',
  colours: {
    attack: colour(0xff9e3b, 215, 11),
    good: colour(0x5fb3f9, 75, 12),
    critical: colour(0xff6a5e, 203, 9),
    suspect: colour(0xe8d44d, 185, 3),
    ok: colour(0x4fc3a1, 79, 10),
    text: null,
    dim: colour(0x8087a0, 103, 8),
    accent: colour(0xb99cf0, 141, 13),
    border: colour(0x3b4261, 238, 8),
    borderFocus: colour(0x7aa2f7, 111, 12),
    title: null,
    chipText: colour(0x14161f, 233, 0),
    selection: colour(0x2f3b63, 237, 4),
    selectionText: colour(0xf4f6fb, 231, 15),
  },
};

export const LIGHT_THEME: Theme = {
  name: 'light',
  colours: {
    attack: colour(0xa84300, 130, 3),
    good: colour(0x0b5cad, 25, 4),
    critical: colour(0xb00020, 124, 1),
    suspect: colour(0x7a5c00, 94, 3),
    ok: colour(0x006b52, 23, 2),
    text: null,
    dim: colour(0x5a6072, 59, 8),
    accent: colour(0x6b3fb8, 61, 5),
    border: colour(0xb4b9c9, 249, 7),
    borderFocus: colour(0x2e5fd0, 26, 4),
    title: null,
    chipText: colour(0xffffff, 231, 15),
    selection: colour(0xcdd9f7, 189, 6),
    selectionText: colour(0x10121a, 233, 0),
  },
};

/** For projectors and tired eyes: base colours only, the terminal's own palette decides. */
export const CONTRAST_THEME: Theme = {
  name: 'contrast',
  colours: {
    attack: colour(0xffb000, 214, 11),
    good: colour(0x40c8ff, 81, 14),
    critical: colour(0xff5f5f, 203, 9),
    suspect: colour(0xffff5f, 227, 11),
    ok: colour(0x5fffaf, 85, 10),
    text: colour(0xffffff, 231, 15),
    dim: colour(0xb8bdcc, 250, 7),
    accent: colour(0xe0b0ff, 183, 13),
    border: colour(0x808080, 244, 8),
    borderFocus: colour(0xffffff, 231, 15),
    title: colour(0xffffff, 231, 15),
    chipText: colour(0x000000, 16, 0),
    selection: colour(0x005faf, 25, 4),
    selectionText: colour(0xffffff, 231, 15),
  },
};

export const THEMES: readonly Theme[] = [DARK_THEME, LIGHT_THEME, CONTRAST_THEME];

export function themeByName(name: string): Theme | null {
  return THEMES.find((theme) => theme.name === name) ?? null;
}

/** The same screen, put in the background: one quiet colour, nothing that calls for attention. */
export function quietTheme(theme: Theme): Theme {
  const colours = { ...theme.colours };
  for (const token of Object.keys(colours) as Token[]) colours[token] = theme.colours.border;
  return {
    name: `${theme.name}, quiet`,
    colours: { ...colours, selection: theme.colours.border, chipText: theme.colours.chipText },
  };
}
