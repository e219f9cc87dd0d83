/**
 * The generic message: `ddostop.event/1`, also what a command gets on stdin. Fields are added, never renamed; `schemaVersion` grows
 * when one changes its meaning.
 *
 * A signed one carries `x-ddostop-timestamp` (epoch seconds) and `x-ddostop-signature: v1=HEX`, HMAC-SHA256 of `TIMESTAMP.BODY` with
 * the shared key. A receiver compares in constant time and refuses a timestamp more than REPLAY_WINDOW_SEC from its own clock; within
 * it, `x-ddostop-delivery` (the same for each try of one message) tells a message that came before.
 */
import { createHmac } from 'node:crypto';
import type { HookCommon } from '../../config/hook-config.js';
import type { HeldBack, HookMessage } from '../hook-message.js';
import { DEFAULT_TEXT, DEFAULT_TITLE, isoTime, valuesOf } from '../message-words.js';
import { fillTemplate, unescaped } from '../template.js';

export const REPLAY_WINDOW_SEC = 300;

export function webhookPayload(hook: HookCommon, message: HookMessage, held: HeldBack) {
  const { facts } = message;
  const values = valuesOf(message, hook.link);
  const { openedAt, detectedAt, acknowledgedAt, mitigatedAt, endedAt, note, ...rest } = facts;
  return {
    schema: 'ddostop.event/1',
    schemaVersion: 1,
    key: message.key,
    event: message.event,
    test: message.isTest,
    sequence: message.sequence,
    at: isoTime(message.at),
    title: fillTemplate(hook.title ?? DEFAULT_TITLE, values, unescaped),
    text: fillTemplate(hook.text ?? DEFAULT_TEXT, values, unescaped),
    url: values.url === '' ? null : values.url,
    heldBack: { merged: message.merged, waiting: held.waiting },
    note,
    incident: {
      ...rest,
      openedAt: isoTime(openedAt),
      detectedAt: isoTime(detectedAt),
      acknowledgedAt: isoTime(acknowledgedAt),
      mitigatedAt: isoTime(mitigatedAt),
      endedAt: isoTime(endedAt),
    },
  };
}

export function signatureOf(key: string, timestampSec: number, body: string): string {
  return `v1=${createHmac('sha256', key).update(`${timestampSec}.${body}`).digest('hex')}`;
}
