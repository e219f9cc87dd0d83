/** Whether a plan would cut off what must not be cut, and the nearest plan that would not. Pure. */
import { covers, formatPrefix, overlaps, type Prefix } from '../../format/address.js';
import type { NormalRequest } from '../plan/normal-request.js';
import type { MitigationPlan, MitigationRequest } from '../types.js';
import { judgeLimits, judgeSpoofed } from './limit-verdict.js';
import type { Protected } from './protected-addresses.js';
import { judgeSignature } from './signature-verdict.js';

interface Violation {
  readonly prefix: Prefix;
  readonly isTarget: boolean;
  readonly by: Protected;
}

type Verdict = NonNullable<MitigationPlan['refused']>;

const MAX_NAMED = 3;

export function judge(
  request: MitigationRequest,
  normal: NormalRequest,
  protectedList: readonly Protected[],
): MitigationPlan['refused'] {
  const verdicts = [
    judgeSpoofed(request, normal),
    judgeAddresses(request, normal, protectedList),
    judgeSignature(request, normal, protectedList),
    judgeLimits(request, normal, protectedList),
  ].filter((verdict) => verdict !== null);
  return verdicts.reduce<MitigationPlan['refused']>((all, one) => (all === null ? one : bothVerdicts(all, one)), null);
}

function bothVerdicts(one: Verdict, other: Verdict): Verdict {
  const message = `${one.message}; and ${other.message}`;
  return { code: one.code, message, narrowed: both(one.narrowed, other.narrowed) };
}

/** What both narrower requests have in common: the rule of one, the prefixes of the other, everything either lets pass. */
function both(addresses: MitigationRequest | null, signature: MitigationRequest | null): MitigationRequest | null {
  if (addresses === null || signature === null) return null;
  const paths = [...(addresses.guard ?? []), ...(signature.guard ?? [])];
  const guard = new Map(paths.map((path) => [`${path.address} ${path.port}`, path]));
  return {
    ...addresses,
    ...(signature.signature === undefined ? {} : { signature: signature.signature }),
    allow: [...new Set([...addresses.allow, ...signature.allow])],
    guard: [...guard.values()],
  };
}

function judgeAddresses(
  request: MitigationRequest,
  normal: NormalRequest,
  protectedList: readonly Protected[],
): MitigationPlan['refused'] {
  const violations = [
    ...normal.blocks.flatMap((prefix) => violationsOf(prefix, false, normal, protectedList)),
    ...normal.targets.flatMap((prefix) => violationsOf(prefix, true, normal, protectedList)),
  ];
  if (violations.length === 0) return null;
  const named = violations.slice(0, MAX_NAMED).map(({ prefix, isTarget, by }) => {
    const side = isTarget ? 'all traffic to' : 'all traffic from';
    return `it would drop ${side} ${formatPrefix(prefix)}, which covers ${formatPrefix(by.prefix)} (${by.why})`;
  });
  const more = violations.length - named.length;
  return {
    code: 'PROTECTED_ADDRESS',
    message: `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    narrowed: narrow(request, normal, violations),
  };
}

function violationsOf(
  prefix: Prefix,
  isTarget: boolean,
  normal: NormalRequest,
  protectedList: readonly Protected[],
): Violation[] {
  return protectedList
    .filter((by) => overlaps(prefix, by.prefix) && (isTarget || !isSpared(prefix, by, normal)))
    .map((by) => ({ prefix, isTarget, by }));
}

/** Passes by an allowed prefix, or, for a session, by a guard on each of its ports. Both match sources only. */
function isSpared(block: Prefix, by: Protected, normal: NormalRequest): boolean {
  const shared = block.length > by.prefix.length ? block : by.prefix;
  if (normal.allow.some((allowed) => covers(allowed, shared))) return true;
  return (
    by.ports.length > 0 &&
    by.ports.every((port) => normal.guard.some((path) => path.port === port && covers(path.address, by.prefix)))
  );
}

/** Guards sessions on their ports, lets other protected addresses inside a block pass, leaves out a block that lies inside one. Null when nothing is left. */
function narrow(
  request: MitigationRequest,
  normal: NormalRequest,
  violations: readonly Violation[],
): MitigationRequest | null {
  const leftOut = new Set<Prefix>();
  const allow = new Map(normal.allow.map((prefix) => [formatPrefix(prefix), prefix]));
  const guard = new Map(normal.guard.map((path) => [`${formatPrefix(path.address)} ${path.port}`, path]));
  for (const { prefix, isTarget, by } of violations) {
    if (isTarget) leftOut.add(prefix);
    else if (by.ports.length > 0) {
      for (const port of by.ports) guard.set(`${formatPrefix(by.prefix)} ${port}`, { address: by.prefix, port });
    } else if (by.prefix.length > prefix.length) allow.set(formatPrefix(by.prefix), by.prefix);
    else leftOut.add(prefix);
  }
  const keep = (prefixes: readonly Prefix[]) => prefixes.filter((prefix) => !leftOut.has(prefix)).map(formatPrefix);
  const blockSources = keep(normal.blocks);
  const blockTargets = keep(normal.targets);
  if (blockSources.length === 0 && blockTargets.length === 0 && normal.rules === null) return null;
  return {
    ...request,
    blockSources,
    blockTargets,
    allow: [...allow.keys()],
    guard: [...guard.values()].map(({ address, port }) => ({ address: formatPrefix(address), port })),
  };
}
