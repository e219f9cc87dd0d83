/** A signature as it is asked for -> rules for nft, checked, with what a reader has to know. Nothing is widened: what nft cannot say is refused. */
import { UserError } from '../../errors.js';
import { parsePrefix } from '../../format/address.js';
import { formatFineShare } from '../../format/number-format.js';
import { fitToBackend } from '../../signature/compile/fit.js';
import { nftMatches } from '../../signature/compile/nft.js';
import { PACKET_PLACES } from '../../signature/compile/packet-places.js';
import type { RuleMatch } from '../../signature/rule.js';
import { predicateWords, ruleWords } from '../../signature/words.js';
import type { SignatureRules } from '../nft/signature-rules.js';
import type { MitigationRequest, SignatureBlock } from '../types.js';
import { badSignature, readPacketRule } from './read-rule.js';

export interface NormalSignature extends SignatureRules {
  readonly rule: RuleMatch;
  readonly warnings: readonly string[];
}

/** Rules of one signature: each packet of the target passes them in turn, and long lists are what makes netfilter slow. */
const MAX_LINES = 64;
/** As the compiler has it. */
const MAX_LIMIT_PPS = 1_000_000;
/** Of good traffic; above it a plan says so aloud. */
const HARM_TOLD = 0.001;

/** Null: the request has none. Throws UserError. */
export function normaliseSignature({ signature, rateLimitPps }: MitigationRequest): NormalSignature | null {
  const limitPps = limitOf(rateLimitPps, signature ?? null);
  if (signature == null) return null;
  const rule = readPacketRule(signature.rule.clauses, signature.rule.target);
  const prefix = rule.target === null ? null : parsePrefix(rule.target);
  if (rule.target !== null && prefix === null) throw badSignature('target', 'an address or a prefix', rule.target);
  refuseLeft(rule);
  const matches = nftMatches(rule);
  if (matches.lines.length === 0) {
    throw new UserError(
      'SIGNATURE_EMPTY',
      'no packet can match the signature: its predicates exclude each other, or the target',
      'Look at it with "ddostop diff", or take a value out.',
    );
  }
  if (matches.lines.length > MAX_LINES) {
    throw new UserError(
      'SIGNATURE_TOO_LONG',
      `expected a signature of at most ${MAX_LINES} nft rules, got ${matches.lines.length}`,
      'Leave a clause out.',
    );
  }
  return { rule, matches, words: ruleWords(rule), limitPps, warnings: warningsOf(rule, signature, matches.notes) };
}

function limitOf(limitPps: number | undefined, signature: SignatureBlock | null): number | null {
  if (limitPps === undefined) return null;
  if (signature === null)
    throw new UserError('USAGE', 'a rate is of a signature, and there is none', 'Add --signature.');
  if (Number.isInteger(limitPps) && limitPps >= 1 && limitPps <= MAX_LIMIT_PPS) return limitPps;
  throw new UserError(
    'BAD_RATE',
    `expected a rate of 1 to ${MAX_LIMIT_PPS} packets a second, got ${limitPps}`,
    'E.g. --rate 500.',
  );
}

/** A wider rule was not measured. */
function refuseLeft(rule: RuleMatch): void {
  const [first] = fitToBackend(rule, 'nft').left;
  if (first === undefined) return;
  const what = first.predicate === null ? `clause ${first.clause + 1}` : predicateWords(first.predicate);
  throw new UserError(
    'SIGNATURE_LEFT',
    `nft cannot say ${what}: ${first.reason}; without it the rule would be another one than was measured`,
    'Take it out and measure again, or use the rule in another backend ("ddostop diff").',
  );
}

function warningsOf(rule: RuleMatch, { recall, collateral }: SignatureBlock, notes: readonly string[]): string[] {
  const warnings = [...notes, ...fragmentNotes(rule)];
  if (rule.target === null) warnings.push('it names no target: it takes traffic to every address that passes here');
  if (collateral === null) warnings.push('what it would do to good traffic was not measured');
  else if (collateral.estimate > HARM_TOLD)
    warnings.push(
      `of good traffic it matches ${formatFineShare(collateral.estimate)}, at most ${formatFineShare(collateral.high)}`,
    );
  if (recall !== null && recall.high < 0.5)
    warnings.push(`of the attack it matches ${formatFineShare(recall.estimate)} only`);
  return warnings;
}

/** Our chain runs at -310; connection tracking, where it is on, puts fragments together at -400 (NF_IP_PRI_CONNTRACK_DEFRAG). */
function fragmentNotes({ clauses }: RuleMatch): string[] {
  const has = (test: (attribute: string) => boolean) =>
    clauses.some(({ predicates }) => predicates.some(({ attribute }) => test(attribute)));
  if (has((name) => name === 'ip.fragment'))
    return ['where connection tracking is on, fragments are put together before: "ip.fragment" then finds none'];
  const isBehind = (name: string) =>
    name === 'dns.response' || name.startsWith('tcp.') || PACKET_PLACES[name]?.protocols != null;
  return has(isBehind)
    ? ['later fragments have no ports, flags or payload: they pass, and without the first are never put together']
    : [];
}
