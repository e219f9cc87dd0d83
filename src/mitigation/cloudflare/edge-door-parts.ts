/** What the door on an edge is made of. */

import type { Clock } from '../../platform/clock.js';
import type { CloudflareApi } from '../../platform/cloudflare/api.js';
import type { AuditLog } from '../audit-log.js';
import type { GuardSources } from '../guard/protected-addresses.js';
import type { ZonePlan } from './draft.js';
import type { Sleep } from './edge-calls.js';
import type { InverseStore } from './inverse-store.js';

export interface EdgeDoorParts {
  readonly api: CloudflareApi;
  readonly zoneId: string | null;
  readonly accountId: string | null;
  /** "/zones/…", "/accounts/…". */
  readonly zone: string | null;
  readonly account: string | null;
  readonly zonePlan: ZonePlan | null;
  readonly store: InverseStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly sources: GuardSources;
  readonly allowList: readonly string[];
  readonly readOnly: boolean;
  /** For the audit log. */
  readonly where: string;
  readonly onRemark: (id: string, text: string) => void;
}
