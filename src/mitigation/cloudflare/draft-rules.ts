/** Rules at the edge: custom rules, rate limits, Network Firewall, and signatures written as such. */
import { UserError } from '../../errors.js';
import { cleanText } from '../../format/clean-text.js';
import { compileRule } from '../../signature/compile/compile.js';
import { refuseLeft } from '../plan/refuse-left.js';
import type { EdgeAction, EdgeRuleAction, SignatureBlock } from '../types.js';
import type { Draft } from './draft.js';
import { matchesAll, narrowedExpression } from './edge-expression.js';

type Action<Of extends EdgeAction['of']> = Extract<EdgeAction, { of: Of }>;

const CUSTOM = 'http_request_firewall_custom';
/** Of a description. */
const MAX_WORDS = 120;
/** As the API takes them, seconds. */
const PERIODS = [10, 15, 20, 30, 40, 45, 60, 90, 120, 180, 240, 300, 480, 600, 900, 1200, 1800, 2400, 3600, 65_535];
const MAX_TIMEOUT_SEC = 86_400;
const MAX_REQUESTS = 1_000_000_000;
const MAX_CHARACTERISTICS = 5;
const CHARACTERISTIC =
  /^(ip\.src(\.(country|asnum))?|ip\.nat|cf\.unique_visitor_id|cf\.bot_management\.(ja3_hash|ja4)|http\.(host|request\.(uri\.path|method|(headers|cookies|uri\.args)\["[a-z0-9_-]{1,64}"\])))$/i;
const ACTIONS: ReadonlySet<string> = new Set(['block', 'managed_challenge', 'js_challenge', 'challenge', 'log']);

export async function draftWafRule(draft: Draft, action: Action<'waf-rule'>): Promise<void> {
  if (action.action === 'skip') {
    requireAsked(action.isAsked, 'a rule that skips others');
    const rule = {
      action: 'skip',
      expression: narrowedExpression(action.expression, []),
      action_parameters: { ruleset: 'current' },
    };
    await draft.addRule(draft.zone('a custom rule'), CUSTOM, { ...rule, description: words(action.description) }, true);
    draft.warn('what it matches passes all other custom rules');
    return;
  }
  await addCustomRule(draft, action.expression, action.action, words(action.description));
}

/** What it matches is blocked or challenged, but for what is allow-listed. */
export async function addCustomRule(
  draft: Draft,
  text: string,
  action: EdgeRuleAction,
  description = '',
): Promise<void> {
  checkAction(action);
  if (action === 'block') refuseAll(text);
  if (action === 'log') draft.warn('the action log takes an Enterprise plan');
  const expression = narrowedExpression(text, action === 'log' ? [] : draft.context.allow);
  await draft.addRule(draft.zone('a custom rule'), CUSTOM, { action, expression, description });
}

export async function draftRateLimit(draft: Draft, limit: Action<'rate-limit'>): Promise<void> {
  checkAction(limit.action);
  checkRate(limit);
  const expression = narrowedExpression(limit.expression, draft.context.allow);
  const ratelimit = {
    characteristics: ['cf.colo.id', ...limit.characteristics.filter((name) => name !== 'cf.colo.id')],
    period: limit.periodSec,
    requests_per_period: limit.requests,
    mitigation_timeout: limit.timeoutSec,
  };
  const { action, description } = limit;
  await draft.addRule(draft.zone('a rate limit'), 'http_ratelimit', {
    action,
    expression,
    ratelimit,
    description: words(description),
  });
  draft.warn('each data centre of the edge counts by itself: the limit is of one of them');
  if (action !== 'block' && limit.timeoutSec > 0) draft.warn('below Enterprise a challenge takes a timeout of 0');
}

function checkRate({ characteristics, periodSec, requests, timeoutSec }: Action<'rate-limit'>): void {
  const own = characteristics.filter((name) => name !== 'cf.colo.id');
  const odd = own.find((name) => !CHARACTERISTIC.test(name));
  if (odd !== undefined || own.length === 0 || own.length > MAX_CHARACTERISTICS)
    throw badLimit(
      `1 to ${MAX_CHARACTERISTICS} characteristics such as ip.src or cf.unique_visitor_id`,
      odd ?? own.length,
    );
  if (own.includes('ip.src') && own.includes('cf.unique_visitor_id'))
    throw badLimit('either ip.src or cf.unique_visitor_id', 'both');
  if (!PERIODS.includes(periodSec)) throw badLimit(`a period of ${PERIODS.slice(0, -1).join(', ')} s`, periodSec);
  if (!isWhole(requests, 1, MAX_REQUESTS)) throw badLimit(`1 to ${MAX_REQUESTS} requests`, requests);
  if (!isWhole(timeoutSec, 0, MAX_TIMEOUT_SEC)) throw badLimit(`a timeout of 0 to ${MAX_TIMEOUT_SEC} s`, timeoutSec);
}

export async function draftNetworkFirewall(draft: Draft, action: Action<'network-firewall'>): Promise<void> {
  const base = draft.account('a Network Firewall rule');
  if (action.action === 'skip') {
    requireAsked(action.isAsked, 'a rule that skips others');
    const expression = narrowedExpression(action.expression, []);
    const rule = { action: 'skip', expression, action_parameters: { ruleset: 'current' } };
    await draft.addRule(base, 'magic_transit', { ...rule, description: words(action.description) }, true);
    return;
  }
  await addFirewallRule(draft, action.expression, words(action.description));
}

export async function addFirewallRule(draft: Draft, text: string, description = ''): Promise<void> {
  refuseAll(text);
  const expression = narrowedExpression(text, draft.context.allow);
  const base = draft.account('a Network Firewall rule');
  await draft.addRule(base, 'magic_transit', { action: 'block', expression, description });
  draft.warn('it is about packets of every prefix of the account; the edge takes up to a minute');
}

/** A rule of packets goes to Network Firewall, one of requests or hellos to custom rules. */
export async function draftSignature(draft: Draft, { rule }: SignatureBlock, action: EdgeRuleAction): Promise<void> {
  const backend = rule.kind === 'packet' ? 'networkFirewall' : 'waf';
  refuseLeft(rule, backend, 'Take it out and measure again, or use --backend nft.');
  const { text, notes } = compileRule(rule, backend, { id: draft.id });
  const isListed = text.some((expression) => expression.includes('$ddostop_'));
  if (text.length === 0 || isListed)
    throw new UserError(
      'SIGNATURE_LEFT',
      isListed ? 'the signature names more addresses than one expression takes' : 'no request can match the signature',
      isListed ? 'Block its addresses as prefixes: they become a list.' : 'Measure again.',
    );
  for (const note of notes) draft.warn(note);
  if (backend === 'networkFirewall' && action !== 'block')
    throw new UserError('EDGE_CANNOT', `Network Firewall cannot ${action}`, 'Its rules block.');
  for (const expression of text)
    await (backend === 'waf' ? addCustomRule(draft, expression, action) : addFirewallRule(draft, expression));
}

/** What opens the edge or cuts off a country is never done by the way. */
export function requireAsked(isAsked: boolean | undefined, what: string): void {
  if (isAsked === true) return;
  throw new UserError('NOT_ASKED', `${what} has to be asked for explicitly`, 'Say so in the request (isAsked).');
}

export function checkAction(action: string): void {
  if (!ACTIONS.has(action))
    throw new UserError(
      'BAD_ACTION',
      `expected ${[...ACTIONS].join(', ')}, got ${cleanText(action, 40)}`,
      'E.g. block.',
    );
}

function refuseAll(text: string): void {
  if (!matchesAll(text)) return;
  throw new UserError(
    'MATCHES_ALL',
    'the expression matches everything: it would take the site off the net for everybody',
    'Under-attack mode challenges everybody without blocking.',
  );
}

function badLimit(expected: string, got: string | number): UserError {
  return new UserError(
    'BAD_LIMIT',
    `expected ${expected}, got ${cleanText(`${got}`, 60)}`,
    'See the rate limiting rules of Cloudflare.',
  );
}

function isWhole(value: number, from: number, to: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to;
}

function words(text: string | undefined): string {
  return cleanText(text ?? '', MAX_WORDS);
}
