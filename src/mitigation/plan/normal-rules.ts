/** The part of a request that is rules (a signature, limits, prefixes to be counted only), checked; what a firewall makes of it is the backend's. */
import { UserError } from '../../errors.js';
import { formatPrefix, type Prefix, parsePrefix } from '../../format/address.js';
import { formatFineShare } from '../../format/number-format.js';
import type { RuleMatch } from '../../signature/rule.js';
import { ruleWords } from '../../signature/words.js';
import { limitWords } from '../limit-words.js';
import type { LimitRequest, MitigationRequest, SignatureBlock } from '../types.js';
import { badSignature, readPacketRule } from './read-rule.js';
import { type NormalSynProxy, synProxyRules } from './syn-proxy.js';

export type NormalLimit =
  | { readonly of: 'prefix' | 'target'; readonly prefix: Prefix; readonly pps: number }
  | { readonly of: 'each-source'; readonly prefix: Prefix | null; readonly pps: number }
  | { readonly of: 'connections'; readonly prefix: Prefix | null; readonly port: number; readonly most: number };

export type NormalRules = {
  /** As people read them. */
  readonly words: string;
  /** Counts only; packets of `good` are counted apart. */
  readonly sample: { readonly good: readonly Prefix[] } | null;
} & (
  | { readonly kind: 'signature'; readonly rule: RuleMatch; readonly limitPps: number | null }
  | { readonly kind: 'limits'; readonly limits: readonly NormalLimit[] }
  | { readonly kind: 'synproxy'; readonly proxies: readonly NormalSynProxy[] }
  | { readonly kind: 'senders'; readonly targets: readonly Prefix[] }
  | { readonly kind: 'prefixes'; readonly sources: readonly Prefix[]; readonly targets: readonly Prefix[] }
);

/** Each is a rule that packets pass in turn. */
const MAX_LIMITS = 32;
/** As the compilers have it. */
const MAX_LIMIT_PPS = 1_000_000;
const MAX_CONNECTIONS = 65_535;
const MAX_GOOD = 4096;
const MAX_SENDER_TARGETS = 8;
/** Of good traffic; above it a plan says so aloud. */
const HARM_TOLD = 0.001;

/** What rules need of the request besides themselves: its prefixes, checked, and how a text becomes one. */
export interface NormalPrefixes {
  readonly blocks: readonly Prefix[];
  readonly targets: readonly Prefix[];
  readonly readPrefix: (text: string, option: string) => Prefix;
}

/** Null: the request has none. Throws UserError. */
export function normaliseRules(request: MitigationRequest, prefixes: NormalPrefixes): NormalRules | null {
  const { signature, sampleOnly } = request;
  const sample = sampleOnly === undefined ? null : { good: goodOf(sampleOnly.good, prefixes) };
  const limits = (request.limits ?? []).map((limit) => readLimit(limit, prefixes));
  const limitPps = rateOf(request.rateLimitPps, signature ?? null);
  const senders = request.countSenders ?? [];
  const proxies = request.synProxy ?? [];
  if (proxies.length > 0) return synProxyRules(proxies, request, prefixes);
  if (senders.length > 0) return sendersOf(senders, request, prefixes);
  if (signature != null && limits.length > 0)
    throw new UserError('USAGE', 'a signature and limits in one mitigation', 'Apply them one after the other.');
  if (sample !== null && limits.length > 0)
    throw new UserError(
      'USAGE',
      'what a limit would drop depends on what it drops: it cannot be counted without acting',
      'Leave --sample-only out, or sample the prefix itself: --block PREFIX --sample-only.',
    );
  if (signature != null) {
    if (sample !== null && prefixes.blocks.length + prefixes.targets.length > 0)
      throw new UserError('USAGE', 'a signature and prefixes in one sample', 'Sample them one after the other.');
    const rule = readSignature(signature);
    return { kind: 'signature', rule, limitPps, words: ruleWords(rule), sample };
  }
  if (limits.length > MAX_LIMITS)
    throw new UserError(
      'TOO_MANY_LIMITS',
      `expected at most ${MAX_LIMITS} limits, got ${limits.length}`,
      'Limit wider prefixes.',
    );
  if (limits.length > 0)
    return {
      kind: 'limits',
      limits,
      words: limits.map((limit) => limitWords(understood(limit))).join('; '),
      sample: null,
    };
  if (sample === null) return null;
  const { blocks: sources, targets } = prefixes;
  return { kind: 'prefixes', sources, targets, words: prefixWords(sources, targets), sample };
}

/** Counting drops nothing, so it is a sample, and stands alone. */
function sendersOf(
  texts: readonly string[],
  { signature, limits = [], sampleOnly }: MitigationRequest,
  { blocks, targets, readPrefix }: NormalPrefixes,
): NormalRules {
  if (signature != null || limits.length + blocks.length + targets.length > 0 || sampleOnly !== undefined)
    throw new UserError(
      'USAGE',
      'counting senders and something else in one mitigation',
      'Apply them one after the other.',
    );
  if (texts.length > MAX_SENDER_TARGETS)
    throw new UserError(
      'TOO_MANY_TARGETS',
      `expected at most ${MAX_SENDER_TARGETS} targets, got ${texts.length}`,
      'Name a prefix.',
    );
  const to = texts.map((text) => readPrefix(text, 'count-senders'));
  const words = `senders to ${to.map(formatPrefix).join(', ')}, each address counted`;
  return { kind: 'senders', targets: to, words, sample: { good: [] } };
}

/** Its prefix as it was understood. */
function understood(limit: NormalLimit): LimitRequest {
  return { ...limit, prefix: limit.prefix === null ? null : formatPrefix(limit.prefix) } as LimitRequest;
}

/** What the diff said of it, where that is reason for doubt. */
export function measureWarnings({ signature }: MitigationRequest, rules: NormalRules | null): string[] {
  if (signature == null || rules?.kind !== 'signature') return [];
  const { recall, collateral } = signature;
  const warnings: string[] = [];
  if (rules.rule.target === null)
    warnings.push('it names no target: it takes traffic to every address that passes here');
  if (collateral === null) warnings.push('what it would do to good traffic was not measured');
  else if (collateral.estimate > HARM_TOLD)
    warnings.push(
      `of good traffic it matches ${formatFineShare(collateral.estimate)}, at most ${formatFineShare(collateral.high)}`,
    );
  if (recall !== null && recall.high < 0.5)
    warnings.push(`of the attack it matches ${formatFineShare(recall.estimate)} only`);
  return warnings;
}

function readSignature(signature: SignatureBlock): RuleMatch {
  const rule = readPacketRule(signature.rule.clauses, signature.rule.target);
  if (rule.target !== null && parsePrefix(rule.target) === null)
    throw badSignature('target', 'an address or a prefix', rule.target);
  return rule;
}

function readLimit(limit: LimitRequest, { readPrefix }: NormalPrefixes): NormalLimit {
  const prefix = limit.prefix === null ? null : readPrefix(limit.prefix, limitOption(limit));
  switch (limit.of) {
    case 'connections':
      if (!isWhole(limit.most, 1, MAX_CONNECTIONS)) throw badLimit('connections', MAX_CONNECTIONS, limit.most);
      if (!isWhole(limit.port, 1, 65_535)) throw badLimit('a TCP port', 65_535, limit.port);
      return { of: limit.of, prefix, port: limit.port, most: limit.most };
    case 'each-source':
      return { of: limit.of, prefix, pps: ppsOf(limit.pps) };
    default:
      if (prefix === null)
        throw new UserError('USAGE', 'a limit needs a prefix', 'E.g. --rate-limit 198.51.100.0/24=500.');
      return { of: limit.of, prefix, pps: ppsOf(limit.pps) };
  }
}

function limitOption({ of }: LimitRequest): string {
  if (of === 'connections') return 'connection-limit';
  return of === 'prefix' ? 'rate-limit' : of === 'target' ? 'rate-limit-target' : 'rate-limit-each';
}

function goodOf(texts: readonly string[], { readPrefix }: NormalPrefixes): Prefix[] {
  if (texts.length > MAX_GOOD)
    throw new UserError(
      'TOO_MANY_PREFIXES',
      `expected at most ${MAX_GOOD} good prefixes, got ${texts.length}`,
      'Name wider ones.',
    );
  const seen = new Map(texts.map((text) => readPrefix(text, 'good')).map((prefix) => [formatPrefix(prefix), prefix]));
  return [...seen.values()];
}

function rateOf(limitPps: number | undefined, signature: SignatureBlock | null): number | null {
  if (limitPps === undefined) return null;
  if (signature === null)
    throw new UserError(
      'USAGE',
      'a rate is of a signature, and there is none',
      'Add --signature, or use --rate-limit PREFIX=PPS.',
    );
  return ppsOf(limitPps);
}

function ppsOf(pps: number): number {
  if (isWhole(pps, 1, MAX_LIMIT_PPS)) return pps;
  throw new UserError(
    'BAD_RATE',
    `expected a rate of 1 to ${MAX_LIMIT_PPS} packets a second, got ${pps}`,
    'E.g. --rate 500.',
  );
}

function isWhole(value: number, from: number, to: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to;
}

function badLimit(what: string, most: number, got: number): UserError {
  return new UserError(
    'BAD_LIMIT',
    `expected ${what} of 1 to ${most}, got ${got}`,
    'E.g. --connection-limit 192.0.2.10:443=20.',
  );
}

function prefixWords(sources: readonly Prefix[], targets: readonly Prefix[]): string {
  return [
    ...sources.map((prefix) => `from ${formatPrefix(prefix)}`),
    ...targets.map((prefix) => `to ${formatPrefix(prefix)}`),
  ].join(', ');
}
