/** Acts that were begun and of which nobody wrote down the end: the process was killed, or the way to the host broke. Pure. */
import type { AuditAction, AuditRecord } from './audit-log.js';
import type { LiveMitigation } from './types.js';

export interface Unfinished {
  readonly id: string;
  readonly action: AuditAction;
  /** When it was begun, ISO 8601. */
  readonly time: string;
  readonly user: string;
  /** What has become of it, in words. */
  readonly outcome: string;
}

/** How long an act may be under way in another process that is well, ms. */
const STILL_RUNNING_MS = 30_000;

/** `records`: oldest first, of one host and firewall. */
export function findUnfinished(
  records: readonly AuditRecord[],
  live: readonly LiveMitigation[],
  nowMs: number,
  isRunning: (pid: number) => boolean,
): Unfinished[] {
  const open = new Map<string, AuditRecord>();
  for (const record of records) {
    const key = `${record.pid} ${record.action} ${record.id}`;
    if (record.event === 'intent') open.set(key, record);
    else if (record.event === 'explained') forget(open, record);
    else if (record.isLost !== true) open.delete(key);
  }
  return [...open.values()]
    .filter(({ pid, time }) => !(isRunning(pid) && nowMs - Date.parse(time) < STILL_RUNNING_MS))
    .map((record) => describe(record, live));
}

/** Told by another process than the one that began it. */
function forget(open: Map<string, AuditRecord>, { action, id }: AuditRecord): void {
  for (const [key, record] of open) if (record.action === action && record.id === id) open.delete(key);
}

function describe({ id, action, time, user }: AuditRecord, live: readonly LiveMitigation[]): Unfinished {
  const found = live.find((one) => one.id === id);
  return {
    id,
    action,
    time,
    user,
    outcome: action === 'panic' || action === 'sweep' ? wholeOutcome(live) : outcomeOf(action, found),
  };
}

function wholeOutcome(live: readonly LiveMitigation[]): string {
  const count = live.filter(({ state }) => state !== 'ended').length;
  return count === 0 ? 'nothing of ours is in the firewall' : `${count} of ours are in force`;
}

function outcomeOf(action: AuditAction, found: LiveMitigation | undefined): string {
  if (found === undefined || found.state === 'ended')
    return action === 'undo'
      ? 'it is not in force: it was undone, or has ended'
      : 'it is not in force: it never was, or has ended by itself';
  const left = found.expiresInSec === null ? '' : `, ends by itself in ${found.expiresInSec} s`;
  if (found.state === 'unconfirmed') return `it is in force and not confirmed${left}`;
  return action === 'undo' ? `it was not undone: it is in force${left}` : `it is in force${left}`;
}
