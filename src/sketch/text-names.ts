/**
 * Texts by a 32-bit hash of them, for rows that keep the hash. Bounded: what was used longest ago goes first, so a flood of texts that
 * come once does not push out those that come again and again. By chance two of 8192 texts share a hash once in 128 such sets; who does not
 * know the key (one a process) cannot make them.
 */
import { randomSeed } from './hash.js';
import { hashText, textKeys } from './text-hash.js';

export const MOST_TEXTS = 8192;
/** 256 a text on average: 2 MiB. */
const CHARACTERS_A_TEXT = 256;
/** What is kept of a text; the hash stands for all of it. */
const LONGEST_TEXT = 1024;
/** Longest string that is hashed whole. */
const LONGEST_STRING = 8192;

const [KEY0, KEY1] = textKeys(randomSeed());
const hash = new Int32Array(2);
const scratch = new Uint8Array(LONGEST_STRING);

/** Both a TextKeeper and a TextLookup (src/records/text-keeper.ts). */
export class TextNames {
  /** In the order of use: the first was used longest ago. */
  readonly #texts = new Map<number, string>();
  #characters = 0;

  constructor(readonly most = MOST_TEXTS) {}

  get size(): number {
    return this.#texts.size;
  }

  keep(bytes: Uint8Array, at: number, end: number): number {
    hashText(bytes, at, end, KEY0, KEY1, hash, 0);
    const key = (hash[0] as number) >>> 0 || 1;
    const known = this.#texts.get(key);
    if (known === undefined) this.#add(key, latin1(bytes, at, Math.min(end, at + LONGEST_TEXT)));
    else {
      this.#texts.delete(key);
      this.#texts.set(key, known);
    }
    return key;
  }

  keepText(text: string): number {
    const length = Math.min(text.length, LONGEST_STRING);
    for (let i = 0; i < length; i += 1) scratch[i] = text.charCodeAt(i);
    return this.keep(scratch, 0, length);
  }

  textOf(key: number): string | null {
    return this.#texts.get(key) ?? null;
  }

  #add(key: number, text: string): void {
    this.#texts.set(key, text);
    this.#characters += text.length;
    for (const [oldest, its] of this.#texts) {
      if (this.#texts.size <= this.most && this.#characters <= this.most * CHARACTERS_A_TEXT) return;
      this.#texts.delete(oldest);
      this.#characters -= its.length;
    }
  }
}

function latin1(bytes: Uint8Array, at: number, end: number): string {
  let text = '';
  for (let next = at; next < end; next += 1) text += String.fromCharCode(bytes[next] as number);
  return text;
}
