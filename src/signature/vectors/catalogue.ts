/** The vectors we know: 86, as data. What names an attack; the rule that is installed comes from the traffic itself (`synthesis/`). */
import { APPLICATION_VECTORS } from './application-vectors.js';
import { FLOOD_VECTORS } from './flood-vectors.js';
import { REFLECTION_VECTORS } from './reflection-vectors.js';
import type { Vector } from './vector.js';

export const VECTORS: readonly Vector[] = [...FLOOD_VECTORS, ...REFLECTION_VECTORS, ...APPLICATION_VECTORS];

const BY_ID = new Map(VECTORS.map((vector) => [vector.id, vector]));

/** Null: an id we do not know. */
export function vectorOf(id: string): Vector | null {
  return BY_ID.get(id) ?? null;
}
