/** Opens what a SourceSpec names. The only place that knows every collector. */
import { basename } from 'node:path';
import { filteredChunks } from '../../collectors/pcap/filtered-file.js';
import { PcapCollector } from '../../collectors/pcap/pcap-collector.js';
import { koffiNear } from '../../collectors/ring/libc.js';
import { UserError } from '../errors.js';
import type { ReadingMode } from '../layer7/layer7-reader.js';
import type { Collector } from '../records/collector.js';
import { scenarioChunks } from '../scenario/scenario.js';
import type { SourceSpec } from './ingest-protocol.js';
import { LiveCollector } from './live-collector.js';

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
        chunks: () => scenarioChunks(spec.seed, spec.startSec ?? undefined),
        speed: spec.speed,
        loop: spec.loop,
      });
    case 'file':
      return spec.filter === '' ? new PcapCollector(spec) : filteredFile(spec);
  }
}

function filteredFile(spec: SourceSpec & { readonly kind: 'file' }): Collector {
  const { path, filter, speed, loop } = spec;
  if (path === '-' || spec.follow) {
    throw new UserError(
      'USAGE',
      'a filter on a stream is not possible here',
      'Filter where it is captured: tcpdump -w - FILTER | ddostop -r -.',
    );
  }
  return new PcapCollector({ name: `pcap ${basename(path)}`, chunks: () => filteredChunks(path, filter), speed, loop });
}

/** How much of the payloads may be read: a second of a file takes no time, one of an interface takes a second. */
export function readingOf(spec: SourceSpec): ReadingMode {
  return spec.kind === 'live' || spec.speed !== 'max' ? 'perSecond' : 'inAll';
}

/** Capture time runs against the wall clock. */
export function isPaced(spec: SourceSpec): boolean {
  return spec.kind === 'live' || spec.speed !== 'max' || (spec.kind === 'file' && (spec.follow || spec.path === '-'));
}
