/**
 * What leaves a text when a report goes to others: addresses become their network, people their initials, hosts and paths of files a word. A text of
 * traffic or of another program may hold any of them; what is not recognised stays, so a redacted report is still to be read before it is sent.
 */
import { parseIpv6 } from '../../format/address.js';
import { networkOf } from './source-networks.js';

export interface Redaction {
  /** Words that stay: the target, unless it is to go as well. */
  readonly kept: ReadonlySet<string>;
  /** Names of hosts that are known: those people and programs wrote from. */
  readonly hosts: readonly string[];
  /** Said instead of the target; null: it stays. */
  readonly target: { readonly text: string; readonly instead: string } | null;
}

const URL_TEXT = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>]+/gi;
const USER_AT_HOST = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}][\p{L}\p{N}.-]*/gu;
const FILE_PATH = /(?<![\p{L}\p{N}.:])~?(?:\/[^\s/"'<>|,;:]+){2,}\/?|\b[A-Za-z]:\\[^\s"'<>|]+/gu;
const V4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?(?![\d.]*\d)/g;
const V6 = /(?<![\p{L}\p{N}:.])[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*(?:\/\d{1,3})?/giu;
/** Two labels at least, the last one of letters; attributes of rules ("ip.ttl", "http.request.uri") look the same and stay. */
const HOST = /(?<![\p{L}\p{N}.@/-])(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,62})\.)+\p{L}{2,24}(?![\p{L}\p{N}-])/gu;
const ATTRIBUTE = /^(?:ip|ip6|tcp|udp|icmp|icmpv6|port|http|tls|dns|payload|cf|ssl|quic|flow|packet|hello|request)\./i;

export function redactText(text: string, redaction: Redaction): string {
  const { kept, hosts, target } = redaction;
  const near = target === null ? null : networkOf(target.text);
  const shown = (found: string, network: string) =>
    kept.has(found) ? found : network === near ? '[network of the target]' : network;
  const parts = target === null || target.text === '' ? [text] : text.split(wholeWord(target.text));
  const redacted = parts.map((part) => {
    let rest = part.replace(URL_TEXT, '[link]').replace(USER_AT_HOST, initialsOf);
    for (const host of hosts) rest = rest.split(host).join('[host]');
    return rest
      .replace(FILE_PATH, '[path]')
      .replace(V4, (found) => shown(found, networkOf(found) ?? found))
      .replace(V6, (found) => shown(found, v6Network(found)))
      .replace(HOST, (found) => (kept.has(found) || ATTRIBUTE.test(found) ? found : '[host]'));
  });
  return redacted.join(target?.instead ?? '');
}

/** 203.0.113.7 is not in 203.0.113.70, and 2001:db8::1 not in 2001:db8::1:2; a port may follow an IPv4 address. */
function wholeWord(text: string): RegExp {
  const exact = text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const further = text.includes(':') ? '[.:]' : '\\.';
  return new RegExp(`(?<![\\p{L}\\p{N}.:])${exact}(?![\\p{L}\\p{N}]|${further}[\\p{L}\\p{N}])`, 'iu');
}

/** Only what is an address: "12:30:05" is none. */
function v6Network(found: string): string {
  const bare = found.replace(/[:.]+$/, (end) => (end.startsWith('::') ? '::' : ''));
  const tail = found.slice(bare.length);
  return parseIpv6(bare.split('/')[0] as string) === null ? found : `${networkOf(bare) ?? bare}${tail}`;
}

/** "ada.lovelace@jump1" -> "A.L."; a person without a host as well; "ddostop" is nobody. */
export function initialsOf(by: string): string {
  const name = by.split('@')[0] as string;
  if (name === '' || name === 'ddostop') return name;
  const letters = name.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
  return letters.map((part) => `${[...part][0]?.toUpperCase()}.`).join('') || '[name]';
}
