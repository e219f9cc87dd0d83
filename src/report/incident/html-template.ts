/** The one place where text becomes HTML: a tagged template that escapes every value. What is HTML already is of another type. */
import { visibleText } from '../../format/clean-text.js';

/** HTML that is safe to put into a document. Made by `html` alone. */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** For `html`, and for what is written in this program as it stands (a style sheet). */
  static trusted(text: string): Html {
    return new Html(text);
  }

  toString(): string {
    return this.#text;
  }
}

export type HtmlValue = string | number | Html | readonly HtmlValue[];

/** Values are text, inside an element or inside a quoted attribute; arrays are put one after the other. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = parts[0] as string;
  for (const [i, value] of values.entries()) text += markup(value) + (parts[i + 1] as string);
  return Html.trusted(text);
}

function markup(value: HtmlValue): string {
  if (value instanceof Html) return value.toString();
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? escapeHtml(value) : value.map(markup).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Characters that are not seen, or turn the line around, are written out first. */
function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"'`]/g, (char) => ENTITIES[char] as string);
}
