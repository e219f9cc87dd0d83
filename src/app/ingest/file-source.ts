/** Opens a capture file or stream. Apart from the other sources: a report of a file loads no more than this. */
import { basename } from 'node:path';
import { filteredChunks } from '../../../collectors/pcap/filtered-file.js';
import { PcapCollector } from '../../../collectors/pcap/pcap-collector.js';
import { UserError } from '../../errors.js';
import type { Collector } from '../../records/collector.js';
import type { SourceSpec } from './ingest-protocol.js';

export type FileSpec = SourceSpec & { readonly kind: 'file' };

export function openFile(spec: FileSpec): Collector {
  return spec.filter === '' ? new PcapCollector(spec) : filteredFile(spec);
}

function filteredFile(spec: FileSpec): Collector {
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
