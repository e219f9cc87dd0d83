/** Opens what a SourceSpec names. The only place that knows every collector. */
import { PcapCollector } from '../../collectors/pcap/pcap-collector.js';
import { TcpdumpCollector } from '../../collectors/pcap/tcpdump-collector.js';
import type { Collector } from '../records/collector.js';
import { scenarioChunks } from '../scenario/scenario.js';
import type { SourceSpec } from './ingest-protocol.js';

export function openSource(spec: SourceSpec): Collector {
  switch (spec.kind) {
    case 'live':
      return new TcpdumpCollector({ interfaceName: spec.interface, filter: spec.filter, snapLen: spec.snapLen });
    case 'demo':
      return new PcapCollector({
        name: 'demo',
        chunks: () => scenarioChunks(spec.seed, spec.startSec ?? undefined),
        speed: spec.speed,
        loop: spec.loop,
      });
    case 'file':
      return new PcapCollector({ path: spec.path, speed: spec.speed, loop: spec.loop, follow: spec.follow });
  }
}

/** Capture time runs against the wall clock. */
export function isPaced(spec: SourceSpec): boolean {
  return spec.kind === 'live' || spec.speed !== 'max' || (spec.kind === 'file' && (spec.follow || spec.path === '-'));
}
