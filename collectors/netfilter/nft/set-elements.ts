/** Elements of one set or map, from `nft -j list set FAMILY TABLE NAME`: a bounded number of them, and how many there are. */
import type { SetElementCounter } from '../../../src/records/counter-sample.js';
import { expressionText } from './expression-text.js';
import { asNumber, asText, isObject, type Json } from './json-shape.js';
import { readCounter } from './rule-facts.js';
import { objectsOf } from './ruleset-parser.js';

export interface SetElements {
  readonly elements: readonly SetElementCounter[];
  /** Of the whole set. */
  readonly total: number;
}

/** Of the first set or map in it; none in it gives no element. */
export function parseNftElements(text: string, most: number): SetElements {
  for (const entry of objectsOf(text)) {
    if (!isObject(entry)) continue;
    const set = entry['set'] ?? entry['map'];
    if (!isObject(set)) continue;
    const all: readonly unknown[] = Array.isArray(set['elem']) ? set['elem'] : [];
    return { elements: all.slice(0, most).map(readElement), total: all.length };
  }
  return { elements: [], total: 0 };
}

/** An element is a value, of a map a pair of value and data, with an object around the value when there is more to say. */
function readElement(json: unknown): SetElementCounter {
  const [left, data] = Array.isArray(json) && json.length === 2 ? (json as readonly unknown[]) : [json];
  const inner: Json = isObject(left) && isObject(left['elem']) ? left['elem'] : { val: left };
  const value = expressionText(inner['val']);
  return {
    value: data === undefined ? value : `${value} : ${mappedText(data)}`,
    counter: readCounter(inner['counter']),
    expiresSec: seconds(inner['expires']),
    timeoutSec: seconds(inner['timeout']),
    comment: asText(inner['comment']) ?? '',
  };
}

function mappedText(data: unknown): string {
  if (!isObject(data)) return expressionText(data);
  const [name, content] = Object.entries(data)[0] ?? ['', null];
  return content === null ? name : expressionText(data);
}

function seconds(value: unknown): number | null {
  const number = asNumber(value);
  return number === null || number < 0 ? null : number;
}
