/** The ASCII stand-in of every glyph we draw with, one cell for one cell. Anything else that is not ASCII becomes "?". */

const NAMED: ReadonlyMap<number, string> = new Map(
  Object.entries({
    '─': '-', '━': '-', '┄': '-', '┈': '.', '╌': '-', '═': '=', '│': '|', '┃': '|', '┊': ':', '┆': ':', '║': '|',
    '┌': '+', '┐': '+', '└': '+', '┘': '+', '╭': '+', '╮': '+', '╰': '+', '╯': '+', '├': '+', '┤': '+', '┬': '+',
    '┴': '+', '┼': '+', '╔': '+', '╗': '+', '╚': '+', '╝': '+', '╞': '+', '╡': '+',
    '▁': '.', '▂': '.', '▃': '-', '▄': '-', '▅': '=', '▆': '=', '▇': '#', '█': '#',
    '▏': '.', '▎': '.', '▍': '-', '▌': '-', '▋': '=', '▊': '=', '▉': '#', '▐': '=', '▔': '-', '▕': '|',
    '░': '.', '▒': ':', '▓': '#', '■': '#', '□': '.', '▪': '*', '●': '*', '○': 'o', '◆': '*', '◇': 'o',
    '▲': '^', '▼': 'v', '▶': '>', '◀': '<', '▸': '>', '◂': '<', '▴': '^', '▾': 'v', '△': '^', '▽': 'v',
    '↑': '^', '↓': 'v', '←': '<', '→': '>', '↔': '-', '↕': '|', '↵': '<', '⇥': '>',
    '·': '.', '•': '*', '…': '~', '×': 'x', '±': '~', '≈': '~', '≥': '>', '≤': '<', '–': '-', '—': '-', '✓': '+', '✗': 'x',
    '‘': "'", '’': "'", '“': '"', '”': '"', 'µ': 'u', '°': 'o', '§': 'S',
  }).map(([glyph, ascii]) => [glyph.codePointAt(0) as number, ascii]),
); // biome-ignore format: a table reads best by kind

const BRAILLE = 0x2800;

/** Braille as a column: how high the highest dot stands. Bits 0..2 and 3..5 are rows 1..3 left and right, 6 and 7 row 4. */
function brailleColumn(dots: number): string {
  if (dots === 0) return ' ';
  if (dots & 0x09) return '|';
  if (dots & 0x12) return ':';
  return '.';
}

/** One ASCII character for a code point that takes one cell. */
export function asciiOf(codePoint: number): string {
  if (codePoint >= 0x20 && codePoint < 0x7f) return String.fromCharCode(codePoint);
  if (codePoint >= BRAILLE && codePoint <= BRAILLE + 255) return brailleColumn(codePoint - BRAILLE);
  return NAMED.get(codePoint) ?? '?';
}
