/** Opens the door on an edge. Asks nothing of it: what the token may not do is told by the plan. */
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../../errors.js';
import { cleanText } from '../../format/clean-text.js';
import { type Clock, systemClock } from '../../platform/clock.js';
import { type CloudflareApi, pathOf } from '../../platform/cloudflare/api.js';
import { localHost } from '../../platform/host.js';
import { AuditLog, defaultAuditPath } from '../audit-log.js';
import type { GuardSources } from '../guard/protected-addresses.js';
import { checkAllowList } from '../plan/normal-request.js';
import type { ZonePlan } from './draft.js';
import type { Sleep } from './edge-calls.js';
import { EdgeDoor } from './edge-door.js';
import { defaultStorePath, InverseStore } from './inverse-store.js';

export interface OpenEdgeMitigationOptions {
  readonly api: CloudflareApi;
  /** 32 hex digits; null: what is of a zone cannot be done. */
  readonly zoneId: string | null;
  readonly accountId: string | null;
  /** Folder of what is in force. */
  readonly storePath?: string;
  readonly auditPath?: string;
  /** Wall clock: what is stored outlives the process. */
  readonly clock?: Clock;
  readonly sleep?: Sleep;
  /** Plans can be made, nothing can be done. */
  readonly readOnly?: boolean;
  /** Prefixes never to be blocked. */
  readonly allowList?: readonly string[];
  /** As the API calls it (`plan.legacy_id` of a zone); anything else is not known. */
  readonly zonePlan?: string | null;
  /** What is asked about the operator's own addresses; this machine when left out. */
  readonly sources?: GuardSources;
  /** What a reader should know besides success: a value that was left, somebody else's writes. */
  readonly onRemark?: (id: string, text: string) => void;
}

const PLANS: readonly ZonePlan[] = ['free', 'pro', 'business', 'enterprise'];

/** Throws UserError for ids and prefixes that are none. */
export function openEdgeMitigation(options: OpenEdgeMitigationOptions): EdgeDoor {
  const { api, zoneId, accountId, allowList = [], clock = systemClock } = options;
  checkAllowList(allowList);
  checkId(zoneId, 'zone');
  checkId(accountId, 'account');
  if (zoneId === null && accountId === null)
    throw new UserError('EDGE_NEEDS_ZONE', 'neither a zone nor an account was named', 'Name one: --cloudflare ZONE.');
  return new EdgeDoor({
    api,
    zoneId,
    accountId,
    zone: zoneId === null ? null : pathOf`/zones/${zoneId}`,
    account: accountId === null ? null : pathOf`/accounts/${accountId}`,
    zonePlan: PLANS.find((plan) => plan === options.zonePlan) ?? null,
    store: new InverseStore(options.storePath ?? defaultStorePath()),
    audit: new AuditLog(options.auditPath ?? defaultAuditPath(), clock),
    clock,
    sleep: options.sleep ?? ((ms) => setTimeout(ms)),
    sources: options.sources ?? localHost(),
    allowList,
    readOnly: options.readOnly ?? false,
    where: zoneId === null ? `account ${accountId}` : `zone ${zoneId}`,
    onRemark: options.onRemark ?? (() => {}),
  });
}

function checkId(id: string | null, what: string): void {
  if (id === null || /^[0-9a-f]{32}$/.test(id)) return;
  throw new UserError(
    'BAD_ID',
    `expected the id of a ${what}, 32 hex digits, got ${cleanText(id, 40)}`,
    'The dashboard shows it.',
  );
}
