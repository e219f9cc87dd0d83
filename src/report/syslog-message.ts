/** An incident's news for syslog: RFC 5424, the fields as structured data so that nobody has to parse the sentence. */
import { cleanText } from '../format/clean-text.js';
import { formatBpsUnit, formatPpsUnit, formatShare } from '../format/number-format.js';
import type { Incident } from '../incident/incident.js';
import type { IncidentChange } from '../incident/incident-changes.js';

export interface SyslogOrigin {
  readonly host: string;
  readonly pid: number;
}

/** local0: what programs of a site use (RFC 5424 table 1). */
const FACILITY = 16;
const SEVERITY = { critical: 1, high: 2, medium: 3, low: 4 } as const;
/** "notice": what is over needs nobody. */
const OVER = 5;
/** Example number of RFC 5612, as a program without a number of its own is told to use. */
const STRUCTURED_ID = 'ddostop@32473';
/** A datagram that every receiver takes (RFC 5426 §3.2 asks for 480 at least, 2048 as usual). */
const MOST_BYTES = 2048;

export function syslogMessage(change: IncidentChange, nowMs: number, { host, pid }: SyslogOrigin): string {
  const { kind, incident } = change;
  const priority = FACILITY * 8 + (kind === 'ended' ? OVER : SEVERITY[incident.severity]);
  const time = new Date(nowMs).toISOString();
  const head = `<${priority}>1 ${time} ${word(host, 255)} ddostop ${pid} incident.${kind}`;
  return bounded(`${head} ${structured(incident)} ${sentence(change)}`);
}

/** One line for people; also for logger(1), which adds the rest itself. */
export function sentence({ kind, incident }: IncidentChange): string {
  const vectors = incident.vectors.map(({ name, share }) => `${name} ${formatShare(share)}`).join(', ') || 'unnamed';
  const peak = `peak ${formatPpsUnit(incident.peakPps)}, ${formatBpsUnit(incident.peakBps)}`;
  const words = `attack ${kind === 'ended' ? 'over' : kind} on ${incident.target}: ${vectors}; ${peak}; severity ${incident.severity}`;
  return cleanText(words, 600);
}

function structured({ id, target, severity, urgency, vectors, peakPps, peakBps, sources }: Incident): string {
  const fields: [string, string | number][] = [
    ['id', id],
    ['target', target],
    ['vectors', vectors.map((vector) => vector.id).join(',')],
    ['severity', severity],
    ['urgency', urgency ?? '-'],
    ['peakPps', Math.round(peakPps)],
    ['peakBps', Math.round(peakBps)],
    ['sources', sources.distinct],
    ['verdict', sources.verdict],
  ];
  return `[${STRUCTURED_ID} ${fields.map(([name, value]) => `${name}="${valueText(String(value))}"`).join(' ')}]`;
}

/** RFC 5424 §6.3.3: quote, backslash and bracket are escaped; a control character would end the line somewhere. */
function valueText(value: string): string {
  return cleanText(value, 200).replace(/(["\\\]])/g, '\\$1');
}

/** PRINTUSASCII, or the nil value. */
function word(text: string, most: number): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, most) || '-';
}

function bounded(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= MOST_BYTES) return text;
  return new TextDecoder('utf-8').decode(bytes.subarray(0, MOST_BYTES), { stream: true });
}
