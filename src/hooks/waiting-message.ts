/** A message that waits, for screens and lists. */
import type { HookEventName } from '../config/hook-config.js';
import type { SpoolEntry } from './spool-entry.js';

export interface WaitingMessage {
  readonly hook: string;
  readonly event: HookEventName;
  readonly incidentId: string;
  readonly target: string;
  readonly queuedAtMs: number;
  readonly attempts: number;
  readonly notBeforeMs: number;
  readonly isTest: boolean;
}

export function waitingOf({ message, queuedAtMs, attempts, notBeforeMs }: SpoolEntry): WaitingMessage {
  const { hook, event, facts, isTest } = message;
  return { hook, event, incidentId: facts.id, target: facts.target, queuedAtMs, attempts, notBeforeMs, isTest };
}
