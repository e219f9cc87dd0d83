/** Texts with placeholders. What the configuration wrote goes in as it is; values are escaped for where they go. */
import type { Values } from './message-words.js';

const PLACE = /\{([a-zA-Z]+)\}/g;

/** Values are put in once: a value that looks like a placeholder stays what it is. */
export function fillTemplate(template: string, values: Values, escaped: (value: string) => string): string {
  return template.replace(PLACE, (whole, name: string) =>
    Object.hasOwn(values, name) ? escaped(values[name as keyof Values]) : whole,
  );
}

export function unescaped(value: string): string {
  return value;
}
