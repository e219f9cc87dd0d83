/** Tries a hook with an incident that is none: what would be sent, or what came back. Nothing of it goes through the spool. */
import { randomBytes } from 'node:crypto';
import type { HookConfig, HookEventName } from '../config/hook-config.js';
import { messageOf as textOf, UserError } from '../errors.js';
import type { Clock } from '../platform/clock.js';
import { type HookMessage, messageOf } from './hook-message.js';
import { References } from './references.js';
import type { Environment } from './secrets.js';
import { openSender, openShownSender } from './senders/open-sender.js';
import type { Outcome } from './senders/outcome.js';
import type { Sender, Shown } from './senders/sender.js';
import { testIncident } from './test-incident.js';

export interface TestParts {
  readonly sensor: string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface TestStep {
  readonly event: HookEventName;
  /** Null: this kind of hook has no words for the event. */
  readonly outcome: Outcome | null;
}

/** What opens something there is closed again: an alert that pages, an address that is banned. */
const PAIRED: ReadonlySet<HookConfig['kind']> = new Set(['pagerduty', 'fastnetmon-script']);

/** Ends with the first step that fails. Never rejects for what the other side does, nor for a secret that is missing. */
export async function testHook(hook: HookConfig, event: HookEventName, parts: TestParts): Promise<TestStep[]> {
  const steps: TestStep[] = [];
  let sender: Sender;
  try {
    sender = await openSender(hook, { ...parts, references: await References.open(null) });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ event, outcome: { kind: 'refused', message: textOf(error) } }];
  }
  for (const message of messagesOf(hook, event, parts)) {
    const attempt = { held: { waiting: 0 }, mayHaveArrived: false, signal: parts.signal };
    const outcome = sender.wants(message) ? await sender.send(message, attempt) : null;
    steps.push({ event: message.event, outcome });
    if (outcome !== null && outcome.kind !== 'sent') break;
  }
  return steps;
}

/** The requests of the same test, with stars for secrets; reads none. */
export async function showTest(hook: HookConfig, event: HookEventName, parts: TestParts): Promise<Shown[]> {
  const sender = await openShownSender(hook, { ...parts, references: await References.open(null) });
  return messagesOf(hook, event, parts).flatMap((message) => sender.show(message));
}

function messagesOf(hook: HookConfig, event: HookEventName, { sensor, clock }: TestParts): HookMessage[] {
  const id = `test-${randomBytes(6).toString('hex')}`;
  const at = clock.nowMs() / 1000;
  const events = PAIRED.has(hook.kind) ? [...new Set<HookEventName>(['opened', event, 'ended'])] : [event];
  // All that opens comes before what ends.
  return events.map((name, i) => messageOf(hook.name, testEvent(id, sensor, name, at, i + 1), name));
}

function testEvent(id: string, sensor: string, name: HookEventName, at: number, sequence: number) {
  return { kind: 'test', stored: testIncident(id, sensor, name, at), at, sequence } as const;
}
