/** A predicate on one column of a contrast, with what the search wants to know of it. */
import type { Contrast, ContrastColumn } from '../contrast.js';
import type { AttributeValue, Clause, Predicate } from '../rule.js';
import { type Spans, spansOf } from './spans.js';

export interface Term {
  /** Index in `contrast.columns`. */
  readonly column: number;
  readonly predicate: Predicate;
  readonly spans: Spans;
  readonly cost: number;
}

/** What shape adds to the attribute's own cost: a comparison 1, a range half as much again, a set a quarter for each value. */
function shapeCost(predicate: Predicate): number {
  if (predicate.operator === 'range') return 1.5;
  return predicate.operator === 'in' ? 1 + 0.25 * predicate.value.length : 1;
}

export function termOf(contrast: Contrast, column: number, predicate: Predicate): Term {
  const of = contrast.columns[column] as ContrastColumn;
  return { column, predicate, spans: spansOf(of, predicate), cost: of.attribute.cost * shapeCost(predicate) };
}

/** One value, or a set of several. */
export function oneOf(attribute: string, values: readonly AttributeValue[]): Predicate {
  return values.length === 1
    ? { attribute, operator: 'eq', value: values[0] as AttributeValue }
    : { attribute, operator: 'in', value: values };
}

/** A range, or one value where both ends are the same. */
export function between(attribute: string, low: number, high: number): Predicate {
  return low === high
    ? { attribute, operator: 'eq', value: low }
    : { attribute, operator: 'range', value: [low, high] };
}

/** Where Linux begins to take ports for clients (ip_local_port_range); RFC 6335 §6 has 49152. */
const FIRST_CLIENT_PORT = 32_768;

/**
 * A source port up there names a socket, not a kind of traffic: the sender opens another one in a moment. A flood of connections that kept
 * to two such ports for 4000 packets had two others in the next 4000.
 */
export function isPassing({ predicate }: Term): boolean {
  if (predicate.attribute !== 'port.src') return false;
  const values = predicate.operator === 'eq' ? [predicate.value] : predicate.value;
  return values.every((port) => Number(port) >= FIRST_CLIENT_PORT);
}

/** The terms of a clause; null where the contrast has no column of a predicate's name, so no row can match. */
export function termsOf(contrast: Contrast, clause: Clause): readonly Term[] | null {
  const terms: Term[] = [];
  for (const predicate of clause.predicates) {
    const column = contrast.columns.findIndex(({ attribute }) => attribute.name === predicate.attribute);
    if (column < 0) return null;
    terms.push(termOf(contrast, column, predicate));
  }
  return terms;
}
