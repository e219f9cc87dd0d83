/** Whether limits would cut into what must not be cut, and whether single addresses are worth anything against forged sources. Pure. */
import { formatPrefix, overlaps, type Prefix } from '../../format/address.js';
import { hostLength } from '../entry.js';
import type { NormalRequest } from '../plan/normal-request.js';
import type { NormalLimit } from '../plan/normal-rules.js';
import type { MitigationPlan, MitigationRequest } from '../types.js';
import { isSpared, narrowBy } from './narrow.js';
import type { Protected } from './protected-addresses.js';

type Refused = NonNullable<MitigationPlan['refused']>;

const MAX_NAMED = 3;

/** Null: no limit stands in the way of a session, a gateway or a resolver that is not let pass above it. */
export function judgeLimits(
  request: MitigationRequest,
  normal: NormalRequest,
  protectedList: readonly Protected[],
): Refused | null {
  const { rules } = normal;
  if (rules?.kind !== 'limits' && rules?.kind !== 'synproxy') return null;
  const isTouched = (by: Protected) =>
    rules.kind === 'limits'
      ? rules.limits.some((limit) => touches(limit, by))
      : rules.proxies.some(({ port }) => isSessionOn(port, by));
  const hit = protectedList.filter((by) => isTouched(by) && !isSpared(by, normal));
  if (hit.length === 0) return null;
  const named = hit.slice(0, MAX_NAMED).map(({ prefix, why }) => `${formatPrefix(prefix)} (${why})`);
  const more = hit.length - named.length;
  return {
    code: 'PROTECTED_ADDRESS',
    message: `the ${rules.kind === 'limits' ? 'limit would count' : 'SYN proxy would answer'} ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''} too`,
    narrowed: narrowBy(request, normal, hit),
  };
}

/** Nothing comes from own addresses, and fixed ranges are of the link; whom a limit on a target is about, nobody knows beforehand. */
function touches(limit: NormalLimit, by: Protected): boolean {
  if (by.is === 'own' || by.is === 'fixed') return false;
  switch (limit.of) {
    case 'connections':
      return isSessionOn(limit.port, by);
    case 'target':
      return limit.prefix.version === by.prefix.version;
    default:
      return limit.prefix === null || overlaps(limit.prefix, by.prefix);
  }
}

function isSessionOn(port: number, by: Protected): boolean {
  return by.is === 'session' && by.ports.includes(port);
}

/** Addresses of a forged flood are bystanders', and the next packet has another one. */
export function judgeSpoofed({ sourcesVerdict }: MitigationRequest, { blocks, rules }: NormalRequest): Refused | null {
  if (sourcesVerdict !== 'spoofed') return null;
  const isSingle = (prefix: Prefix | null) => prefix !== null && prefix.length === hostLength(prefix.version);
  const hasSingle = blocks.some(isSingle);
  const isPerSource = rules?.kind === 'limits' && rules.limits.some(({ of }) => of === 'each-source');
  if (!hasSingle && !isPerSource) return null;
  return {
    code: 'SPOOFED_SOURCES',
    message: `the sources of this attack are forged: ${hasSingle ? 'single addresses belong to bystanders' : 'each forged source stays below any limit'}, and the next packet has another one`,
    narrowed: null,
  };
}
