/** Looking into parsed JSON whose shape nobody promised. */

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function asNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** One word or a list of words; nft prints a single flag without brackets. */
export function asWords(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((word): word is string => typeof word === 'string');
}

/** The only key of a statement or expression, and what it holds: `{ "match": {…} }`. */
export function soleEntry(value: unknown): readonly [string, unknown] | null {
  if (!isObject(value)) return null;
  let found: string | null = null;
  // Called a dozen times a rule, where Object.entries takes a third of all reading.
  for (const key in value) {
    if (found !== null) return null;
    found = key;
  }
  return found === null ? null : [found, value[found]];
}
