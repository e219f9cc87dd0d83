/**
 * Is what a rule catches a flood? Two captures of good traffic of different applications are told apart as easily as an attack is, so being
 * told apart is no evidence. What floods have and conversations have not, over 16 attack captures and 179 windows of good traffic (single
 * captures, mixes of a few, halves by packet, flow and file), where a rule had passed every other test:
 *
 * - pace: the second in which the median packet lies has 84 to 20 000 packets of the flood;
 * - sameness: (length, flags, window, protocol) take 1 to 13 values in effect (2 to the entropy); of conversations 8 to 114;
 * - a crowd: 200 to 20 000 flows weighed by their packets, but for floods of one flow (a single host with fixed ports), which then are all
 *   alike (1.0). Conversations have 1 to 51.
 *
 * Good traffic that has two of these: service discovery, 610 flows alike, at one packet a second; NetBIOS broadcasts, alike, at five.
 * What has no pace is a flood all the same when it is hardly anything but SYNs or SYN-ACKs (896 of them in 818 s): conversations go on after those.
 */

import { mix32 } from '../../sketch/hash.js';
import type { Contrast, ContrastColumn } from '../contrast.js';
import { type DenseIds, denseIds } from '../diff/dense-ids.js';
import { rowFactsOf } from '../diff/row-facts.js';
import type { RowKind } from '../rule.js';
import { effectiveSize } from '../stats/effective-size.js';
import { hasBit, unite, wordsFor } from './bits.js';
import type { ClauseBits } from './clause-bits.js';

export interface FloodEvidence {
  /** Packets (requests) a second, in the second of the median one. */
  readonly pace: number;
  /** Flows, weighed by what they bring: (Σn)²/Σn². */
  readonly flows: number;
  /** Distinct shapes, weighed: 2 to the entropy. */
  readonly shapes: number;
  /** Share of TCP segments with SYN: conversations go on after them. */
  readonly handshakes: number;
}

export const FLOOD_BOUNDS = {
  pace: 20,
  /** Of requests and hellos, each of which costs its server more than a packet does. */
  requestPace: 10,
  flows: 100,
  shapes: 16,
  /** A flood of random lengths has no shape; its pace must speak for it. */
  shapelessPace: 500,
  /** A flood of few flows: nearly one shape, and a pace that no keep-alive has. */
  fewFlowsShapes: 4,
  fewFlowsPace: 100,
  /** Hardly anything but SYNs and SYN-ACKs is a flood, a reflection or a scan at any pace. */
  handshakes: 0.95,
} as const;

const SYN = 0x02;

const SHAPE: Readonly<Record<RowKind, readonly string[]>> = {
  packet: ['ip.proto', 'ip.length', 'tcp.flags', 'tcp.window'],
  request: ['http.method', 'http.version', 'http.headerOrder', 'http.accept', 'http.acceptEncoding'],
  hello: ['tls.ja3', 'tls.ja4'],
};

/** Of the attack rows that any of the clauses matches. */
export function floodEvidence(contrast: Contrast, clauses: readonly ClauseBits[]): FloodEvidence {
  const union = new Uint32Array(wordsFor(contrast.attackRows + contrast.goodRows));
  for (const { bits } of clauses) unite(union, bits);
  const rows = rowsIn(union, contrast.attackRows);
  const { flows } = rowFactsOf(contrast).attack;
  return {
    pace: paceOf(contrast, rows),
    flows: effectiveSize(summed(contrast, rows, { ids: gathered(flows.ids, rows), count: flows.count })),
    shapes: shapesOf(contrast, rows),
    handshakes: handshakesOf(contrast, rows),
  };
}

/**
 * `isFaster`: the rates of the target are known, and said that the window is more than good traffic. Then a pace is not asked for, but one
 * of the others still is: more traffic may be more of the good one.
 */
export function isFlood({ pace, flows, shapes, handshakes }: FloodEvidence, kind: RowKind, isFaster: boolean): boolean {
  const of = FLOOD_BOUNDS;
  const isCrowd = flows >= of.flows;
  const isAlike = shapes <= of.shapes;
  if (isFaster) return isCrowd || isAlike;
  // A connection carries many requests, so flows say nothing about those.
  if (kind !== 'packet') return pace >= of.requestPace && isAlike;
  if (handshakes >= of.handshakes && isAlike) return true;
  if (pace < of.pace) return false;
  if (isCrowd) return isAlike || pace >= of.shapelessPace;
  return shapes <= of.fewFlowsShapes && pace >= of.fewFlowsPace;
}

function rowsIn(bits: Uint32Array, count: number): Uint32Array {
  const rows = new Uint32Array(count);
  let taken = 0;
  for (let row = 0; row < count; row += 1) if (hasBit(bits, row)) rows[taken++] = row;
  return rows.subarray(0, taken);
}

function gathered(values: Uint32Array, rows: Uint32Array): Uint32Array {
  const picked = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) picked[i] = values[rows[i] as number] as number;
  return picked;
}

/** Weight by cluster; `ids`: of each row. */
function summed(contrast: Contrast, rows: Uint32Array, { ids, count }: DenseIds): Float64Array {
  const sums = new Float64Array(count);
  for (let i = 0; i < rows.length; i += 1) {
    const cluster = ids[i] as number;
    sums[cluster] = (sums[cluster] as number) + (contrast.weights[rows[i] as number] as number);
  }
  return sums;
}

/** Of each attack row: its second, and a hash of its shape. Clauses are looked at one after the other. */
interface RowKeys {
  readonly second: Uint32Array;
  readonly shape: Uint32Array;
}

const known = new WeakMap<Contrast, RowKeys>();

function rowKeysOf(contrast: Contrast): RowKeys {
  const before = known.get(contrast);
  if (before !== undefined) return before;
  const columns = contrast.columns.filter(({ attribute }) => SHAPE[contrast.kind].includes(attribute.name));
  const keys = { second: new Uint32Array(contrast.attackRows), shape: new Uint32Array(contrast.attackRows) };
  for (let row = 0; row < contrast.attackRows; row += 1) {
    keys.second[row] = Math.floor(contrast.sec[row] as number);
    keys.shape[row] = shapeHash(columns, row);
  }
  known.set(contrast, keys);
  return keys;
}

function paceOf(contrast: Contrast, rows: Uint32Array): number {
  const seconds = denseIds(gathered(rowKeysOf(contrast).second, rows));
  const perSecond = summed(contrast, rows, seconds).sort();
  const half = perSecond.reduce((sum, weight) => sum + weight, 0) / 2;
  let sum = 0;
  for (const weight of perSecond) if ((sum += weight) >= half) return weight;
  return 0;
}

function handshakesOf(contrast: Contrast, rows: Uint32Array): number {
  const column = contrast.columns.find(({ attribute }) => attribute.name === 'tcp.flags');
  if (column === undefined || column.numbers === null || rows.length === 0) return 0;
  let syns = 0;
  for (const row of rows) {
    const code = column.codes[row] as number;
    if (code > 0 && ((column.numbers[code - 1] as number) & SYN) !== 0) syns += 1;
  }
  return syns / rows.length;
}

function shapesOf(contrast: Contrast, rows: Uint32Array): number {
  const shapes = denseIds(gathered(rowKeysOf(contrast).shape, rows));
  const weights = summed(contrast, rows, shapes);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const bits = weights.reduce((sum, weight) => sum - (weight / all) * Math.log2(weight / all), 0);
  return all > 0 ? 2 ** bits : 0;
}

function shapeHash(columns: readonly ContrastColumn[], row: number): number {
  let hash = 0;
  for (const { codes } of columns) hash = mix32((hash + (codes[row] as number) + 1) | 0);
  return hash >>> 0;
}
