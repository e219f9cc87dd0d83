/** Alternatives of terms as expressions of at most 4096 characters: what does not fit into one becomes several rules. */

export const MAX_EXPRESSION_LENGTH = 4096;

/** A comparison as it is, or a field that is one of the items (numbers, ranges `1..5`, prefixes, quoted texts): those can be split. */
export type Term = string | { readonly field: string; readonly items: readonly string[] };

/** An AND. */
export type Alternative = readonly Term[];

/** Parts of one alternative: long sets against each other would be millions. */
const MAX_PARTS = 400;

/** `scope` stands before every alternative. Null: an alternative is too long even with one item a set, or falls into too many parts. */
export function expressionsOf(scope: string | null, alternatives: readonly Alternative[]): string[] | null {
  const room = MAX_EXPRESSION_LENGTH - (scope === null ? 0 : `${scope} and ()`.length);
  const texts: string[] = [];
  for (const alternative of alternatives) {
    const parts: string[] = [];
    if (!splitToFit(alternative, room, parts)) return null;
    texts.push(...parts);
  }
  return packed([...new Set(texts)], room).map((group) => whole(scope, group));
}

export function fitsAlone(scope: string | null, alternative: Alternative): boolean {
  const smallest = alternative.map((term) => (typeof term === 'string' ? term : { ...term, items: [longest(term)] }));
  return whole(scope, [alternativeText(smallest)]).length <= MAX_EXPRESSION_LENGTH - 4;
}

function longest({ items }: Exclude<Term, string>): string {
  return items.reduce((a, b) => (b.length > a.length ? b : a));
}

function whole(scope: string | null, group: readonly string[]): string {
  const body = group.length === 1 ? group[0] : group.map((text) => `(${text})`).join(' or ');
  if (scope === null) return body;
  return group.length === 1 ? `${scope} and ${body}` : `${scope} and (${body})`;
}

function splitToFit(alternative: Alternative, room: number, texts: string[]): boolean {
  const text = alternativeText(alternative);
  if (text.length <= room) return texts.push(text) <= MAX_PARTS;
  const at = largestSet(alternative);
  if (at < 0) return false;
  const { field, items } = alternative[at] as Exclude<Term, string>;
  const middle = items.length >> 1;
  return [items.slice(0, middle), items.slice(middle)].every((half) =>
    splitToFit(alternative.with(at, { field, items: half }), room, texts),
  );
}

/** Index of the set with the longest text among those of several items; -1: none. */
function largestSet(alternative: Alternative): number {
  let best = -1;
  let bestLength = 0;
  alternative.forEach((term, i) => {
    if (typeof term === 'string' || term.items.length < 2) return;
    const { length } = term.items.join(' ');
    if (length > bestLength) [best, bestLength] = [i, length];
  });
  return best;
}

function alternativeText(alternative: Alternative): string {
  return alternative.map(termText).join(' and ');
}

/** Ranges and prefixes are allowed inside of sets only. */
export function termText(term: Term): string {
  if (typeof term === 'string') return term;
  const { field, items } = term;
  const isSetOnly = (item: string) => /^[0-9a-f.:]+\/\d+$|^\d+\.\.\d+$/.test(item);
  return items.length === 1 && !isSetOnly(items[0]) ? `${field} eq ${items[0]}` : `${field} in {${items.join(' ')}}`;
}

function packed(texts: readonly string[], room: number): string[][] {
  const groups: string[][] = [];
  let length = 0;
  for (const text of texts) {
    const needed = text.length + '() or '.length;
    const last = groups.at(-1);
    if (last !== undefined && length + needed <= room) {
      last.push(text);
      length += needed;
    } else {
      groups.push([text]);
      length = needed;
    }
  }
  return groups;
}
