/** A record of the audit log as part of an incident: which one it answers, and what it did, in words. */
import type { Incident } from '../../incident/incident.js';
import type { ActionRecord } from '../../incident/journal-event.js';
import type { AuditNews } from '../../mitigation/audit-tail.js';
import { requestWords } from '../../mitigation/request-words.js';
import type { MitigationRequest } from '../../mitigation/types.js';

const WHAT: Readonly<Record<string, ActionRecord['what']>> = {
  apply: 'applied',
  confirm: 'confirmed',
  extend: 'extended',
  undo: 'undone',
  panic: 'undone',
};
const MOST_RULE_LINES = 50;

/** The incident that was named, else an open one of the same target. Null: it answers none. */
export function incidentOf({ request }: AuditNews, incidents: readonly Incident[]): string | null {
  if (request === null || request === undefined) return null;
  if (incidents.some(({ id }) => id === request.incidentId)) return request.incidentId;
  const targets = new Set(targetsOf(request));
  const open = incidents.filter(({ state }) => state === 'attack' || state === 'ending');
  return open.find(({ target }) => targets.has(target))?.id ?? null;
}

function targetsOf({ blockTargets, signature, limits = [] }: MitigationRequest): string[] {
  const ofLimits = limits.flatMap((limit) => (limit.of === 'target' ? [limit.prefix] : []));
  const ofSignature = signature?.rule.target;
  return [...blockTargets, ...ofLimits, ...(ofSignature ? [ofSignature] : [])].map((target) =>
    target.replace(/\/(32|128)$/, ''),
  );
}

/** Null: not an act on one mitigation. */
export function actionOf({ record, request }: AuditNews): ActionRecord | null {
  const what = WHAT[record.action];
  if (what === undefined || record.id === '') return null;
  const stdin = record.stdin ?? '';
  return {
    mitigationId: record.id,
    what: record.ok === false ? 'failed' : what,
    backend: record.backend ?? request?.backend ?? 'nft',
    words: request ? requestWords(request) : (record.message ?? ''),
    rules: stdin.split('\n').filter(Boolean).slice(0, MOST_RULE_LINES),
    ttlSec: record.lifeSec ?? request?.ttlSec ?? null,
  };
}
