/** Text that must not be printed: tokens, and the URL of a log session. It shows itself only to who asks for it by name. */
import { inspect } from 'node:util';

const HIDDEN = '(secret)';

export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** To be sent, and nowhere else. */
  reveal(): string {
    return this.#text;
  }

  /** `text` without it: for messages of others, which may quote what they were given. */
  redact(text: string): string {
    return this.#text === '' ? text : text.replaceAll(this.#text, HIDDEN);
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
