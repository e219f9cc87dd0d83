/** What an evidence file says of itself: the comment of its section. One fact a line. */
import { cleanText } from '../format/clean-text.js';
import { formatDateTime } from '../format/time-format.js';
import type { EvidenceRequest } from './evidence-request.js';

/** Where the frames came from. */
export interface EvidenceOrigin {
  /** "ddostop 0.1.0". */
  readonly application: string;
  /** "ring eth0", "pcap flood.pcap". */
  readonly source: string;
  /** "flood.pcap, read again". */
  readonly frames: string;
  /** Frames lost ahead of us since the start. */
  readonly dropped: number;
}

export interface EvidenceSums {
  readonly packets: number;
  /** Packets they stand for. */
  readonly estimated: number;
  readonly bytes: number;
  /** Capture time of the packets; NaN for none. */
  readonly firstSec: number;
  readonly lastSec: number;
  readonly sampleRate: number;
  readonly remarks: readonly string[];
}

const MAX_LINE = 400;

export function evidenceComment(request: EvidenceRequest, origin: EvidenceOrigin, sums: EvidenceSums): string {
  const { incident, layer, words } = request;
  const vectors = incident?.vectors.map(({ id, name }) => `${id} (${name})`).join(', ') || 'none named';
  const lines = [
    `evidence written by ${origin.application}`,
    `selection: ${words} (${layer} header)`,
    ...(incident === null ? [] : [`incident: ${incident.id}, ${incident.words}`, `vectors: ${vectors}`]),
    `time range: ${rangeWords(request)}`,
    `packets: ${sums.packets}, ${sums.bytes} bytes on the wire, ${spanWords(sums)}`,
    `source: ${origin.source}; frames from ${origin.frames}`,
    `sampling: ${samplingWords(sums)}`,
    `loss: ${origin.dropped} frames lost ahead of ddostop since its start`,
    `complete: ${sums.remarks.length === 0 ? 'yes' : 'no'}`,
    ...sums.remarks,
  ];
  return lines.map((line) => cleanText(line, MAX_LINE)).join('\n');
}

function rangeWords({ fromSec, toSec }: EvidenceRequest): string {
  if (!Number.isFinite(fromSec) && !Number.isFinite(toSec)) return 'everything';
  const from = Number.isFinite(fromSec) ? formatDateTime(fromSec) : 'the start';
  return `${from} to ${Number.isFinite(toSec) ? formatDateTime(toSec) : 'the end'} (capture time)`;
}

const spanWords = ({ firstSec, lastSec }: EvidenceSums): string =>
  `${formatDateTime(firstSec)} to ${formatDateTime(lastSec)}`;

function samplingWords({ sampleRate, packets, estimated }: EvidenceSums): string {
  if (sampleRate === 1) return 'none, every packet';
  return `1:1 to 1:${sampleRate}; the ${packets} packets stand for about ${Math.round(estimated)}`;
}
