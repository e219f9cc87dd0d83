/**
 * A rule of requests or hellos as an expression for WAF custom rules and rate limiting rules. Fields: developers.cloudflare.com/ruleset-engine/
 * rules-language/fields/reference. Absent headers are empty texts in our rows; a comparison with an absent header is false there.
 */
import { formatPrefix, parsePrefix } from '../../format/address.js';
import type { Predicate, RuleMatch } from '../rule.js';
import { type Alternative, expressionsOf, type Term, termText } from './cloudflare-expression.js';
import { quoteText } from './cloudflare-text.js';
import type { CompileOptions, Emitted } from './compiled.js';
import { Lists } from './network-firewall.js';
import { prefixesOf, rangesOf, textsOf } from './predicate-values.js';

const TEXT_FIELDS: Readonly<Record<string, string>> = {
  'http.method': 'http.request.method',
  'http.version': 'http.request.version',
  'http.host': 'http.host',
  'http.path': 'http.request.uri.path',
  'http.userAgent': 'http.user_agent',
  'ip.country': 'ip.src.country',
  'tls.ja3': 'cf.bot_management.ja3_hash',
  'tls.ja4': 'cf.bot_management.ja4',
};
const HEADERS: Readonly<Record<string, string>> = {
  'http.accept': 'accept',
  'http.acceptLanguage': 'accept-language',
  'http.acceptEncoding': 'accept-encoding',
};
const NUMBER_FIELDS: Readonly<Record<string, { readonly field: string; readonly max: number }>> = {
  'ip.asn': { field: 'ip.src.asnum', max: 2 ** 32 - 1 },
  'http.queryLength': { field: 'len(http.request.uri.query)', max: 2 ** 31 - 1 },
  'bot.score': { field: 'cf.bot_management.score', max: 100 },
  'waf.score': { field: 'cf.waf.score', max: 100 },
};

export function compileWaf(rule: RuleMatch, { id = 'rule', action = 'drop' }: CompileOptions): Emitted {
  const lists = new Lists(id);
  const host = hostOf(rule);
  const text =
    expressionsOf(
      host === null ? null : termText({ field: 'http.host', items: [quoteText(host)] }),
      rule.clauses.map(({ predicates }) => predicates.flatMap((one) => wafTerms(one, lists))),
    ) ?? [];
  const notes = [...lists.notes];
  const names = (part: string) => text.some((expression) => expression.includes(part));
  if (names('cf.bot_management.')) notes.push('cf.bot_management fields take Bot Management.');
  if (names('cf.waf.score')) notes.push('cf.waf.score takes the WAF attack score (Business and above).');
  if (rule.target !== null && host === null && !namesHost(rule))
    notes.push(`The zone is the scope: ${rule.target} is not part of the expression.`);
  if (action === 'count') notes.push('To count only, the action is log (Enterprise).');
  if (typeof action === 'object')
    notes.push(
      'For a limit, use it in a rate limiting rule, characteristics cf.colo.id and ip.src: limits are per data centre.',
    );
  return { text, notes };
}

/** A target by name is matched besides every clause; null: it is an address, or every clause names a host itself. */
function hostOf(rule: RuleMatch): string | null {
  const { target } = rule;
  return target === null || parsePrefix(target) !== null || namesHost(rule) ? null : target;
}

function namesHost({ clauses }: RuleMatch): boolean {
  return clauses.every(({ predicates }) => predicates.some(({ attribute }) => attribute === 'http.host'));
}

/** Terms that are all to hold; none: not sayable (`wafReason` says why). */
export function wafTerms(predicate: Predicate, lists: Lists): Alternative {
  const { attribute } = predicate;
  const field = TEXT_FIELDS[attribute];
  if (field !== undefined) return [{ field, items: textsOf(predicate)!.map(quoteText) }];
  if (attribute in HEADERS) return [headerTerm(HEADERS[attribute], textsOf(predicate)!)];
  if (attribute in NUMBER_FIELDS) return [numberTerm(predicate)];
  if (attribute === 'ip.src') return sourceTerms(predicate, lists);
  if (attribute === 'http.hasCookie') return cookieTerms(predicate);
  return attribute === 'bot.jsDetection' ? detectionTerms(predicate) : [];
}

/** Null: the predicate can be written. */
export function wafReason(predicate: Predicate): string | null {
  const { attribute } = predicate;
  if (attribute in TEXT_FIELDS || attribute in HEADERS)
    return textsOf(predicate) === null ? 'the value is not text' : null;
  if (attribute in NUMBER_FIELDS)
    return rangesOf(predicate, NUMBER_FIELDS[attribute].max) === null
      ? 'the value is not a whole number in its range'
      : null;
  if (attribute === 'ip.src') return prefixesOf(predicate) === null ? 'the value is no prefix' : null;
  if (attribute === 'http.hasCookie') return cookieReason(predicate);
  if (attribute !== 'bot.jsDetection') return `the WAF has no field of ${attribute}`;
  return detectionTerms(predicate).length > 0
    ? null
    : 'the WAF knows JavaScript detection as passed or not; failed and missing are one';
}

function cookieReason(predicate: Predicate): string | null {
  if (rangesOf(predicate, 1) === null) return 'the value is neither 0 nor 1';
  return cookieTerms(predicate).length === 0 ? 'it holds for every request' : null;
}

function headerTerm(name: string, values: readonly string[]): Term {
  const header = `http.request.headers["${name}"]`;
  const present = values.filter((value) => value !== '');
  const own: Term = { field: `${header}[0]`, items: present.map(quoteText) };
  if (present.length === values.length) return own;
  const missing = `not any(${header}[*] ne "")`;
  return present.length === 0 ? missing : `(${missing} or ${termText(own)})`;
}

function numberTerm(predicate: Predicate): Term {
  const { field, max } = NUMBER_FIELDS[predicate.attribute];
  const ranges = rangesOf(predicate, max)!;
  return { field, items: ranges.map(([low, high]) => (low === high ? `${low}` : `${low}..${high}`)) };
}

function sourceTerms(predicate: Predicate, lists: Lists): Alternative {
  const prefixes = prefixesOf(predicate)!.map(formatPrefix);
  return [lists.termOf(4, prefixes)];
}

function cookieTerms(predicate: Predicate): Alternative {
  const ranges = rangesOf(predicate, 1)!;
  if (ranges[0][0] !== ranges[0][1]) return [];
  return [`len(http.cookie) ${ranges[0][0] === 1 ? 'gt' : 'eq'} 0`];
}

function detectionTerms(predicate: Predicate): Alternative {
  const values = new Set(textsOf(predicate) ?? []);
  const field = 'cf.bot_management.js_detection.passed';
  if (values.size === 1 && values.has('passed')) return [field];
  return values.size === 2 && values.has('failed') && values.has('missing') ? [`not ${field}`] : [];
}
