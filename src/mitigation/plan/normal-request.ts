/** A request as people and scripts write it -> checked prefixes. Everything that reaches a command passes here; nothing is resolved by name. */
import { UserError } from '../../errors.js';
import { covers, formatPrefix, type Prefix, parsePrefix } from '../../format/address.js';
import { unmapped } from '../guard/ssh-peers.js';
import { MAX_TTL_SEC, WHY_PATTERN } from '../owner-comment.js';
import type { MitigationRequest } from '../types.js';
import { measureWarnings, type NormalRules, normaliseRules } from './normal-rules.js';
import { MAX_PLAN_PREFIXES, MAX_WINDOW_SEC } from './plan-limits.js';
import { PrefixIndex } from './prefix-index.js';

export interface NormalRequest {
  /** No prefix twice, none inside another, none allow-listed. */
  readonly blocks: readonly Prefix[];
  readonly targets: readonly Prefix[];
  readonly allow: readonly Prefix[];
  readonly guard: readonly { readonly address: Prefix; readonly port: number }[];
  /** A signature, limits, or prefixes that are only counted. */
  readonly rules: NormalRules | null;
  /** Devices to drop on as frames come in. */
  readonly ingress: readonly string[];
  readonly warnings: readonly string[];
}

const INCIDENT_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** `allowList`: the user's own, from the configuration. Throws UserError; reads nothing. */
export function normaliseRequest(request: MitigationRequest, allowList: readonly string[] = []): NormalRequest {
  checkFrame(request);
  const count = request.blockSources.length + request.blockTargets.length + request.allow.length;
  const hasRules =
    request.signature != null ||
    [request.limits, request.countSenders, request.synProxy].some((asked) => (asked ?? []).length > 0);
  if (count === 0 && !hasRules) {
    throw new UserError(
      'NOTHING_TO_DO',
      'the request names no prefix, no signature and no limit',
      'Name one, e.g. --block 198.51.100.0/24.',
    );
  }
  if (count > MAX_PLAN_PREFIXES) {
    throw new UserError(
      'TOO_MANY_PREFIXES',
      `expected at most ${MAX_PLAN_PREFIXES} prefixes in one plan, got ${count}`,
      'Block wider prefixes; when sources look spoofed, blocking them one by one does not help.',
    );
  }
  const warnings: string[] = [];
  const listed = [...request.allow, ...allowList].map((text) => readPrefix(text, 'allow', warnings));
  const asked = listed.slice(0, request.allow.length);
  const blocks = select(readAll(request.blockSources, 'block', warnings), listed, warnings);
  const targets = select(readAll(request.blockTargets, 'target', warnings), listed, warnings);
  refuseTooMuch(blocks);
  refuseTooMuch(targets);
  if (
    !hasRules &&
    blocks.length + targets.length === 0 &&
    request.blockSources.length + request.blockTargets.length > 0
  ) {
    throw new UserError(
      'NOTHING_TO_DO',
      'every prefix to block is allow-listed',
      'Take it off the allow list first if it is to be blocked.',
    );
  }
  // Of the standing allow list only what lies inside a block has to be in the kernel; a signature may match any source.
  const inside = listed
    .slice(asked.length)
    .filter((allowed) => hasRules || blocks.some((block) => covers(block, allowed)));
  const rules = normaliseRules(request, {
    blocks,
    targets,
    readPrefix: (text, option) => readPrefix(text, option, warnings),
  });
  const isSample = rules?.sample != null;
  return {
    blocks: isSample ? [] : blocks,
    targets: isSample ? [] : targets,
    allow: unique([...asked, ...inside]),
    guard: (request.guard ?? []).map(({ address, port }) => readGuard(address, port)),
    rules,
    ingress: ingressOf(request, blocks.length + targets.length > 0 && !isSample),
    warnings: [
      ...warnings,
      ...(isSample ? [] : [...widthWarnings(blocks), ...targetWarnings(targets)]),
      ...measureWarnings(request, rules),
    ],
  };
}

/** As the kernel takes names of devices (dev_valid_name), but for what would need quoting. */
const DEVICE_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,14}$/;
const MAX_DEVICES = 8;

function ingressOf({ ingress = [] }: MitigationRequest, hasPrefixes: boolean): readonly string[] {
  const bad = ingress.find((name) => !DEVICE_PATTERN.test(name));
  if (bad !== undefined || ingress.length > MAX_DEVICES)
    throw new UserError(
      'BAD_DEVICE',
      `--ingress: expected up to ${MAX_DEVICES} names of devices, got ${JSON.stringify((bad ?? ingress.join(' ')).slice(0, 64))}`,
      'E.g. --ingress eth0.',
    );
  if (ingress.length > 0 && !hasPrefixes)
    throw new UserError('USAGE', '--ingress is of prefixes, and there are none', 'Add --block PREFIX.');
  return [...new Set(ingress)];
}

/** The standing allow list, checked when the program starts: a slip in it would otherwise refuse every plan, in the middle of an attack. */
export function checkAllowList(texts: readonly string[]): void {
  readAll(texts, 'allow', []);
}

function readAll(texts: readonly string[], option: string, warnings: string[]): Prefix[] {
  return texts.map((text) => readPrefix(text, option, warnings));
}

function readPrefix(text: string, option: string, warnings: string[]): Prefix {
  const parsed = text.length > 64 ? null : parsePrefix(text);
  if (parsed === null) {
    throw new UserError(
      'BAD_PREFIX',
      `--${option}: expected an address or prefix such as 198.51.100.7, 198.51.100.0/24 or 2001:db8::/64, got ${JSON.stringify(text.slice(0, 64))}`,
      'Names are not resolved.',
    );
  }
  const prefix = unmapped(parsed);
  if (prefix.length === 0) {
    throw new UserError(
      'PREFIX_TOO_WIDE',
      `--${option}: ${text} is the whole internet`,
      'Name the prefixes that attack, or the target that is attacked.',
    );
  }
  const canonical = formatPrefix(prefix);
  const [address] = text.split('/', 1) as [string];
  const own = parsePrefix(address);
  const hasHostBits = own !== null && formatPrefix(unmapped(own)) !== canonical.split('/', 1)[0];
  if (hasHostBits || prefix.version !== parsed.version) warnings.push(`${text} was read as ${canonical}`);
  return prefix;
}

function readGuard(address: string, port: number): { address: Prefix; port: number } {
  const prefix = readPrefix(address, 'guard', []);
  const isHost = !formatPrefix(prefix).includes('/');
  if (!isHost || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UserError(
      'BAD_GUARD',
      `expected one address and a TCP port 1..65535 to keep open, got ${JSON.stringify(`${address} ${port}`.slice(0, 64))}`,
      'Write it as ADDRESS:PORT, an IPv6 address in brackets.',
    );
  }
  return { address: prefix, port };
}

/** Widest first, without repeats, without what an allowed prefix or a wider one covers. */
function select(prefixes: readonly Prefix[], allowed: readonly Prefix[], warnings: string[]): Prefix[] {
  const allow = new PrefixIndex(allowed);
  const chosen = new PrefixIndex();
  const kept: Prefix[] = [];
  const leftOut: string[] = [];
  const covered: string[] = [];
  for (const prefix of [...prefixes].sort((a, b) => a.length - b.length)) {
    if (allow.covering(prefix) !== null) {
      leftOut.push(formatPrefix(prefix));
      continue;
    }
    const wider = chosen.covering(prefix);
    if (wider === null) {
      chosen.add(prefix);
      kept.push(prefix);
    } else if (wider.length !== prefix.length) covered.push(`${formatPrefix(prefix)} (in ${formatPrefix(wider)})`);
  }
  if (leftOut.length > 0) warnings.push(`left out, allow-listed: ${listText(leftOut)}`);
  if (covered.length > 0) warnings.push(`left out, covered by a wider prefix of the same plan: ${listText(covered)}`);
  return kept;
}

/** "a, b, c and 5 more". */
export function listText(texts: readonly string[], most = 3): string {
  const more = texts.length - most;
  return more <= 0 ? texts.join(', ') : `${texts.slice(0, most).join(', ')} and ${more} more`;
}

function unique(prefixes: readonly Prefix[]): Prefix[] {
  const index = new PrefixIndex();
  return prefixes.filter((prefix) => index.add(prefix));
}

/** Disjoint prefixes, so their shares add up: two /1 are everything just as one /0 is. */
function refuseTooMuch(prefixes: readonly Prefix[]): void {
  for (const version of [4, 6]) {
    const share = shareOf(prefixes.filter((prefix) => prefix.version === version));
    if (share < 1) continue;
    throw new UserError('PREFIX_TOO_WIDE', `together they are all of IPv${version}`, 'Name the prefixes that attack.');
  }
}

function shareOf(prefixes: readonly Prefix[]): number {
  return prefixes.reduce((sum, prefix) => sum + 2 ** -prefix.length, 0);
}

/** Shorter than any block one holder usually has: RIR allocations end at /8, large IPv6 ones at /19. */
const WIDE = { 4: 8, 6: 19 } as const;

function widthWarnings(blocks: readonly Prefix[]): string[] {
  const wide = blocks.filter((prefix) => prefix.length < WIDE[prefix.version]);
  return wide.length === 0
    ? []
    : [`very wide, many networks that have done nothing: ${listText(wide.map(formatPrefix))}`];
}

function targetWarnings(targets: readonly Prefix[]): string[] {
  if (targets.length === 0) return [];
  return [`takes off the net for everybody, which is what the attack wants: ${listText(targets.map(formatPrefix))}`];
}

/** Life, confirm window and words: what every request has, whatever it asks for. Throws UserError. */
export function checkFrame(request: MitigationRequest): void {
  checkNumbers(request);
  checkWords(request);
}

function checkNumbers({ ttlSec, confirmWindowSec }: MitigationRequest): void {
  if (!Number.isInteger(ttlSec) || ttlSec < 1 || ttlSec > MAX_TTL_SEC) {
    throw new UserError(
      'BAD_TTL',
      `expected a life of 1 s to 30 days in whole seconds, got ${ttlSec}`,
      'E.g. --ttl 10m.',
    );
  }
  if (!Number.isInteger(confirmWindowSec) || confirmWindowSec < 1 || confirmWindowSec > MAX_WINDOW_SEC) {
    throw new UserError(
      'BAD_WINDOW',
      `expected a confirm window of 1 s to 1 h in whole seconds, got ${confirmWindowSec}`,
      'E.g. --confirm-window 30s.',
    );
  }
}

function checkWords({ why, incidentId }: MitigationRequest): void {
  if (!WHY_PATTERN.test(why)) {
    throw new UserError(
      'BAD_WORD',
      `expected a reason of one word, at most 24 of A-Z a-z 0-9 . _ -, got ${JSON.stringify(why.slice(0, 40))}`,
      'E.g. --why tcp-syn.',
    );
  }
  if (incidentId !== '' && !INCIDENT_PATTERN.test(incidentId)) {
    throw new UserError(
      'BAD_WORD',
      `expected an incident id of at most 64 letters, digits and . _ : -, got ${JSON.stringify(incidentId.slice(0, 40))}`,
      'Leave it out when there is none.',
    );
  }
}
