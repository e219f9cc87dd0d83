/** What the payloads said, as the report has it. */
import type { Layer7Aggregate } from '../aggregate/layer7-aggregate.js';
import type { TextRow } from '../aggregate/text-dimension.js';
import { cleanText } from '../format/clean-text.js';
import type { Layer7Losses } from '../layer7/layer7-reader.js';
import type { TextRole } from '../records/text-role.js';
import { type ReportTop, ranked } from './report-top.js';

/** Cells a text may take: all that is kept of one. */
const LONGEST_KEY = 1100;

/** Counts are messages; `packets` of a row too. `bytes`: of the frames that completed them. */
export interface ReportLayer7 {
  readonly dns: {
    readonly messages: {
      readonly queries: number;
      readonly responses: number;
      /** mDNS and LLMNR. */
      readonly multicastQueries: number;
      readonly multicastResponses: number;
      /** Without a question that can be read. */
      readonly unreadable: number;
    };
    /** Keys "name type". */
    readonly queries: ReportTop;
    readonly responses: ReportTop;
    /** mDNS and LLMNR, either direction. */
    readonly multicast: ReportTop;
  };
  readonly http: {
    readonly requests: number;
    readonly methods: ReportTop;
    readonly hosts: ReportTop;
    readonly uris: ReportTop;
    readonly userAgents: ReportTop;
    /** Method, version, number of headers, and a hash of their names in order. */
    readonly headerOrders: ReportTop;
    /** Cookie names with the class and length of their values. */
    readonly cookies: ReportTop;
    /** Segments that hold header lines alone, of requests that began before the source: slow clients. */
    readonly headerLines: number;
    /** Flows whose request was not complete: heads and bodies at the end of the source, and those that had to make room before. */
    readonly incomplete: { readonly heads: number; readonly bodies: number; readonly madeRoom: number };
  };
  readonly tls: {
    /** Over TCP and in QUIC. */
    readonly clientHellos: number;
    readonly quicClientHellos: number;
    readonly dtlsClientHellos: number;
    /** QUIC Initials that were too many to decrypt. */
    readonly quicInitialsNotRead: number;
    readonly ja3: ReportTop;
    readonly ja4: ReportTop;
    readonly serverNames: ReportTop;
  };
  /** Signatures of TCP SYNs in p0f's format. */
  readonly tcp: { readonly synSignatures: ReportTop };
}

/** `isWhole`: no packet was left out. */
export function layer7Of(layer7: Layer7Aggregate, losses: Layer7Losses, rows: number, isWhole: boolean): ReportLayer7 {
  const { counts } = layer7;
  const top = (role: TextRole) => topOf(layer7, role, rows, isWhole);
  return {
    dns: {
      messages: {
        queries: counts.dnsQueries,
        responses: counts.dnsResponses,
        multicastQueries: counts.multicastQueries,
        multicastResponses: counts.multicastResponses,
        unreadable: counts.dnsUnreadable,
      },
      queries: top('dnsQueries'),
      responses: top('dnsResponses'),
      multicast: top('dnsMulticast'),
    },
    http: {
      requests: counts.httpRequests,
      methods: top('httpMethods'),
      hosts: top('httpHosts'),
      uris: top('httpUris'),
      userAgents: top('httpUserAgents'),
      headerOrders: top('httpHeaderOrders'),
      cookies: top('httpCookies'),
      headerLines: counts.httpHeaderLines,
      incomplete: { heads: losses.openHeads, bodies: losses.openBodies, madeRoom: losses.streams },
    },
    tls: {
      clientHellos: counts.tcpHellos + counts.quicHellos,
      quicClientHellos: counts.quicHellos,
      dtlsClientHellos: counts.dtlsHellos,
      quicInitialsNotRead: losses.quicInitials,
      ja3: top('tlsJa3'),
      ja4: top('tlsJa4'),
      serverNames: top('tlsServerNames'),
    },
    tcp: { synSignatures: top('tcpSynSignatures') },
  };
}

function topOf(layer7: Layer7Aggregate, role: TextRole, rows: number, isWhole: boolean): ReportTop {
  const dimension = layer7.dimension(role);
  if (dimension === null) return { distinct: 0, exact: isWhole, byPackets: [], byBytes: [] };
  const all = dimension.top(rows).map(({ text, row }: TextRow) => ({
    key: cleanText(text, LONGEST_KEY),
    packets: row.packets,
    bytes: row.bytes,
  }));
  const { distinct, exact } = dimension.distinct();
  return { distinct, exact: exact && isWhole && !layer7.isSampled(role), ...ranked(all, rows) };
}
