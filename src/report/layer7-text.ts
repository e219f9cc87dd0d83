/** Names, requests and fingerprints in the text report. Figures stand first: the texts may be long, and must not be cut short. */
import { cleanText } from '../format/clean-text.js';
import { dnsKeyText } from '../format/dns-type-name.js';
import { formatExact, formatShare } from '../format/number-format.js';
import type { ReportLayer7 } from './layer7-report.js';
import type { ReportTop } from './report-top.js';

/** Texts longer than this are cut. */
const TEXT_CELLS = 200;

/** `rows`: lines per table. */
export function layer7Lines({ dns, http, tls, tcp }: ReportLayer7, rows: number): string[] {
  const { queries, responses, multicastQueries, multicastResponses } = dns.messages;
  const hellos = tls.clientHellos + tls.dtlsClientHellos;
  const syns = tcp.synSignatures.byPackets.reduce((sum, { packets }) => sum + packets, 0);
  const tables: readonly (readonly [title: string, top: ReportTop, messages: number])[] = [
    ['DNS names asked for', withTypes(dns.queries), queries],
    ['DNS names answered', withTypes(dns.responses), responses],
    ['mDNS and LLMNR names', withTypes(dns.multicast), multicastQueries + multicastResponses],
    ['HTTP hosts', http.hosts, http.requests],
    ['HTTP targets', http.uris, http.requests],
    ['HTTP methods', http.methods, http.requests],
    ['User agents', http.userAgents, http.requests],
    ['HTTP header orders', http.headerOrders, http.requests],
    ['Cookies', http.cookies, http.requests],
    ['TLS server names', tls.serverNames, tls.clientHellos],
    ['JA4', tls.ja4, hellos],
    ['JA3', tls.ja3, hellos],
    ['TCP SYN signatures', tcp.synSignatures, syns],
  ];
  return [
    ...tables.flatMap(([title, top, messages]) => table(title, top, messages, rows)),
    ...incompleteLines(http),
    ...quicLines(tls),
  ];
}

function quicLines({ quicInitialsNotRead }: ReportLayer7['tls']): string[] {
  if (quicInitialsNotRead === 0) return [];
  return [`${formatExact(quicInitialsNotRead)} QUIC Initials were too many to decrypt; --exact opens all.`, ''];
}

/** Slow clients: who never ends a request appears in no list above. */
function incompleteLines({ headerLines, incomplete: { heads, bodies, madeRoom } }: ReportLayer7['http']): string[] {
  const open = [
    ...(heads > 0 ? [`${formatExact(heads)} without the end of their head`] : []),
    ...(bodies > 0 ? [`${formatExact(bodies)} without the end of their body`] : []),
  ];
  const lines = open.length === 0 ? [] : [`HTTP requests not complete at the end: ${open.join(', ')}.`];
  if (headerLines > 0) {
    lines.push(`${formatExact(headerLines)} segments of header lines alone: requests that began before, sent slowly.`);
  }
  if (madeRoom > 0) lines.push(`${formatExact(madeRoom)} flows had to make room before their request was complete.`);
  return lines.length === 0 ? [] : [...lines, ''];
}

/** "example.com AAAA". */
function withTypes(top: ReportTop): ReportTop {
  return { ...top, byPackets: top.byPackets.map((row) => ({ ...row, key: dnsKeyText(row.key) })) };
}

function table(title: string, top: ReportTop, messages: number, rows: number): string[] {
  if (top.byPackets.length === 0) return [];
  const about = top.exact ? '' : '~';
  const lines = top.byPackets.slice(0, rows).map(({ key, packets }) => {
    const share = formatShare(messages === 0 ? Number.NaN : packets / messages);
    return `${formatExact(packets).padStart(11)} ${share.padStart(6)}  ${cleanText(key, TEXT_CELLS)}`;
  });
  return [`${title} (${about}${formatExact(top.distinct)})`, ...lines, ''];
}
