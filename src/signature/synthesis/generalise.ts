/**
 * What a clause says a little too exactly is widened for the attack to come: lengths by 2 bytes, the TTL by a hop (routes change) or to all
 * hops of its initial value. Only where no more good rows are hit. Prefixes need none of it: they are mined from /8 to /32, and the longest
 * that holds the rows is taken.
 */
import type { ContrastColumn } from '../contrast.js';
import type { Predicate } from '../rule.js';
import { countBits, intersect } from './bits.js';
import { searchBits } from './candidates.js';
import type { SearchTable } from './search-table.js';
import { between, type Term, termOf } from './term.js';

const LENGTH_SLACK_BYTES = 2;
const TTL_SLACK = 1;
/** Initial values in use: 32 (old), 64 (Linux, BSD), 128 (Windows), 255 (routers, forged). */
const INITIAL_TTLS = [0, 32, 64, 128, 255];
/** So many different TTLs come from many places: any path length may come next. */
const MANY_TTLS = 4;
const LENGTHS = new Set(['ip.length', 'udp.length']);

export function generalised(table: SearchTable, terms: readonly Term[]): readonly Term[] {
  const result = [...terms];
  for (let i = 0; i < result.length; i += 1) {
    for (const predicate of widerForms(table, result[i] as Term)) {
      const wider = termOf(table.contrast, (result[i] as Term).column, predicate);
      const tried = result.with(i, wider);
      if (goodHits(table, tried) > goodHits(table, result)) continue;
      result[i] = wider;
      break;
    }
  }
  return result;
}

/** The widest first. */
function widerForms(table: SearchTable, { column, predicate }: Term): readonly Predicate[] {
  const { name } = (table.contrast.columns[column] as ContrastColumn).attribute;
  const ends = endsOf(predicate);
  if (ends === null) return [];
  const [low, high] = ends;
  if (LENGTHS.has(name) && predicate.operator === 'range')
    return [between(name, Math.max(0, low - LENGTH_SLACK_BYTES), high + LENGTH_SLACK_BYTES)];
  if (name === 'ip.ttl') return ttlForms(name, low, high);
  return [];
}

/** First and last number of a predicate whose values lie together. */
function endsOf(predicate: Predicate): readonly [number, number] | null {
  if (predicate.operator === 'range') return predicate.value;
  const values = predicate.operator === 'in' ? predicate.value : [predicate.value];
  const numbers = values.map(Number);
  if (numbers.some(Number.isNaN)) return null;
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return high - low < 2 * numbers.length ? [low, high] : null;
}

function ttlForms(name: string, low: number, high: number): readonly Predicate[] {
  const band = INITIAL_TTLS.findIndex((initial) => initial >= low);
  const [floor, ceiling] = [(INITIAL_TTLS[band - 1] ?? 0) + 1, INITIAL_TTLS[band] ?? 255];
  const byHop = between(name, Math.max(1, low - TTL_SLACK), Math.min(255, high + TTL_SLACK));
  const isOneBand = band > 0 && high <= ceiling;
  // Paths are seldom longer than 32 hops, so the band of 255 does not begin at 129.
  return isOneBand && high - low >= MANY_TTLS
    ? [between(name, Math.min(low, Math.max(floor, ceiling - 31)), ceiling), byHop]
    : [byHop];
}

function goodHits(table: SearchTable, terms: readonly Term[]): number {
  const { attackWords, goodWords } = table;
  const bits = searchBits(table, terms[0] as Term);
  for (const term of terms.slice(1)) intersect(bits, 0, searchBits(table, term), 0, bits, 0, bits.length);
  return countBits(bits, attackWords, goodWords);
}
