/** Names of cookies that most good requests have and a request lacks: what a site's own script or an earlier answer sets. */
import type { RequestSamples } from '../../records/request-samples.js';
import { ABSENT } from '../attributes/attribute-reader.js';
import type { DerivedColumn } from './contrast-of.js';
import type { RowPair } from './row-pair.js';

/** Share of the good requests. */
const MOST = 0.5;
const SEPARATOR = ';';

export function missingCookies(pair: RowPair<RequestSamples>): DerivedColumn {
  const hashes = pair.numbers(({ cookieNames }, row) => cookieNames[row] as number).slice();
  const namesOf = new Map<number, ReadonlySet<string>>();
  for (const hash of hashes) if (hash !== 0 && !namesOf.has(hash)) namesOf.set(hash, new Set(split(pair.textOf(hash))));
  const usual = usualNames(pair, hashes, namesOf);
  const texts: string[] = [];
  const numberOf = new Map<number, number>();
  const numbers = hashes.map((hash) => {
    const names = namesOf.get(hash);
    if (names === undefined || usual.length === 0) return ABSENT;
    let number = numberOf.get(hash);
    if (number === undefined) {
      const missing = usual.filter((name) => !names.has(name)).join(SEPARATOR);
      number = texts.indexOf(missing);
      if (number < 0) number = texts.push(missing) - 1;
      numberOf.set(hash, number);
    }
    return number;
  });
  return { numbers, nameOf: (index) => texts[index] as string };
}

/** Sorted. */
function usualNames(
  pair: RowPair<RequestSamples>,
  hashes: Float64Array,
  namesOf: ReadonlyMap<number, ReadonlySet<string>>,
): string[] {
  const weights = pair.weights();
  const weightOf = new Map<string, number>();
  let all = 0;
  for (let row = pair.attackRows; row < pair.rows; row += 1) {
    const names = namesOf.get(hashes[row] as number);
    if (names === undefined) continue;
    const weight = weights[row] as number;
    all += weight;
    for (const name of names) weightOf.set(name, (weightOf.get(name) ?? 0) + weight);
  }
  return [...weightOf.keys()].filter((name) => (weightOf.get(name) ?? 0) > all * MOST).sort();
}

function split(text: string): string[] {
  return text === '' ? [] : text.split(SEPARATOR);
}
