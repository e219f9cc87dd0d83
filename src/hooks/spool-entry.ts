/** A message that waits, and what is known of its way. A file holds it as JSON; what cannot be read back is damaged. */
import { HOOK_EVENTS, SEVERITIES } from '../config/hook-config.js';
import type { HeldBack, HookMessage } from './hook-message.js';

export interface SpoolEntry {
  readonly message: HookMessage;
  /** Grows with each entry: the order of an incident's messages. */
  readonly order: number;
  /** Epoch ms. */
  readonly queuedAtMs: number;
  attempts: number;
  /** Epoch ms. */
  notBeforeMs: number;
  /** Path of its file; null: the disk did not take it, and it is lost with the process. */
  file: string | null;
  /** A try of an earlier process, or of this one, may have arrived. */
  mayHaveArrived: boolean;
  /** As its first try told it: each try of a message says the same. */
  held: HeldBack | null;
}

const FILE_NAME = /^(\d{16})-(ddostop-[0-9a-f]{40})\.json$/;

export function fileNameOf({ order, message }: Pick<SpoolEntry, 'order' | 'message'>): string {
  return `${String(order).padStart(16, '0')}-${message.key}.json`;
}

/** Null: no file of ours. */
export function orderOf(fileName: string): number | null {
  const match = FILE_NAME.exec(fileName);
  return match === null ? null : Number(match[1]);
}

export function entryText({ message, queuedAtMs, attempts, notBeforeMs, held }: SpoolEntry): string {
  return JSON.stringify({ message, queuedAtMs, attempts, notBeforeMs, held });
}

/** Null: damaged. Facts are what this program wrote; what a message is told by is looked at. */
export function readEntry(text: string, fileName: string, path: string): SpoolEntry | null {
  const order = orderOf(fileName);
  let value: Partial<SpoolEntry> | null;
  try {
    value = JSON.parse(text) as Partial<SpoolEntry> | null;
  } catch {
    return null;
  }
  const message = value?.message;
  if (order === null || !isMessage(message) || !fileName.includes(message.key)) return null;
  return {
    message,
    order,
    queuedAtMs: finite(value?.queuedAtMs),
    attempts: finite(value?.attempts),
    notBeforeMs: finite(value?.notBeforeMs),
    file: path,
    // The process that wrote it may have died behind its first try.
    mayHaveArrived: true,
    held: typeof value?.held?.waiting === 'number' ? { waiting: value.held.waiting } : null,
  };
}

function isMessage(value: unknown): value is HookMessage {
  const { schema, key, hook, event, facts, at } = (value ?? {}) as Partial<HookMessage>;
  return (
    schema === 1 &&
    typeof key === 'string' &&
    typeof hook === 'string' &&
    typeof at === 'number' &&
    (HOOK_EVENTS as readonly unknown[]).includes(event) &&
    (SEVERITIES as readonly unknown[]).includes(facts?.severity) &&
    typeof facts?.id === 'string' &&
    typeof facts.target === 'string' &&
    Array.isArray(facts.vectors)
  );
}

function finite(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
