/** What the journal is told of a message. */
import type { HookDelivery } from './hook-event.js';
import type { HookMessage } from './hook-message.js';
import type { Outcome } from './senders/outcome.js';

export function deliveryOf(
  kind: string,
  message: HookMessage,
  outcome: HookDelivery['outcome'],
  of: Outcome,
  nowMs: number,
): HookDelivery {
  const isSent = of.kind === 'sent';
  const words = isSent ? of.remark : of.message;
  return {
    incidentId: message.facts.id,
    at: nowMs / 1000,
    outcome,
    record: {
      hook: message.hook,
      kind,
      event: message.isTest ? `test ${message.event}` : message.event,
      ok: isSent,
      reference: isSent ? of.reference : null,
      url: isSent ? of.url : null,
      message: outcome === 'delayed' ? `${words}; it is tried again` : words,
    },
  };
}
