/** An incident that is none: to try a hook. Its target is of TEST-NET-1 (RFC 5737), which nobody has. */
import type { HookEventName } from '../config/hook-config.js';
import { type Incident, UNJUDGED } from '../incident/incident.js';
import type { StoredIncident } from '../incident/stored-incident.js';
import { unkeptIncident } from '../incident/unkept-incident.js';

const TARGET = '192.0.2.1';
const AGO_SEC = 60;

/** `id` must be new each time, since tickets are found by it. `at`: epoch seconds. */
export function testIncident(id: string, sensor: string, event: HookEventName, at: number): StoredIncident {
  const isOver = event === 'ended';
  const incident: Incident = {
    ...UNJUDGED,
    id,
    target: TARGET,
    direction: 'incoming',
    vectors: [{ id: 'tcp-syn', name: 'SYN flood', share: 1, confidence: 1, active: !isOver, pps: isOver ? 0 : 1000 }],
    severity: 'low',
    state: isOver ? 'ended' : 'attack',
    openedAt: at - AGO_SEC,
    detectedAt: at - AGO_SEC + 1,
    acknowledgedAt: event === 'acknowledged' ? at : null,
    mitigatedAt: event === 'mitigated' ? at : null,
    endedAt: isOver ? at : null,
    peakPps: 1000,
    peakBps: 512_000,
    peakRps: null,
    packets: 60_000,
    bytes: 3_840_000,
    sources: { distinct: 1, top: [{ key: '198.51.100.1', packets: 60_000, bytes: 3_840_000 }], verdict: 'unknown' },
    evidence: ['This is a test of the hook, made by "ddostop hooks test": there is no attack.'],
    actions: [],
  };
  return {
    ...unkeptIncident(incident, sensor),
    mark: { mark: 'test', of: null, reason: 'a test of the hook', by: 'ddostop' },
    notes: event === 'note' ? [{ at, by: 'ddostop', text: 'A note of a test.' }] : [],
  };
}
