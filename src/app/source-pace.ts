/** How a source runs against the wall clock. */
import type { ReadingMode } from '../layer7/layer7-reader.js';
import type { SourceSpec } from './ingest-protocol.js';

/** How much of the payloads may be read: a second of a file takes no time, one of an interface takes a second. */
export function readingOf(spec: SourceSpec): ReadingMode {
  return spec.kind === 'live' || spec.speed !== 'max' ? 'perSecond' : 'inAll';
}

/** Capture time runs against the wall clock. */
export function isPaced(spec: SourceSpec): boolean {
  return spec.kind === 'live' || spec.speed !== 'max' || (spec.kind === 'file' && (spec.follow || spec.path === '-'));
}
