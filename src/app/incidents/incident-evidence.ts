/** Which packets are the evidence of an incident: all to its target, from a little before it began. */
import type { Incident } from '../../incident/incident.js';
import type { EvidenceRequest } from '../../recording/evidence-request.js';

/** Seconds of before the onset that go with it: what the attack is an attack against. */
const LEAD_SEC = 10;

export function incidentEvidence({ id, target, vectors, openedAt, endedAt, state }: Incident): EvidenceRequest {
  return {
    key: id,
    words: `packets to ${target}, incident ${id}`,
    anyOf: [[{ field: 'target', value: target }]],
    // Targets are those of the first header.
    layer: 'outer',
    fromSec: openedAt - LEAD_SEC,
    toSec: endedAt ?? Number.POSITIVE_INFINITY,
    incident: {
      id,
      words: `${state} on ${target}`,
      vectors: vectors.map((vector) => ({ id: vector.id, name: vector.name })),
    },
  };
}
