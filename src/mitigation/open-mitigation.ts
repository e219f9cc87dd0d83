/** Opens the door: tries what it needs (not "am I root": containers and user namespaces differ) and says what is missing. */
import { type Clock, systemClock } from '../platform/clock.js';
import { type Host, localHost } from '../platform/host.js';
import { AuditLog, defaultAuditPath } from './audit-log.js';
import type { FirewallBackend } from './backend.js';
import { FirewallDoor } from './firewall-door.js';
import type { GuardSources } from './guard/protected-addresses.js';
import { IptablesBackend } from './iptables/iptables-backend.js';
import { IptablesClient } from './iptables/iptables-client.js';
import { NftBackend } from './nft/nft-backend.js';
import { NftClient } from './nft/nft-client.js';
import { checkAllowList, normaliseRequest } from './plan/normal-request.js';
import type { MitigationBackend, MitigationRequest } from './types.js';

export interface OpenMitigationOptions {
  /** Prefixes never to be dropped, from the configuration. */
  readonly allowList?: readonly string[];
  /** Plans can be made, nothing can be done; needs no rights. */
  readonly readOnly?: boolean;
  readonly auditPath?: string;
  /** Where it acts; this machine when left out. */
  readonly host?: Host;
  readonly backend?: MitigationBackend;
  readonly clock?: Clock;
  /** What is asked about sessions and routes; the host when left out. */
  readonly sources?: GuardSources;
}

/** Rejects with BAD_PREFIX or PREFIX_TOO_WIDE for the allow list, else with NFT_MISSING, NFT_PERMISSION or NFT_KERNEL, each with the fix; those three never in read-only mode. */
export async function openMitigation(options: OpenMitigationOptions = {}): Promise<FirewallDoor> {
  checkAllowList(options.allowList ?? []);
  const clock = options.clock ?? systemClock;
  const host = options.host ?? localHost();
  const backend = backendOf(options.backend ?? 'nft', host);
  const readOnly = options.readOnly ?? false;
  if (!readOnly) await backend.probe();
  return new FirewallDoor({
    backend,
    clock,
    readOnly,
    host: host.name,
    audit: new AuditLog(options.auditPath ?? defaultAuditPath(), clock),
    sources: options.sources ?? host,
    allowList: options.allowList ?? [],
  });
}

/** Throws UserError for a request that no host need be asked about. */
export function checkRequest(request: MitigationRequest, allowList: readonly string[]): void {
  normaliseRequest(request, allowList);
}

function backendOf(name: MitigationBackend, host: Host): FirewallBackend {
  if (name === 'cloudflare') throw new RangeError('openMitigation: an edge has a door of its own.');
  if (name === 'iptables') return new IptablesBackend(new IptablesClient(host.run));
  return new NftBackend(new NftClient(host.run));
}
