/** Traffic classes grouped the way an operator names traffic; the parts sum to the whole. */
import { MIX_ARP, MIX_NON_IP, type TrafficAggregate } from '../aggregate/traffic-aggregate.js';
import { TRAFFIC_CLASSES } from '../records/traffic-class.js';
import type { Ranking } from './ranked-text.js';
import type { MixRow } from './snapshot.js';

const GROUPS: Readonly<Record<string, string>> = {
  'tcp-syn': 'tcp syn',
  'tcp-syn-ecn': 'tcp syn',
  'tcp-syn-data': 'tcp syn',
  'tcp-synack-refl': 'tcp syn-ack',
  'tcp-ack': 'tcp ack',
  'tcp-pshack': 'tcp data',
  'tcp-rst': 'tcp rst',
  'tcp-fin': 'tcp fin',
  'tcp-frag': 'fragments',
  'udp-frag': 'fragments',
  'udp-rand': 'udp',
  'udp-null': 'udp empty',
  'icmp-echo': 'icmp echo',
  'icmp-refl': 'icmp reply',
  'icmp-unreach': 'icmp unreach',
  'icmp-other': 'icmp',
  'app-http-get': 'http request',
  'app-http-post': 'http request',
  'app-tls': 'tls hello',
  'app-dns-q': 'dns query',
  'ip-other': 'other ip',
  gre: 'gre',
  esp: 'esp',
};

function groupOf(index: number): string {
  if (index === MIX_ARP) return 'arp';
  if (index === MIX_NON_IP) return 'not ip';
  const entry = TRAFFIC_CLASSES[index];
  if (entry === undefined) return 'other ip';
  if (entry.kind === 'reflection') return `udp from ${entry.port}`;
  if (entry.kind === 'illegal') return entry.id.startsWith('tcp') ? 'tcp odd flags' : entry.id;
  return GROUPS[entry.id] ?? entry.id;
}

const GROUP_OF: readonly string[] = Array.from({ length: MIX_NON_IP + 1 }, (_, i) => groupOf(i));

export function trafficMix(aggregate: TrafficAggregate, { scope, windowSec }: Ranking): MixRow[] {
  const sums = new Map<string, { packets: number; bytes: number }>();
  for (const row of aggregate.mix.table.top(MIX_NON_IP + 1, scope)) {
    const name = GROUP_OF[row.words[0] as number] as string;
    const sum = sums.get(name) ?? { packets: 0, bytes: 0 };
    sum.packets += row.windowPackets;
    sum.bytes += row.windowBytes;
    sums.set(name, sum);
  }
  return [...sums]
    .map(([name, { packets, bytes }]) => ({ name, pps: packets / windowSec, bps: (bytes * 8) / windowSec }))
    .sort((a, b) => b.pps - a.pps || (a.name < b.name ? -1 : 1));
}
