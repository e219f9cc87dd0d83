/** What lets a protected address pass above every drop of ours, and the request that does. Pure. */
import { covers, formatPrefix } from '../../format/address.js';
import type { NormalRequest } from '../plan/normal-request.js';
import type { MitigationRequest } from '../types.js';
import type { Protected } from './protected-addresses.js';

/** Passed by an allowed prefix, or by a guard on each of its ports. */
export function isSpared({ prefix, ports }: Protected, { allow, guard }: NormalRequest): boolean {
  if (allow.some((allowed) => covers(allowed, prefix))) return true;
  const isGuarded = (port: number) => guard.some((path) => path.port === port && covers(path.address, prefix));
  return ports.length > 0 && ports.every(isGuarded);
}

/** Sessions pass on their ports, what else is hit altogether. */
export function narrowBy(
  request: MitigationRequest,
  normal: NormalRequest,
  hit: readonly Protected[],
): MitigationRequest {
  const guard = [...normal.guard.map(({ address, port }) => ({ address: formatPrefix(address), port }))];
  const allow = [...request.allow];
  for (const { prefix, ports } of hit) {
    if (ports.length === 0) allow.push(formatPrefix(prefix));
    for (const port of ports) {
      const address = formatPrefix(prefix);
      if (!guard.some((path) => path.address === address && path.port === port)) guard.push({ address, port });
    }
  }
  return { ...request, allow, guard };
}
