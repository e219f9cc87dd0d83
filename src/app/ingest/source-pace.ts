/** How a source runs against the wall clock. */
import type { ReadingMode } from '../../layer7/layer7-reader.js';
import type { SourceSpec } from './ingest-protocol.js';

/** How much of the payloads may be read: a second of a file takes no time, one of an interface takes a second. */
export function readingOf(spec: SourceSpec): ReadingMode {
  return isUnpaced(spec) ? 'inAll' : 'perSecond';
}

/** Capture time runs against the wall clock. */
export function isPaced(spec: SourceSpec): boolean {
  return !isUnpaced(spec) || (spec.kind === 'file' && (spec.follow || spec.path === '-'));
}

/** Read as fast as it goes. */
function isUnpaced(spec: SourceSpec): boolean {
  return (spec.kind === 'file' || spec.kind === 'demo') && spec.speed === 'max';
}
