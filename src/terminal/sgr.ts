/** Select Graphic Rendition (ECMA-48 §8.3.117): reading it from a frame, and writing the shortest change of pen. */
import {
  baseColour,
  type ColourDepth,
  type ColourHint,
  DEFAULT_COLOUR,
  indexColour,
  isRgb,
  nearest16,
  nearest256,
  rgbColour,
  sgrOf,
} from './colour.js';

export const Attribute = { bold: 1, dim: 2, italic: 4, underline: 8, inverse: 16 } as const;

const BRACKET = 0x5b;
const FINAL_M = 0x6d;
const SEMICOLON = 0x3b;

const isParameter = (unit: number): boolean => (unit >= 0x30 && unit <= 0x39) || unit === SEMICOLON;

export interface CellStyle {
  foreground: number;
  background: number;
  attributes: number;
}

/** The pen while a frame is read; `style` is the pen lowered to the depth of the terminal. */
export class SgrState {
  readonly style: CellStyle = { foreground: DEFAULT_COLOUR, background: DEFAULT_COLOUR, attributes: 0 };
  readonly #hints: ReadonlyMap<number, ColourHint>;
  readonly #lowered = new Map<number, number>();
  #foreground: number = DEFAULT_COLOUR;
  #background: number = DEFAULT_COLOUR;
  #attributes = 0;

  constructor(
    readonly depth: ColourDepth,
    hints: readonly ColourHint[] = [],
  ) {
    this.#hints = new Map(hints.map((hint) => [hint.rgb, hint]));
  }

  reset(): void {
    this.#foreground = DEFAULT_COLOUR;
    this.#background = DEFAULT_COLOUR;
    this.#attributes = 0;
    this.#settle();
  }

  /** Reads the SGR at `text[at]` (an ESC) and returns the index after it; -1 when it is anything else, which is nothing of ours. */
  consume(text: string, at: number): number {
    if (text.charCodeAt(at + 1) !== BRACKET) return -1;
    let end = at + 2;
    while (isParameter(text.charCodeAt(end))) end += 1;
    if (text.charCodeAt(end) !== FINAL_M) return -1;
    this.#apply(text.slice(at + 2, end));
    return end + 1;
  }

  #apply(parameters: string): void {
    const codes = parameters === '' ? [0] : parameters.split(';').map(Number);
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i] as number;
      if (code === 0) {
        this.#foreground = DEFAULT_COLOUR;
        this.#background = DEFAULT_COLOUR;
        this.#attributes = 0;
      } else if (code === 38 || code === 48) {
        const isIndexed = codes[i + 1] === 5;
        const [a = 0, b = 0, c = 0] = codes.slice(i + 2, i + 5);
        const colour = isIndexed ? indexColour(a) : rgbColour((a << 16) | (b << 8) | c);
        if (code === 38) this.#foreground = colour;
        else this.#background = colour;
        i += isIndexed ? 2 : 4;
      } else this.#applySimple(code);
    }
    this.#settle();
  }

  #applySimple(code: number): void {
    if (code === 1) this.#attributes |= Attribute.bold;
    else if (code === 2) this.#attributes |= Attribute.dim;
    else if (code === 3) this.#attributes |= Attribute.italic;
    else if (code === 4) this.#attributes |= Attribute.underline;
    else if (code === 7) this.#attributes |= Attribute.inverse;
    else if (code === 22) this.#attributes &= ~(Attribute.bold | Attribute.dim);
    else if (code === 23) this.#attributes &= ~Attribute.italic;
    else if (code === 24) this.#attributes &= ~Attribute.underline;
    else if (code === 27) this.#attributes &= ~Attribute.inverse;
    else if (code >= 30 && code <= 37) this.#foreground = baseColour(code - 30);
    else if (code >= 90 && code <= 97) this.#foreground = baseColour(code - 82);
    else if (code >= 40 && code <= 47) this.#background = baseColour(code - 40);
    else if (code >= 100 && code <= 107) this.#background = baseColour(code - 92);
    else if (code === 39) this.#foreground = DEFAULT_COLOUR;
    else if (code === 49) this.#background = DEFAULT_COLOUR;
  }

  #settle(): void {
    const { style } = this;
    if (this.depth !== 'mono') {
      style.foreground = this.#lower(this.#foreground);
      style.background = this.#lower(this.#background);
      style.attributes = this.#attributes;
      return;
    }
    const hint = this.#hints.get(this.#foreground & 0xffffff);
    const hinted = isRgb(this.#foreground) && hint;
    style.foreground = DEFAULT_COLOUR;
    style.background = DEFAULT_COLOUR;
    style.attributes =
      this.#attributes |
      (hinted && hint.monoBold ? Attribute.bold : 0) |
      (hinted && hint.monoDim ? Attribute.dim : 0) |
      (this.#background === DEFAULT_COLOUR ? 0 : Attribute.inverse); // a chip stays a chip
    if (style.attributes & Attribute.inverse) style.attributes &= ~Attribute.dim;
  }

  #lower(colour: number): number {
    if (this.depth === 'truecolor' || !isRgb(colour)) return colour;
    let lowered = this.#lowered.get(colour);
    if (lowered === undefined) {
      const rgb = colour & 0xffffff;
      const hint = this.#hints.get(rgb);
      lowered =
        this.depth === '256'
          ? indexColour(hint?.ansi256 ?? nearest256(rgb))
          : baseColour(hint?.ansi16 ?? nearest16(rgb));
      if (this.#lowered.size < 4096) this.#lowered.set(colour, lowered);
    }
    return lowered;
  }
}

const ATTRIBUTE_CODES = [
  [Attribute.bold, 1],
  [Attribute.dim, 2],
  [Attribute.italic, 3],
  [Attribute.underline, 4],
  [Attribute.inverse, 7],
] as const;

function codesFromDefault(to: Readonly<CellStyle>): string[] {
  const codes: string[] = [];
  for (const [bit, code] of ATTRIBUTE_CODES) if (to.attributes & bit) codes.push(String(code));
  if (to.foreground !== DEFAULT_COLOUR) codes.push(sgrOf(to.foreground, false));
  if (to.background !== DEFAULT_COLOUR) codes.push(sgrOf(to.background, true));
  return codes;
}

/** The shortest sequence that turns the pen `from` into `to`; empty when they are the same. */
export function penChange(from: Readonly<CellStyle>, to: Readonly<CellStyle>): string {
  const isSamePen =
    from.foreground === to.foreground && from.background === to.background && from.attributes === to.attributes;
  if (isSamePen) return '';
  const fromReset = codesFromDefault(to);
  if (fromReset.length === 0) return '\x1b[m';
  const anew = `\x1b[0;${fromReset.join(';')}m`;
  const codes: string[] = [];
  let had = from.attributes;
  const gone = had & ~to.attributes;
  if (gone & (Attribute.bold | Attribute.dim)) {
    codes.push('22'); // takes both away
    had &= ~(Attribute.bold | Attribute.dim);
  }
  if (gone & Attribute.italic) codes.push('23');
  if (gone & Attribute.underline) codes.push('24');
  if (gone & Attribute.inverse) codes.push('27');
  for (const [bit, code] of ATTRIBUTE_CODES) if (to.attributes & ~had & bit) codes.push(String(code));
  if (from.foreground !== to.foreground) codes.push(sgrOf(to.foreground, false));
  if (from.background !== to.background) codes.push(sgrOf(to.background, true));
  const delta = `\x1b[${codes.join(';')}m`;
  return delta.length <= anew.length ? delta : anew;
}
