/** Opens the door: tries what it needs (not "am I root": containers and user namespaces differ) and says what is missing. */
import { type Clock, systemClock } from '../platform/clock.js';
import { type RunCommand, runCommand } from '../platform/run-command.js';
import { AuditLog, defaultAuditPath } from './audit-log.js';
import { type GuardSources, systemGuardSources } from './guard/protected-addresses.js';
import { NftClient } from './nft/nft-client.js';
import { NftMitigation } from './nft/nft-mitigation.js';
import { checkAllowList } from './plan/normal-request.js';

export interface OpenMitigationOptions {
  /** Prefixes never to be dropped, from the configuration. */
  readonly allowList?: readonly string[];
  /** Plans can be made, nothing can be done; needs no rights. */
  readonly readOnly?: boolean;
  readonly auditPath?: string;
  readonly run?: RunCommand;
  readonly clock?: Clock;
  readonly sources?: GuardSources;
}

/** Rejects with BAD_PREFIX or PREFIX_TOO_WIDE for the allow list, else with NFT_MISSING, NFT_PERMISSION or NFT_KERNEL, each with the fix; those three never in read-only mode. */
export async function openMitigation(options: OpenMitigationOptions = {}): Promise<NftMitigation> {
  checkAllowList(options.allowList ?? []);
  const run = options.run ?? runCommand;
  const clock = options.clock ?? systemClock;
  const client = new NftClient(run);
  const readOnly = options.readOnly ?? false;
  if (!readOnly) await client.probe();
  return new NftMitigation({
    client,
    clock,
    readOnly,
    audit: new AuditLog(options.auditPath ?? defaultAuditPath(), clock),
    sources: options.sources ?? systemGuardSources(run),
    allowList: options.allowList ?? [],
  });
}
