/**
 * Names of query parameters with those masked that few requests have: floods draw them at random so that no cache answers (hulk takes 3 to 10
 * capitals), and one letter more or less would make each request a value of its own.
 */
import type { RequestSamples } from '../../records/request-samples.js';
import { ABSENT } from '../attributes/attribute-reader.js';
import type { DerivedColumn } from './contrast-of.js';
import type { RowPair } from './row-pair.js';

/** Of the rows; a name of hulk's falls on one request in 500 at most. */
const FEW = 0.01;
const MASK = '#';
const SEPARATOR = '&';

export function queryNames(pair: RowPair<RequestSamples>): DerivedColumn {
  const hashes = pair.numbers(({ queryNames: names }, row) => names[row] as number).slice();
  const rowsOf = new Map<number, number>();
  for (const hash of hashes) if (hash !== 0) rowsOf.set(hash, (rowsOf.get(hash) ?? 0) + 1);
  const counts = new Map<string, number>();
  for (const [hash, rows] of rowsOf) {
    for (const name of pair.textOf(hash).split(SEPARATOR)) counts.set(name, (counts.get(name) ?? 0) + rows);
  }
  const isFew = (name: string) => (counts.get(name) ?? 0) < pair.rows * FEW;
  const texts: string[] = [];
  const numberOfText = new Map<string, number>();
  const numberOf = new Map<number, number>([[0, ABSENT]]);
  for (const hash of rowsOf.keys()) {
    const text = masked(pair.textOf(hash), isFew);
    let number = numberOfText.get(text);
    if (number === undefined) numberOfText.set(text, (number = texts.push(text) - 1));
    numberOf.set(hash, number);
  }
  return { numbers: hashes.map((hash) => numberOf.get(hash) ?? ABSENT), nameOf: (index) => texts[index] as string };
}

function masked(text: string, isFew: (name: string) => boolean): string {
  if (text === '') return '';
  const names = new Set(text.split(SEPARATOR).map((name) => (isFew(name) ? MASK : name)));
  return [...names].sort().join(SEPARATOR);
}
