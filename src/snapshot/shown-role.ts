/** Tables of texts that screen 4 may show: of payloads, or of an edge's log. */
import { EDGE_ROLES, type EdgeRole } from '../records/edge-role.js';
import { TEXT_ROLES, type TextRole } from '../records/text-role.js';

export type ShownRole = TextRole | EdgeRole;

export const SHOWN_ROLES: readonly ShownRole[] = [...TEXT_ROLES, ...EDGE_ROLES];

const OF_EDGE: ReadonlySet<string> = new Set(EDGE_ROLES);

export function isEdgeRole(role: ShownRole): role is EdgeRole {
  return OF_EDGE.has(role);
}
