/** An incident of which nothing but the traffic is known: no store has it, and nobody did anything. */
import type { Incident } from './incident.js';
import type { StoredIncident } from './stored-incident.js';

export function unkeptIncident(incident: Incident, sensor: string): StoredIncident {
  return {
    incident,
    origin: 'ddostop',
    sensor,
    lostSight: null,
    mark: null,
    notes: [],
    alerts: [],
    actions: [],
    effects: [],
    signature: null,
    picture: null,
    files: [],
    deliveries: [],
    timeline: [],
  };
}
