/** Opens what a SourceSpec names. The only place that knows every collector. */
import { PcapCollector } from '../../../collectors/pcap/pcap-collector.js';
import { koffiNear } from '../../../collectors/ring/libc.js';
import type { Collector } from '../../records/collector.js';
import { scenarioChunks } from '../../scenario/scenario.js';
import { openFile } from './file-source.js';
import type { SourceSpec } from './ingest-protocol.js';
import { LiveCollector } from './live-collector.js';
import { NoPackets } from './no-packets.js';

export interface OpenOptions {
  /** Of the program: optional modules are looked for from there. */
  readonly programUrl: string;
  /** A live source that breaks off is opened again, for ever. */
  readonly keepTrying: boolean;
}

export function openSource(spec: SourceSpec, { programUrl, keepTrying }: OpenOptions): Collector {
  switch (spec.kind) {
    case 'live':
      return new LiveCollector(spec, { keepTrying, loadKoffi: koffiNear(programUrl) });
    case 'demo':
      return new PcapCollector({
        name: 'demo',
        chunks: () => scenarioChunks(spec.seed, spec.startSec ?? undefined, spec.scenario),
        speed: spec.speed,
        loop: spec.loop,
      });
    case 'file':
      return openFile(spec);
    case 'none':
      return new NoPackets();
  }
}
