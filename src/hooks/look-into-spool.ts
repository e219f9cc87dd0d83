/** What waits, looked at and left alone; and one try of all of it, for somebody who asks for that. */
import { access } from 'node:fs/promises';
import type { HookConfig } from '../config/hook-config.js';
import { messageOf as textOf, UserError } from '../errors.js';
import type { Clock } from '../platform/clock.js';
import { deliveryOf } from './delivery-of.js';
import type { HookDelivery } from './hook-event.js';
import { MessageSpool, SPOOL_BOUNDS } from './message-spool.js';
import { References } from './references.js';
import type { Environment } from './secrets.js';
import { openSender } from './senders/open-sender.js';
import type { Outcome } from './senders/outcome.js';
import type { Sender } from './senders/sender.js';
import type { SpoolEntry } from './spool-entry.js';
import { SpoolFolder } from './spool-folder.js';
import { SpoolOwner } from './spool-owner.js';

export interface SpoolParts {
  readonly folder: string;
  readonly clock: Clock;
  readonly onTrouble: (words: string) => void;
}

export interface SpoolView {
  readonly waiting: readonly SpoolEntry[];
  /** The process that sends it; null: none is running. */
  readonly sender: number | null;
}

/** Rejects with UserError HOOK_SPOOL. */
export async function lookIntoSpool(parts: SpoolParts): Promise<SpoolView> {
  const isThere = await access(parts.folder).then(
    () => true,
    () => false,
  );
  if (!isThere) return { waiting: [], sender: null };
  const { spool, owner } = await open(parts);
  return { waiting: await spool.scan(() => false), sender: await owner.pid() };
}

/**
 * One try of each message, in order; a hook that does not take one is left alone then. `onDelivery` hears of each try. Rejects with UserError:
 * HOOK_SPOOL, HOOK_SPOOL_BUSY.
 */
export async function retrySpool(
  hooks: readonly HookConfig[],
  parts: SpoolParts & { readonly env: Environment; readonly onDelivery: (delivery: HookDelivery) => void },
  signal: AbortSignal,
): Promise<void> {
  const { spool, owner, folder } = await open(parts);
  if (!(await owner.take())) {
    const pid = await owner.pid();
    const what = `process ${pid ?? 'unknown'} sends what waits in ${parts.folder}`;
    throw new UserError('HOOK_SPOOL_BUSY', what, 'It tries again by itself; end it first to do so from here.');
  }
  try {
    await folder.sweep();
    const references = await References.open(parts.folder);
    const senders = new Map<string, Promise<Sender>>();
    const failed = new Set<string>();
    for (const entry of await spool.scan(() => false)) {
      const hook = hooks.find(({ name }) => name === entry.message.hook);
      if (hook === undefined || failed.has(hook.name) || signal.aborted) continue;
      const sender = senders.get(hook.name) ?? openSender(hook, { ...parts, references });
      senders.set(hook.name, sender);
      const outcome = await tryOnce(sender, entry, signal);
      if (outcome.kind === 'again') failed.add(hook.name);
      await settle(spool, entry, outcome);
      const state = outcome.kind === 'sent' ? 'sent' : outcome.kind === 'again' ? 'delayed' : 'given-up';
      parts.onDelivery(deliveryOf(hook.kind, entry.message, state, outcome, parts.clock.nowMs()));
    }
  } finally {
    await owner.leave();
  }
}

async function open({ folder: path, clock, onTrouble }: SpoolParts) {
  const folder = await SpoolFolder.open(path);
  return { folder, owner: new SpoolOwner(path), spool: new MessageSpool(folder, clock, SPOOL_BOUNDS, onTrouble) };
}

async function tryOnce(sender: Promise<Sender>, entry: SpoolEntry, signal: AbortSignal): Promise<Outcome> {
  try {
    entry.held ??= { waiting: 0 };
    return await (await sender).send(entry.message, { held: entry.held, mayHaveArrived: true, signal });
  } catch (error) {
    return { kind: 'again', message: textOf(error), waitMs: null };
  }
}

async function settle(spool: MessageSpool, entry: SpoolEntry, outcome: Outcome): Promise<void> {
  if (outcome.kind !== 'again') return spool.remove(entry);
  entry.attempts += 1;
  await spool.write(entry);
}
