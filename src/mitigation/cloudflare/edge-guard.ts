/** Addresses that a block at the edge must not hold: what is allow-listed, and the operator's own, which may well visit the site. */
import { UserError } from '../../errors.js';
import { covers, formatPrefix, overlaps, type Prefix, parsePrefix } from '../../format/address.js';
import type { Protected } from '../guard/protected-addresses.js';
import type { NormalRequest } from '../plan/normal-request.js';
import type { MitigationPlan, MitigationRequest } from '../types.js';

/** Never seen by the edge as a client: RFC 1918, 6598, 4193, 1122, 3927, 4291. */
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
  '::1',
].map((text) => parsePrefix(text) as Prefix);
const MAX_NAMED = 3;

/** Of a request without prefixes; with them they are part of it (`NormalRequest.allow`). */
export function allowedBy(request: MitigationRequest, allowList: readonly string[]): Prefix[] {
  return [...request.allow, ...allowList].map((text) => {
    const prefix = text.length > 64 ? null : parsePrefix(text);
    if (prefix !== null && prefix.length > 0) return prefix;
    throw new UserError(
      'BAD_PREFIX',
      `--allow: expected an address or a prefix, got ${JSON.stringify(text.slice(0, 64))}`,
      'E.g. 203.0.113.7.',
    );
  });
}

/** Null: it may be applied. */
export function judgeEdge(
  request: MitigationRequest,
  normal: NormalRequest | null,
  allow: readonly Prefix[],
  protectedList: readonly Protected[],
): MitigationPlan['refused'] {
  const blocks = [...(normal?.blocks ?? []), ...actionPrefixes(request)];
  if (blocks.length === 0) return null;
  const hit = isNarrowable(request) ? [] : allow.filter((allowed) => blocks.some((block) => overlaps(block, allowed)));
  if (hit.length > 0)
    return {
      code: 'PROTECTED_ADDRESS',
      message: `it would hit ${named(hit)}, which the allow list protects, and this kind of rule knows no exception`,
      narrowed: null,
    };
  const own = protectedList.filter(
    ({ prefix, is }) =>
      (is === 'session' || is === 'own') &&
      !PRIVATE.some((one) => covers(one, prefix)) &&
      !allow.some((allowed) => covers(allowed, prefix)) &&
      blocks.some((block) => overlaps(block, prefix)),
  );
  const [first] = own;
  if (first === undefined) return null;
  return {
    code: 'PROTECTED_ADDRESS',
    message: `it would hit ${named(own.map(({ prefix }) => prefix))} (${first.why})`,
    narrowed: isNarrowable(request)
      ? { ...request, allow: [...request.allow, ...own.map(({ prefix }) => formatPrefix(prefix))] }
      : null,
  };
}

/** A rule with an expression can leave addresses out; an IP access rule or a bare list cannot. */
function isNarrowable({ edge }: MitigationRequest): boolean {
  return edge === undefined || !(edge.of === 'ip-access' || (edge.of === 'ip-list' && edge.action === null));
}

function actionPrefixes({ edge }: MitigationRequest): Prefix[] {
  if (edge?.of === 'ip-list' && edge.listKind === 'ip')
    return edge.items.map(parsePrefix).filter((prefix) => prefix !== null);
  if (edge?.of !== 'ip-access') return [];
  const prefix = parsePrefix(edge.value);
  return prefix === null ? [] : [prefix];
}

function named(prefixes: readonly Prefix[]): string {
  const texts = prefixes.slice(0, MAX_NAMED).map(formatPrefix).join(', ');
  return prefixes.length > MAX_NAMED ? `${texts} and ${prefixes.length - MAX_NAMED} more` : texts;
}
