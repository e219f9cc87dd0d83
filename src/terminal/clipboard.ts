/** OSC 52: the terminal's own clipboard, which works over SSH (xterm ctlseqs; tmux needs `set -g set-clipboard on`). */

// Terminals drop longer strings: xterm 100 kB, tmux 1 MB, screen 768 B; most stop between.
const MAX_BYTES = 74_994;

/** `text` must be clean already. Null when it is too long for a terminal to take. */
export function clipboardSequence(text: string): string | null {
  const payload = Buffer.from(text, 'utf8').toString('base64');
  return payload.length > MAX_BYTES ? null : `\x1b]52;c;${payload}\x07`;
}
