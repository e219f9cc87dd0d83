/**
 * PagerDuty Events API v2 (developer.pagerduty.com/docs/events-api-v2/trigger-events, /overview: PD-CEF): one alert an incident,
 * triggered, acknowledged and resolved by its dedup_key. summary at most 1024 characters, dedup_key 255.
 */
import { createHash } from 'node:crypto';
import type { PagerdutyConfig, SeverityName } from '../../config/hook-config.js';
import type { HeldBack, HookMessage } from '../hook-message.js';
import { cut, DEFAULT_TITLE, factLines, heldWords, isoTime, valuesOf } from '../message-words.js';
import { fillTemplate, unescaped } from '../template.js';

const MOST_SUMMARY = 1024;
const MOST_KEY = 255;
const SEVERITY = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'info',
} as const satisfies Record<SeverityName, string>;

/** Null: it has no word for this event, or the alert is resolved there and must not come back. */
export function pagerdutyPayload(hook: PagerdutyConfig, routingKey: string, message: HookMessage, held: HeldBack) {
  const { event, facts } = message;
  const key = { routing_key: routingKey, dedup_key: dedupKey(message) };
  if (event === 'ended') return { ...key, event_action: 'resolve' as const };
  if (event !== 'opened' && facts.endedAt !== null) return null;
  if (event === 'acknowledged') return { ...key, event_action: 'acknowledge' as const };
  const { url, ...values } = valuesOf(message, hook.link);
  return {
    ...key,
    event_action: 'trigger' as const,
    payload: {
      summary: cut(
        fillTemplate(hook.title ?? DEFAULT_TITLE, { ...values, url }, unescaped) || facts.target,
        MOST_SUMMARY,
      ),
      source: cut(facts.target, 255) || 'unknown',
      severity: message.isTest ? ('info' as const) : SEVERITY[facts.severity],
      timestamp: isoTime(facts.openedAt) ?? undefined,
      component: cut(facts.sensor, 255),
      group: facts.scope,
      class: cut(facts.vectors.map(({ id }) => id).join(','), 255),
      custom_details: details(message, held),
    },
    client: 'ddostop',
    ...(url === '' ? {} : { client_url: url, links: [{ href: url, text: 'incident' }] }),
  };
}

function details(message: HookMessage, held: HeldBack): Record<string, string | string[]> {
  const lines = new Map<string, string[]>();
  for (const [label, words] of factLines(message, null, null)) lines.set(label, [...(lines.get(label) ?? []), words]);
  const words = heldWords(message, held);
  return {
    ...Object.fromEntries([...lines].map(([label, all]) => [label, all.length === 1 ? (all[0] as string) : all])),
    ...(words === '' ? {} : { 'Held back': words }),
    Message: message.key,
  };
}

/** The same for all events of an incident: vectors come and go, so they are no part of it. */
export function dedupKey({ facts, isTest }: HookMessage): string {
  const whole = `ddostop/${facts.sensor}/${facts.target}/${facts.id}${isTest ? '/test' : ''}`;
  if (whole.length <= MOST_KEY) return whole;
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, 40);
  return `${cut(whole, MOST_KEY - digest.length - 1)}/${digest}`;
}
