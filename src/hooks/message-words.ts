/** A message in words: the values of placeholders, the built-in texts, and the facts line by line. */
import type { Placeholder } from '../config/hook-config.js';
import {
  formatBpsUnit,
  formatBytes,
  formatCount,
  formatExact,
  formatPpsUnit,
  formatShare,
} from '../format/number-format.js';
import { formatDateTime, formatDuration } from '../format/time-format.js';
import type { HeldBack, HookMessage } from './hook-message.js';
import { fillTemplate } from './template.js';

export const DEFAULT_TITLE = '{test}{severity} DDoS {event}: {target}, {vectors}, peak {peakPps}';
export const DEFAULT_TEXT =
  '{test}Attack on {target} ({direction}), {state}: {vectors}. Peak {peakPps}, {peakBps}. Sources: {sources}.';
const TEST_MARK = 'TEST, no attack: ';

export type Values = Readonly<Record<Placeholder, string>>;

/** Not escaped for any medium: that is done where they are put in. */
export function valuesOf(message: HookMessage, link: string | null): Values {
  const { facts, event, isTest } = message;
  const values = {
    id: facts.id,
    event,
    target: facts.target,
    scope: facts.scope,
    direction: facts.direction,
    vectors: vectorWords(message),
    severity: facts.severity,
    urgency: facts.urgency === null ? '-' : String(Math.round(facts.urgency)),
    relevance: facts.relevance === null ? '-' : String(Math.round(facts.relevance)),
    state: facts.state,
    peakPps:
      facts.peakRps === null || facts.peakPps > 0
        ? formatPpsUnit(facts.peakPps)
        : `${formatCount(facts.peakRps)} requests/s`,
    peakBps: formatBpsUnit(facts.peakBps),
    sources: sourceWords(message),
    opened: formatDateTime(facts.openedAt),
    ended: facts.endedAt === null ? '-' : formatDateTime(facts.endedAt),
    duration: formatDuration((facts.endedAt ?? message.at) - facts.openedAt),
    sensor: facts.sensor,
    note: facts.note ?? '',
    test: isTest ? TEST_MARK : '',
    url: '',
  };
  return { ...values, url: link === null ? '' : linkOf(link, values) };
}

/** Each value becomes one part of the URL; what is no http address then is no link. */
function linkOf(link: string, values: Omit<Values, 'url'>): string {
  const text = fillTemplate(link, { ...values, url: '' }, encodeURIComponent);
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href.slice(0, 2000) : '';
}

function vectorWords({ facts: { vectors } }: HookMessage): string {
  if (vectors.length === 0) return 'unknown vector';
  const shown = vectors.slice(0, 4).map(({ name, share }) => `${name} ${formatShare(share)}`);
  return [...shown, ...(vectors.length > 4 ? [`${vectors.length - 4} more`] : [])].join(', ');
}

function sourceWords({ facts: { sources } }: HookMessage): string {
  return `${formatCount(sources.distinct)}, ${sources.verdict}`;
}

export type FactLine = readonly [label: string, words: string];

/** What happened, for a ticket, a comment, a message; in the order people ask. */
export function factLines(message: HookMessage, held: HeldBack | null, link: string | null): FactLine[] {
  const { facts, event } = message;
  const values = valuesOf(message, link);
  const lines: (FactLine | null)[] = [
    ['Event', `${message.isTest ? TEST_MARK : ''}${event}, ${formatDateTime(message.at)}`],
    event === 'note' && facts.note !== null ? ['Note', facts.note] : null,
    ['Target', `${facts.target} (${facts.scope}, ${facts.direction})`],
    ['State', facts.state],
    ['Severity', `${facts.severity}, urgency ${values.urgency}, relevance ${values.relevance}`],
    ['Vectors', values.vectors],
    [
      'Peak',
      [
        values.peakPps,
        values.peakBps,
        ...(facts.peakRps === null ? [] : [`${formatCount(facts.peakRps)} requests/s`]),
      ].join(', '),
    ],
    ['So far', `${formatExact(facts.packets)} packets, ${formatBytes(facts.bytes)}`],
    ['Sources', [values.sources, ...facts.sources.top.slice(0, 5).map(({ key }) => key)].join(', ')],
    ['Began', values.opened],
    timeLine('Detected', facts.detectedAt),
    timeLine('Acknowledged', facts.acknowledgedAt),
    timeLine('Mitigated', facts.mitigatedAt),
    timeLine('Ended', facts.endedAt),
    ['Duration', values.duration],
    facts.mark === null ? null : ['Mark', facts.mark],
    facts.signature === null ? null : ['Signature', facts.signature],
    ...facts.evidence.map((text): FactLine => ['Evidence', text]),
    ...facts.actions.map((text): FactLine => ['Action', text]),
    ['Incident', `${facts.id} of ${facts.sensor}`],
    values.url === '' ? null : ['Link', values.url],
    heldLine(message, held),
  ];
  return lines.filter((line) => line !== null);
}

/** Empty: nothing was held back. */
export function heldWords({ merged }: HookMessage, held: HeldBack | null): string {
  const waiting = held?.waiting ?? 0;
  return [
    ...(merged > 0 ? [`${formatExact(merged)} earlier updates are part of this one`] : []),
    ...(waiting > 0 ? [`${formatExact(waiting)} messages wait for the rate limit`] : []),
  ].join('; ');
}

function heldLine(message: HookMessage, held: HeldBack | null): FactLine | null {
  const words = heldWords(message, held);
  return words === '' ? null : ['Held back', words];
}

function timeLine(label: string, at: number | null): FactLine | null {
  return at === null ? null : [label, formatDateTime(at)];
}

/** Epoch seconds as machines read it: "2026-11-22T12:04:31.000Z". */
export function isoTime(epochSec: number | null): string | null {
  if (epochSec === null) return null;
  const date = new Date(epochSec * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** At most `most` UTF-16 units, never half a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = most - 1;
  const isHalf = /[\ud800-\udbff]/.test(text[end - 1] ?? '');
  return `${text.slice(0, isHalf ? end - 1 : end)}…`;
}
