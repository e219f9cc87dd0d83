/** Tells one hook of one incident now, because somebody asks for it: not by the spool, and whatever the hook usually wants to hear. */
import type { HookConfig } from '../config/hook-config.js';
import type { DeliveryRecord } from '../incident/journal-event.js';
import type { StoredIncident } from '../incident/stored-incident.js';
import type { Clock } from '../platform/clock.js';
import { deliveryOf } from './delivery-of.js';
import { messageOf } from './hook-message.js';
import { References } from './references.js';
import type { Environment } from './secrets.js';
import { openSender } from './senders/open-sender.js';

export interface SendOnceParts {
  readonly clock: Clock;
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** Where references of tickets are kept; null: they are looked up. */
  readonly spoolFolder: string | null;
}

/** Rejects with UserError when a secret is missing; what the other side does is in the record. */
export async function sendOnce(
  hook: HookConfig,
  stored: StoredIncident,
  parts: SendOnceParts,
): Promise<DeliveryRecord> {
  const { clock, env, signal, spoolFolder } = parts;
  const references = await References.open(spoolFolder);
  const sender = await openSender(hook, { references, clock, env });
  const nowMs = clock.nowMs();
  const event = stored.incident.state === 'ended' ? 'ended' : 'opened';
  const message = messageOf(hook.name, { kind: event, stored, at: nowMs / 1000, sequence: nowMs }, event);
  // A ticket is looked for before one is made, as after a message that may have arrived.
  const outcome = await sender.send(message, { held: { waiting: 0 }, mayHaveArrived: true, signal });
  return deliveryOf(hook.kind, message, outcome.kind === 'sent' ? 'sent' : 'given-up', outcome, nowMs).record;
}
