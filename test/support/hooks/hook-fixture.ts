/** Hooks and incidents for tests. */
import type { HookCommon } from '../../../src/config/hook-config.js';
import type { HookEvent, HookEventKind } from '../../../src/hooks/hook-event.js';
import { testIncident } from '../../../src/hooks/test-incident.js';
import type { Incident } from '../../../src/incident/incident.js';
import type { StoredIncident } from '../../../src/incident/stored-incident.js';

/** Epoch seconds. */
export const AT = 1_790_000_000;

export const ANY_HOOK: HookCommon = {
  name: 'noc',
  events: ['opened', 'updated', 'ended', 'acknowledged', 'mitigated', 'note'],
  leastSeverity: 'low',
  leastUrgency: 0,
  targets: [],
  everySec: 0,
  perHour: 100_000,
  timeoutSec: 10,
  title: null,
  text: null,
  link: null,
  insecure: false,
};

export function storedIncident(
  change: Partial<Incident> = {},
  rest: Partial<Omit<StoredIncident, 'incident'>> = {},
): StoredIncident {
  const plain = testIncident('i7', 'edge1', 'opened', AT);
  const incident: Incident = { ...plain.incident, target: '203.0.113.7', severity: 'high', urgency: 80, ...change };
  return { ...plain, mark: null, ...rest, incident };
}

export function hookEvent(
  kind: HookEventKind,
  sequence: number,
  change: Partial<Incident> = {},
  rest: Partial<Omit<StoredIncident, 'incident'>> = {},
): HookEvent {
  const isOver: Partial<Incident> = kind === 'ended' ? { state: 'ended', endedAt: AT + 60 } : {};
  return { kind, stored: storedIncident({ ...isOver, ...change }, rest), at: AT + sequence, sequence };
}
