/** One event of an incident on its way to one hook: what lies in the spool. Plain JSON. */
import { createHash } from 'node:crypto';
import { type HookConfig, type HookEventName, SEVERITIES } from '../config/hook-config.js';
import { overlaps, parsePrefix } from '../format/address.js';
import type { HookEvent } from './hook-event.js';
import { factsOf, type IncidentFacts } from './incident-facts.js';

export interface HookMessage {
  readonly schema: 1;
  /** Of hook, incident, event and sequence, so that whoever gets it twice can tell. */
  readonly key: string;
  readonly hook: string;
  readonly event: HookEventName;
  readonly isTest: boolean;
  /** Epoch seconds. */
  readonly at: number;
  readonly sequence: number;
  readonly facts: IncidentFacts;
  /** Updates that waited and are part of this one now. */
  readonly merged: number;
}

/** What is known of the way so far, told along with the message. */
export interface HeldBack {
  /** Messages behind this one that wait for the rate limit. */
  readonly waiting: number;
}

export function messageOf(hook: string, event: HookEvent, name: HookEventName): HookMessage {
  const isTest = event.kind === 'test' || event.stored.mark?.mark === 'test';
  return {
    schema: 1,
    key: keyOf(hook, event.stored.incident.id, event.kind === 'test' ? `test-${name}` : name, event.sequence),
    hook,
    event: name,
    isTest,
    at: event.at,
    sequence: event.sequence,
    facts: factsOf(event.stored),
    merged: 0,
  };
}

function keyOf(hook: string, incidentId: string, event: string, sequence: number): string {
  const parts = JSON.stringify([hook, incidentId, event, sequence]);
  return `ddostop-${createHash('sha256').update(parts).digest('hex').slice(0, 40)}`;
}

/** What a hook knows of an incident. */
export type Told = 'never' | 'open' | 'ended';

/**
 * As which event the hook is to be told; null = not at all. An incident that becomes worth telling later, or comes back after its end, is
 * opened then, and the end of one is always told to who knows of its beginning.
 */
export function eventFor(hook: HookConfig, { kind, stored }: HookEvent, told: Told): HookEventName | null {
  if (kind === 'test') return 'opened';
  const { events } = hook;
  const passes = isWorth(hook, stored);
  if (kind === 'updated' && told !== 'open' && events.includes('opened')) {
    return passes && stored.incident.endedAt === null ? 'opened' : null;
  }
  if (!events.includes(kind)) return null;
  return told === 'open' || passes ? kind : null;
}

function isWorth(hook: HookConfig, { incident }: HookEvent['stored']): boolean {
  if (SEVERITIES.indexOf(incident.severity) < SEVERITIES.indexOf(hook.leastSeverity)) return false;
  if (incident.urgency !== null && incident.urgency < hook.leastUrgency) return false;
  return hook.targets.length === 0 || hook.targets.some((entry) => holds(entry, incident.target));
}

function holds(entry: string, target: string): boolean {
  if (entry === target) return true;
  const outer = parsePrefix(entry);
  const inner = parsePrefix(target);
  return outer !== null && inner !== null && overlaps(outer, inner);
}
