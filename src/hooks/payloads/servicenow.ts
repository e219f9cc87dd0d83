/**
 * ServiceNow Table API (servicenow.com/docs: REST API reference, Table API): POST and PATCH /api/now/table/TABLE. Only fields every
 * incident table has: short_description (160), description (4000), correlation_id and correlation_display (100), urgency and impact
 * (1 high, 2 medium, 3 low; priority follows from both), work_notes.
 */
import { createHash } from 'node:crypto';
import type { ServicenowConfig, SeverityName } from '../../config/hook-config.js';
import type { HeldBack, HookMessage } from '../hook-message.js';
import { cut, DEFAULT_TEXT, DEFAULT_TITLE, factLines, valuesOf } from '../message-words.js';
import { fillTemplate } from '../template.js';

const MOST_TITLE = 160;
const MOST_TEXT = 4000;
const IMPACT = { critical: '1', high: '2', medium: '2', low: '3' } as const satisfies Record<SeverityName, string>;
/** Where no urgency is known. */
const URGENCY = { critical: '1', high: '1', medium: '2', low: '3' } as const satisfies Record<SeverityName, string>;

/** Journal fields read what stands between [code] and [/code] as HTML. */
export function servicenowEscaped(value: string): string {
  return value.replace(/\[(\s*\/?\s*code)/gi, '( $1');
}

export function servicenowRecord(hook: ServicenowConfig, message: HookMessage, held: HeldBack): Record<string, string> {
  const values = valuesOf(message, hook.link);
  const title = fillTemplate(hook.title ?? DEFAULT_TITLE, values, servicenowEscaped).replace(/\s+/g, ' ');
  return {
    ...hook.fields,
    ...(message.event === 'ended' ? hook.endFields : {}),
    short_description: cut(title || message.facts.target, MOST_TITLE),
    description: body(hook, message, held),
    correlation_id: correlationId(message),
    correlation_display: message.key,
    ...ranks(message),
  };
}

export function servicenowUpdate(hook: ServicenowConfig, message: HookMessage, held: HeldBack): Record<string, string> {
  return {
    ...(message.event === 'ended' ? hook.endFields : {}),
    work_notes: body(hook, message, held),
    // With it the record says which message it had last: one that is sent again is known by it.
    correlation_display: message.key,
    ...(message.event === 'ended' ? {} : ranks(message)),
  };
}

function ranks({ facts, isTest }: HookMessage): { urgency: string; impact: string } {
  if (isTest) return { urgency: '3', impact: '3' };
  const { urgency, severity } = facts;
  const rank = urgency === null ? URGENCY[severity] : urgency >= 70 ? '1' : urgency >= 40 ? '2' : '3';
  return { urgency: rank, impact: IMPACT[severity] };
}

/** A hash: `^` would end a condition of an encoded query. */
export function correlationId({ facts, isTest }: HookMessage): string {
  const parts = JSON.stringify([facts.sensor, facts.target, facts.id, isTest]);
  return `ddostop-${createHash('sha256').update(parts).digest('hex').slice(0, 40)}`;
}

function body(hook: ServicenowConfig, message: HookMessage, held: HeldBack): string {
  const values = valuesOf(message, hook.link);
  const text = fillTemplate(hook.text ?? DEFAULT_TEXT, values, servicenowEscaped);
  const lines = factLines(message, held, hook.link).map(([label, words]) => servicenowEscaped(`${label}: ${words}`));
  return cut([text, '', ...lines, '', message.key].join('\n'), MOST_TEXT);
}
