/**
 * Bytes from the keyboard -> names of keys: "a", "A", "space", "up", "shift-tab", "ctrl-l", "escape", "paste". Sequences:
 * xterm ctlseqs (CSI, SS3, modifiers in the second parameter). Pasted text (mode 2004) is one "paste" key and its content
 * is thrown away: a paste must never act.
 */
import { StringDecoder } from 'node:string_decoder';

const FINAL_NAMES: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'shift-tab',
};
const TILDE_NAMES: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};
const PASTE_END = '\x1b[201~';
// A paste may be endless: only the tail that could hold the end marker is kept.
const KEEP_OF_PASTE = PASTE_END.length - 1;
// Longest sequence we wait for; anything longer is noise and thrown away.
const MAX_SEQUENCE = 64;

export class KeyParser {
  readonly #decoder = new StringDecoder('utf8');
  #pending = '';
  #isPasting = false;

  /** Keys completed by this chunk. */
  push(chunk: Uint8Array): string[] {
    this.#pending += this.#decoder.write(Buffer.from(chunk));
    const keys: string[] = [];
    while (this.#pending !== '') {
      if (this.#isPasting) {
        const end = this.#pending.indexOf(PASTE_END);
        if (end < 0) {
          this.#pending = this.#pending.slice(-KEEP_OF_PASTE);
          break;
        }
        this.#pending = this.#pending.slice(end + PASTE_END.length);
        this.#isPasting = false;
        keys.push('paste');
        continue;
      }
      const used = this.#takeKey(keys);
      if (used === 0) break;
      this.#pending = this.#pending.slice(used);
    }
    return keys;
  }

  /** An ESC that nothing followed for a while is the Escape key. */
  flush(): string[] {
    if (this.#isPasting || this.#pending === '') return [];
    const keys = this.#pending === '\x1b' ? ['escape'] : [];
    this.#pending = '';
    return keys;
  }

  get isWaiting(): boolean {
    return !this.#isPasting && this.#pending !== '';
  }

  /** Length of the key at the start of what is pending; 0 = incomplete. */
  #takeKey(keys: string[]): number {
    const text = this.#pending;
    const codePoint = text.codePointAt(0) as number;
    if (codePoint !== 0x1b) {
      const length = codePoint > 0xffff ? 2 : 1;
      keys.push(plainKey(codePoint, text.slice(0, length)));
      return length;
    }
    if (text.length === 1) return 0;
    const second = text[1] as string;
    if (second === '\x1b') {
      keys.push('escape');
      return 1;
    }
    if (second === '[') return this.#takeCsi(text, keys);
    if (second === 'O') {
      if (text.length < 3) return 0;
      const name = FINAL_NAMES[text[2] as string];
      if (name) keys.push(name);
      return 3;
    }
    // Escape and the next key in one read, as a slow link delivers them. No Alt key means anything here, so nothing is lost.
    keys.push('escape');
    return 1;
  }

  #takeCsi(text: string, keys: string[]): number {
    const match = /^\x1b\[([\x30-\x3f]*)[\x20-\x2f]*([\x40-\x7e])/.exec(text);
    if (!match) return text.length > MAX_SEQUENCE || /[\x00-\x1f\x7f]/.test(text.slice(2)) ? text.length : 0;
    const [whole, parameters = '', final = ''] = match;
    if (final === '~' && parameters === '200') this.#isPasting = true;
    else {
      const [code = '', modifier = '1'] = parameters.split(';');
      const name = final === '~' ? TILDE_NAMES[code] : FINAL_NAMES[final];
      if (name) keys.push(modifierPrefix(Number(modifier)) + name);
    }
    return whole.length;
  }
}

function modifierPrefix(modifier: number): string {
  const bits = modifier - 1;
  return `${bits & 4 ? 'ctrl-' : ''}${bits & 2 ? 'alt-' : ''}${bits & 1 ? 'shift-' : ''}`;
}

function plainKey(codePoint: number, text: string): string {
  if (codePoint === 0x20) return 'space';
  if (codePoint === 0x0d || codePoint === 0x0a) return 'enter';
  if (codePoint === 0x09) return 'tab';
  if (codePoint === 0x7f || codePoint === 0x08) return 'backspace';
  if (codePoint === 0) return 'ctrl-space';
  if (codePoint <= 0x1a) return `ctrl-${String.fromCharCode(codePoint + 0x60)}`;
  if (codePoint < 0x20) return `ctrl-${String.fromCharCode(codePoint + 0x40)}`;
  return text;
}
