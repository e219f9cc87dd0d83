/** The answer to a document, node by node. */

import { isRecord } from '../../../src/platform/cloudflare/api-answer.js';
import type { EdgeNodeAnswer } from '../../../src/records/edge-network-rows.js';
import type { AnalyticsDocument, AskedNode } from './analytics-document.js';
import { readRows } from './read-rows.js';

/** Null: not the shape of an answer, which is no answer. */
export function readAnswer(data: unknown, asked: AskedNode, { scopes }: AnalyticsDocument): EdgeNodeAnswer | null {
  const { node, limit, zones } = asked.planned;
  const viewer = isRecord(data) ? data['viewer'] : null;
  const places = isRecord(viewer) ? viewer[scopes.get(asked) as string] : null;
  if (!Array.isArray(places) || places.length === 0) return null;
  const parts = places.slice(0, Math.max(1, zones.length)).map((place) => {
    const list: unknown = isRecord(place) ? place[node.id] : null;
    const zone = isRecord(place) && typeof place['zoneTag'] === 'string' ? place['zoneTag'].slice(0, 64) : '';
    return Array.isArray(list)
      ? { ...readRows(node, list, zone, asked.fromSec, asked.toSec), isCut: list.length >= limit }
      : null;
  });
  const read = parts.filter((part) => part !== null);
  if (read.length < parts.length) return null;
  return {
    kind: node.kind,
    node: node.id,
    system: node.system,
    fromSec: asked.fromSec,
    toSec: asked.toSec,
    bucketSec: node.bucketSec,
    isCut: read.some(({ isCut }) => isCut),
    unreadable: read.reduce((sum, { unreadable }) => sum + unreadable, 0),
    rows: read.flatMap(({ rows }) => rows),
  } as EdgeNodeAnswer;
}

/** Begin of the newest bucket with rows; null: none. */
export function newestOf({ rows }: EdgeNodeAnswer): number | null {
  let newest: number | null = null;
  for (const row of rows) {
    const sec = 'startSec' in row ? row.startSec : row.sec;
    if (newest === null || sec > newest) newest = sec;
  }
  return newest;
}
