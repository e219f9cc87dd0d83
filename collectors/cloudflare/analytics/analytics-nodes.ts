/**
 * What is asked of the analytics: one entry a query, each a list of groups of a node. Names: Cloudflare's GraphQL schema; dimensions in the order in which
 * they can be missed least, since a node allows some 30 fields.
 */
import type { EdgeRowKind, EdgeSystem } from '../../../src/records/edge-network-rows.js';

/** A field, or the first of several that is available. */
export type Wanted = string | readonly string[];

export interface AnalyticsNode {
  /** Alias in the document, and name of the answer. */
  readonly id: string;
  readonly kind: EdgeRowKind;
  readonly system: EdgeSystem | null;
  readonly scope: 'account' | 'zone';
  /** The node by its names, the newest first. */
  readonly names: readonly string[];
  /** In words, for remarks. */
  readonly title: string;
  readonly everySec: number;
  readonly bucketSec: number;
  /** Asked for the first time, and at most. */
  readonly reachSec: number;
  /** Asked again each time, since data comes late; null: all of `reachSec`. */
  readonly overlapSec: number | null;
  readonly limit: number;
  /** The field that a span of time is a filter on. */
  readonly timeName: 'datetime' | 'startDatetime';
  /** Without it there is nothing to ask. The first is the time of a row. */
  readonly needs: readonly string[];
  readonly wants: readonly Wanted[];
  readonly filter: string;
  readonly order: string;
}

const MINUTE = 60;
/**
 * Paces below: six nodes every 10 s, ten every 30 s, one a minute, 285 in 5 minutes where an account has all of them. It is not said whether a document counts
 * as one of 300 queries or as its nodes: so they stay below either way.
 */
const FAST_SEC = 10;
const SLOW_SEC = 30;
const SUMS = ['sum.packets', 'sum.bits'];

const ROW_WANTS: readonly Wanted[] = [
  'dimensions.outcome',
  ['dimensions.ipDestinationAddress', 'dimensions.ipDestinationSubnet'],
  ['dimensions.ipSourceAddress', 'dimensions.ipSourceSubnet'],
  'dimensions.ipProtocol',
  'dimensions.sourcePort',
  'dimensions.destinationPort',
  ['dimensions.tcpFlags', 'dimensions.tcpFlagsString'],
  ['dimensions.ipTotalLength', 'dimensions.ipTotalLengthBuckets'],
  ['dimensions.ipTtl', 'dimensions.ipTtlBuckets'],
  'dimensions.sourceCountry',
  'dimensions.sourceAsn',
  'dimensions.sourceAsnName',
];
/** Each node has some of them. */
const ROW_SPECIALS: Readonly<Record<EdgeSystem, readonly string[]>> = {
  dosd: ['attackId', 'attackVector', 'ruleName', 'mitigationReason'],
  flowtrackd: ['mitigationReason', 'verdict'],
  magicTransit: ['mitigationSystem'],
  spectrum: ['mitigationSystem'],
  magicFirewall: ['ruleId', 'verdict'],
};
const ROW_EXTRAS: readonly Wanted[] = [
  'dimensions.tcpWindowSize',
  'dimensions.ipFragmentOffset',
  'dimensions.ipMoreFragments',
  'dimensions.coloCode',
  'dimensions.icmpType',
  'dimensions.icmpCode',
  'dimensions.udpPayloadLength',
  'dimensions.tcpMss',
];

const NETWORKS: readonly { readonly system: EdgeSystem; readonly names: readonly string[]; readonly title: string }[] =
  [
    { system: 'magicTransit', names: ['magicTransitNetworkAnalyticsAdaptiveGroups'], title: 'Magic Transit packets' },
    { system: 'spectrum', names: ['spectrumNetworkAnalyticsAdaptiveGroups'], title: 'Spectrum packets' },
    { system: 'dosd', names: ['dosdNetworkAnalyticsAdaptiveGroups'], title: 'packets of network DDoS protection' },
    {
      system: 'flowtrackd',
      // The second is what the first was called.
      names: ['advancedTcpProtectionNetworkAnalyticsAdaptiveGroups', 'flowtrackdNetworkAnalyticsAdaptiveGroups'],
      title: 'packets of Advanced TCP Protection',
    },
    {
      system: 'magicFirewall',
      names: ['magicFirewallNetworkAnalyticsAdaptiveGroups'],
      title: 'packets of Network Firewall',
    },
  ];

const BASE = { system: null, scope: 'account', timeName: 'datetime', filter: '', overlapSec: MINUTE } as const;

const NETWORK_NODES: readonly AnalyticsNode[] = NETWORKS.flatMap((network) => [
  {
    ...BASE,
    ...network,
    id: `${network.system}Series`,
    kind: 'points' as const,
    everySec: FAST_SEC,
    bucketSec: 10,
    reachSec: 15 * MINUTE,
    limit: 1000,
    needs: ['dimensions.datetimeTenSeconds', ...SUMS, 'dimensions.outcome'],
    wants: [],
    order: 'datetimeTenSeconds_DESC',
  },
  {
    ...BASE,
    ...network,
    id: `${network.system}Rows`,
    kind: 'rows' as const,
    everySec: SLOW_SEC,
    bucketSec: MINUTE,
    reachSec: 10 * MINUTE,
    limit: 1500,
    needs: ['dimensions.datetimeMinute', ...SUMS],
    wants: [...ROW_WANTS, ...ROW_SPECIALS[network.system].map((name) => `dimensions.${name}`), ...ROW_EXTRAS],
    order: 'sum_packets_DESC',
  },
]);

export const ANALYTICS_NODES: readonly AnalyticsNode[] = [
  {
    ...BASE,
    id: 'attacks',
    kind: 'attacks',
    title: 'network attacks',
    names: ['dosdAttackAnalyticsGroups'],
    everySec: FAST_SEC,
    bucketSec: 1,
    // Rows of attacks that go on change: all of them again. By their start, since what the end of such a one is, is not documented.
    reachSec: 24 * 60 * MINUTE,
    overlapSec: null,
    limit: 200,
    timeName: 'startDatetime',
    needs: ['startDatetime', 'attackId'],
    wants: [
      'endDatetime',
      'attackVector',
      'packets',
      'bits',
      'droppedPackets',
      'droppedBits',
      'destinationIp',
      'destinationPort',
      'ipProtocolName',
      'ruleName',
      'mitigationType',
      'mitigationReason',
      'sourceIp',
      'tcpFlagsNames',
    ],
    order: 'startDatetime_DESC',
  },
  ...NETWORK_NODES,
  {
    ...BASE,
    id: 'tunnels',
    kind: 'tunnels',
    title: 'tunnel traffic',
    names: ['magicTransitTunnelTrafficAdaptiveGroups'],
    everySec: MINUTE,
    bucketSec: 5 * MINUTE,
    reachSec: 15 * MINUTE,
    overlapSec: 5 * MINUTE,
    limit: 500,
    needs: ['dimensions.datetimeFiveMinutes', ...SUMS, 'dimensions.tunnelName'],
    wants: ['dimensions.direction'],
    order: 'sum_bits_DESC',
  },
  {
    ...BASE,
    id: 'tunnelChecks',
    kind: 'checks',
    title: 'tunnel health',
    names: ['magicTransitTunnelHealthChecksAdaptiveGroups'],
    everySec: SLOW_SEC,
    bucketSec: MINUTE,
    reachSec: 5 * MINUTE,
    overlapSec: MINUTE,
    limit: 2000,
    needs: ['dimensions.datetimeMinute', 'avg.tunnelState', 'dimensions.tunnelName'],
    wants: ['dimensions.edgeColoCode'],
    order: 'datetimeMinute_DESC',
  },
  {
    ...BASE,
    id: 'flows',
    kind: 'flows',
    title: 'flow data of routers',
    names: ['mnmFlowDataAdaptiveGroups'],
    everySec: SLOW_SEC,
    bucketSec: MINUTE,
    reachSec: 10 * MINUTE,
    limit: 500,
    needs: ['dimensions.datetimeMinute', ...SUMS],
    wants: ['dimensions.destinationAddress', 'dimensions.sourceAddress', 'dimensions.protocolString'],
    order: 'sum_bits_DESC',
  },
  {
    ...BASE,
    id: 'httpStatus',
    kind: 'http',
    title: 'requests by status',
    scope: 'zone',
    names: ['httpRequestsAdaptiveGroups'],
    everySec: SLOW_SEC,
    bucketSec: MINUTE,
    reachSec: 15 * MINUTE,
    limit: 1000,
    needs: ['dimensions.datetimeMinute', 'count'],
    wants: ['dimensions.edgeResponseStatus', 'dimensions.cacheStatus', 'sum.edgeResponseBytes'],
    // Not what Workers ask among themselves.
    filter: ', requestSource: "eyeball"',
    order: 'count_DESC',
  },
  {
    ...BASE,
    id: 'httpHosts',
    kind: 'http',
    title: 'requests by host',
    scope: 'zone',
    names: ['httpRequestsAdaptiveGroups'],
    everySec: SLOW_SEC,
    bucketSec: MINUTE,
    reachSec: 10 * MINUTE,
    limit: 500,
    needs: ['dimensions.datetimeMinute', 'count', 'dimensions.clientRequestHTTPHost'],
    wants: ['dimensions.clientCountryName', 'sum.edgeResponseBytes'],
    filter: ', requestSource: "eyeball"',
    order: 'count_DESC',
  },
  {
    ...BASE,
    id: 'firewallEvents',
    kind: 'firewall',
    title: 'firewall events',
    scope: 'zone',
    names: ['firewallEventsAdaptiveGroups'],
    everySec: SLOW_SEC,
    bucketSec: MINUTE,
    reachSec: 10 * MINUTE,
    limit: 500,
    needs: ['dimensions.datetimeMinute', 'count', 'dimensions.action', 'dimensions.source'],
    wants: ['dimensions.ruleId', 'dimensions.clientRequestHTTPHost', 'dimensions.clientCountryName'],
    filter: '',
    order: 'count_DESC',
  },
];
