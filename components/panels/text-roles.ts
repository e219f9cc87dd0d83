/** What texts found in payloads and in an edge's log are called, what their shares are of, and how they are shown. */
import { cleanText } from '../../src/format/clean-text.js';
import { dnsKeyText } from '../../src/format/dns-type-name.js';
import type { EdgeFilterPart, EdgeRole } from '../../src/records/edge-role.js';
import type { ShownRole } from '../../src/snapshot/shown-role.js';
import type { PayloadTexts, TextRole } from '../../src/snapshot/snapshot.js';

/** What one message of payloads is: a name asked for, a request... */
export type MessageKind = 'requests' | 'queries' | 'answers' | 'multicast' | 'hellos' | 'syns';

export interface TextRoleWords {
  /** Title of its table. */
  readonly label: string;
  /** Of one text. */
  readonly one: string;
  /** Head of the column. */
  readonly head: string;
  readonly kind: MessageKind | 'edge';
  /** Cells of text a column should have, and those more of which would show nothing. */
  readonly cells: number;
  readonly growTo: number;
}

const words = (
  kind: TextRoleWords['kind'],
  label: string,
  one: string,
  head: string,
  cells: number,
  growTo: number,
): TextRoleWords => ({ kind, label, one, head, cells, growTo });

export const TEXT_WORDS: Readonly<Record<ShownRole, TextRoleWords>> = {
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
  edgePaths: words('edge', 'Paths', 'Path, numbers and random words masked', 'PATH', 34, 240),
  edgeUserAgents: words('edge', 'User agents', 'User agent', 'USER AGENT', 34, 240),
  edgeHosts: words('edge', 'Hosts', 'Host', 'HOST', 22, 64),
  edgeClients: words('edge', 'Clients', 'Client', 'CLIENT', 18, 42),
  edgeAsns: words('edge', 'Networks', 'Network (ASN)', 'ASN', 10, 24),
  edgeCountries: words('edge', 'Countries', 'Country', 'COUNTRY', 8, 24),
  edgeJa4: words('edge', 'JA4', 'JA4', 'JA4', 36, 36),
  edgeJa3: words('edge', 'JA3', 'JA3', 'JA3', 32, 32),
  edgeMethods: words('edge', 'Methods', 'Method', 'METHOD', 10, 24),
  edgeStatuses: words('edge', 'Status', 'Status of the answer', 'STATUS', 6, 12),
  edgeCacheStatuses: words('edge', 'Cache', 'Cache status', 'CACHE', 11, 24),
  edgeSecurityActions: words('edge', 'Actions taken', 'Security action', 'ACTION', 20, 40),
  edgeSecuritySources: words('edge', 'Taken by', 'What took the action', 'BY', 18, 40),
  edgeRules: words('edge', 'Rules that matched', 'Rule', 'RULE', 32, 34),
  edgeReferers: words('edge', 'Referers', 'Host of the referer', 'REFERER', 22, 64),
  edgeProtocols: words('edge', 'HTTP versions', 'HTTP version', 'VERSION', 10, 16),
  edgeColos: words('edge', 'Data centres', 'Data centre', 'COLO', 6, 12),
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

/** An edge's: who sends what to where first, then what was done about it. */
export const EDGE_ORDER: readonly EdgeRole[] = [
  'edgePaths',
  'edgeClients',
  'edgeUserAgents',
  'edgeJa4',
  'edgeHosts',
  'edgeAsns',
  'edgeCountries',
  'edgeSecurityActions',
  'edgeStatuses',
  'edgeCacheStatuses',
  'edgeMethods',
  'edgeJa3',
  'edgeReferers',
  'edgeSecuritySources',
  'edgeRules',
  'edgeProtocols',
  'edgeColos',
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
export function shownText(role: ShownRole, key: string, maxCells: number): string {
  return cleanText(TEXT_WORDS[role].head === 'NAME' ? dnsKeyText(key) : key, maxCells);
}

/** Of a filter's chip. */
export const edgeFilterWords = ({ role, value }: EdgeFilterPart): string =>
  `${TEXT_WORDS[role].one.split(/[,(]/)[0]!.trim().toLowerCase()} ${value}`;
