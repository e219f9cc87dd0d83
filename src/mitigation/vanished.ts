/** Mitigations that should still be live by the audit log but are not in the kernel: somebody flushed the ruleset, or the host was restarted. Pure. */
import type { AuditRecord } from './audit-log.js';
import type { MitigationRequest } from './types.js';

export interface VanishedMitigation {
  readonly id: string;
  /** What was asked for, to ask for it again. */
  readonly request: MitigationRequest;
  /** Epoch ms at which it would have ended. */
  readonly untilMs: number;
}

/** `records`: oldest first. Only confirmed ones count: a trial that ended has done what it should. */
export function findVanished(
  records: readonly AuditRecord[],
  liveIds: ReadonlySet<string>,
  nowMs: number,
): VanishedMitigation[] {
  const requests = new Map<string, MitigationRequest>();
  const untilMs = new Map<string, number>();
  for (const record of records) {
    const { action, event, id, ok } = record;
    if (action === 'apply' && event === 'intent' && record.request !== undefined) requests.set(id, record.request);
    if (event !== 'result' || ok !== true) continue;
    if (action === 'confirm' || action === 'extend')
      untilMs.set(id, Date.parse(record.time) + (record.lifeSec ?? 0) * 1000);
    const replaced = action === 'confirm' ? requests.get(id)?.replaces : undefined;
    if (replaced !== undefined) untilMs.delete(replaced);
    if (action === 'undo') untilMs.delete(id);
    if (action === 'panic') untilMs.clear();
  }
  const vanished: VanishedMitigation[] = [];
  for (const [id, until] of untilMs) {
    const request = requests.get(id);
    // A second of doubt: the kernel's end and the log's clock are not the same instant.
    if (request !== undefined && until > nowMs + 1000 && !liveIds.has(id))
      vanished.push({ id, request, untilMs: until });
  }
  return vanished;
}
