/** What texts found in payloads are called, what their shares are of, and how they are shown. */
import { cleanText } from '../../src/format/clean-text.js';
import { dnsKeyText } from '../../src/format/dns-type-name.js';
import type { PayloadTexts, TextRole } from '../../src/snapshot/snapshot.js';

/** What one message is: a name asked for, a request... */
export type MessageKind = 'requests' | 'queries' | 'answers' | 'multicast' | 'hellos' | 'syns';

export interface TextRoleWords {
  /** Title of its table. */
  readonly label: string;
  /** Of one text. */
  readonly one: string;
  /** Head of the column. */
  readonly head: string;
  readonly kind: MessageKind;
  /** Cells of text a column should have, and those more of which would show nothing. */
  readonly cells: number;
  readonly growTo: number;
}

const words = (
  kind: MessageKind,
  label: string,
  one: string,
  head: string,
  cells: number,
  growTo: number,
): TextRoleWords => ({ kind, label, one, head, cells, growTo });

export const TEXT_WORDS: Readonly<Record<TextRole, TextRoleWords>> = {
  httpUris: words('requests', 'HTTP targets', 'HTTP target', 'TARGET', 34, 240),
  httpUserAgents: words('requests', 'User agents', 'User agent', 'USER AGENT', 34, 240),
  httpHosts: words('requests', 'HTTP hosts', 'HTTP host', 'HOST', 22, 64),
  httpHeaderOrders: words('requests', 'Header orders', 'Header order', 'HEADER ORDER', 20, 24),
  httpCookies: words('requests', 'Cookies', 'Cookie names and values', 'COOKIES', 28, 160),
  httpMethods: words('requests', 'HTTP methods', 'HTTP method', 'METHOD', 10, 24),
  dnsQueries: words('queries', 'DNS names asked for', 'DNS name asked for', 'NAME', 26, 100),
  dnsResponses: words('answers', 'DNS names answered', 'DNS name answered', 'NAME', 26, 100),
  dnsMulticast: words('multicast', 'mDNS and LLMNR names', 'mDNS or LLMNR name', 'NAME', 26, 100),
  tlsServerNames: words('hellos', 'TLS server names', 'TLS server name', 'SERVER NAME', 24, 64),
  tlsJa4: words('hellos', 'JA4', 'JA4', 'JA4', 36, 36),
  tlsJa3: words('hellos', 'JA3', 'JA3', 'JA3', 32, 32),
  tcpSynSignatures: words('syns', 'SYN signatures', 'SYN signature', 'SYN SIGNATURE', 34, 90),
};

/** In the order of the panes: an attack on a web site first. */
export const TEXT_ORDER: readonly TextRole[] = [
  'httpUris',
  'httpUserAgents',
  'httpHosts',
  'httpHeaderOrders',
  'httpCookies',
  'httpMethods',
  'dnsQueries',
  'dnsResponses',
  'dnsMulticast',
  'tlsServerNames',
  'tlsJa4',
  'tlsJa3',
  'tcpSynSignatures',
];

/** Messages of a kind. */
export function messagesOf(kind: MessageKind, counts: PayloadTexts['messages']): number {
  switch (kind) {
    case 'requests':
      return counts.httpRequests;
    case 'queries':
      return counts.dnsQueries;
    case 'answers':
      return counts.dnsResponses;
    case 'multicast':
      return counts.multicastQueries + counts.multicastResponses;
    case 'hellos':
      return counts.tcpHellos + counts.quicHellos + counts.dtlsHellos;
    case 'syns':
      return counts.syns;
  }
}

/** A key as people read it: one clean line. */
export function shownText(role: TextRole, key: string, maxCells: number): string {
  return cleanText(TEXT_WORDS[role].head === 'NAME' ? dnsKeyText(key) : key, maxCells);
}
