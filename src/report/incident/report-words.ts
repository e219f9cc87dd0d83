/** What fixed words of an incident mean, said to people. */
import { formatCount, formatShare } from '../../format/number-format.js';
import { formatDuration } from '../../format/time-format.js';
import type { Incident } from '../../incident/incident.js';
import type { OperatorMark } from '../../incident/journal-event.js';
import type { Remedy } from '../../signature/vectors/vector.js';

export const VERDICT_WORDS: Readonly<Record<Incident['sources']['verdict'], string>> = {
  spoofed: 'forged: the addresses are made up, so a block of them stops nothing and hits others',
  reflected:
    'reflectors: servers that answer requests with the forged address of the target, and are misused themselves',
  botnet: 'many real hosts with a little each: a block by address helps as far as the list goes',
  few: 'a few real hosts send all of it: they can be blocked by address',
  unknown: 'not known: too few packets were looked at',
};

export const STATE_WORDS: Readonly<Record<Incident['state'], string>> = {
  suspect: 'a suspicion',
  attack: 'goes on',
  ending: 'fades',
  ended: 'over',
};

export const MARK_WORDS: Readonly<Record<OperatorMark, string>> = {
  'true-positive': 'was an attack',
  'false-positive': 'was no attack (false positive)',
  duplicate: 'is the same as another one',
  test: 'was a test',
};

/** Where a vector is stopped: here, and at Cloudflare by the product's name. */
export const REMEDY_WORDS: Readonly<Record<Remedy, string>> = {
  'packet-filter': 'packet filter (nft, iptables; Cloudflare Network Firewall)',
  'rate-limit': 'rate limit (nft, iptables; Cloudflare Rate Limiting)',
  'connection-tracking': 'connection tracking (conntrack; Cloudflare Advanced TCP Protection)',
  'syn-cookies': 'SYN cookies or a SYN proxy (kernel, nft; Cloudflare Advanced TCP Protection)',
  upstream: 'upstream, before the link is full (provider, flowspec; Cloudflare Magic Transit)',
  'waf-rule': 'rule on requests (web server; Cloudflare WAF custom rules)',
  challenge: 'challenge (Cloudflare managed challenge, Bot Management)',
  cache: 'answers from a cache (Cloudflare cache rules)',
  'dns-protection': 'DNS protection (response rate limiting; Cloudflare Advanced DNS Protection)',
  'server-timeouts': 'shorter time limits of the server',
  patch: 'a corrected version of the server',
};

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Seconds from one instant to another; null where one is not known, or they are the wrong way round. */
export function spanWords(from: number | null, to: number | null): string | null {
  return from === null || to === null || to < from ? null : formatDuration(to - from);
}

/** "78.0% SYN flood": vectors of an incident as a list of names. */
export function vectorList({ vectors }: Incident, most = 4): string {
  const named = vectors.slice(0, most).map(({ name, share }) => `${name} (${formatShare(share)})`);
  const rest = vectors.length - named.length;
  return listed(rest > 0 ? [...named, counted(rest, 'more vector')] : named);
}

/** The first letter made large: sentences begin with names and words alike. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
