/** What happened, in sentences: the first thing that is read. */
import { formatBpsUnit, formatBytes, formatCount, formatPpsUnit, formatShare } from '../../format/number-format.js';
import { formatDateTime, formatDuration } from '../../format/time-format.js';
import type { Incident } from '../../incident/incident.js';
import type { EffectRecord } from '../../incident/journal-event.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import { listed, MARK_WORDS, spanWords, vectorList } from './report-words.js';

/** Two paragraphs: what it is, and what was done. */
export function summaryParagraphs(stored: StoredIncident, nowSec: number): string[][] {
  const { incident, mark } = stored;
  const marked =
    mark === null
      ? []
      : [`It ${MARK_WORDS[mark.mark]}${mark.of === null ? '' : `, ${mark.of}`}, says ${mark.by || 'somebody'}.`];
  return [
    [whatSentence(stored), sizeSentence(incident), timeSentence(stored, nowSec)],
    [...doneSentences(stored), ...marked],
  ];
}

const SCOPES: Readonly<Record<Incident['scope'], string>> = {
  host: '',
  prefix: ', spread over many addresses of it',
  site: ', a site at the edge',
};

const ORIGINS: Readonly<Record<StoredIncident['origin'], string>> = {
  ddostop: 'ddostop',
  cloudflare: 'Cloudflare',
  fastnetmon: 'FastNetMon',
  other: 'somebody else',
};

function whatSentence({ incident, origin }: StoredIncident): string {
  const { target, scope, direction, state, vectors } = incident;
  const whose = direction === 'outgoing' ? 'An attack from our networks on' : 'An attack on';
  const what = state === 'suspect' ? 'Perhaps an attack on' : whose;
  const how = vectors.length === 0 ? 'of a kind that is not named' : `by ${vectorList(incident)}`;
  const seen = origin === 'ddostop' ? '' : `, as ${ORIGINS[origin]} tells`;
  return `${what} ${target}${SCOPES[scope]}, ${how}${seen}.`;
}

export function sizeWords({ peakPps, peakBps, peakRps }: Incident): string {
  return listed(
    [
      peakBps > 0 ? formatBpsUnit(peakBps) : '',
      peakPps > 0 ? formatPpsUnit(peakPps) : '',
      peakRps !== null && peakRps > 0 ? `${formatCount(peakRps)} requests/s` : '',
    ].filter((words) => words !== ''),
  );
}

function sizeSentence(incident: Incident): string {
  const { packets, bytes, pulses } = incident;
  const size = sizeWords(incident);
  if (size === '') return 'How large it is is not known.';
  const sum = packets > 0 ? `; ${formatCount(packets)} packets with ${formatBytes(bytes)} in all` : '';
  const back = pulses > 0 ? ` It came back ${pulses === 1 ? 'once' : `${formatCount(pulses)} times`}.` : '';
  return `At its peak it had ${size}${sum}.${back}`;
}

function timeSentence({ incident, lostSight }: StoredIncident, nowSec: number): string {
  const { openedAt, detectedAt, endedAt } = incident;
  const began = `It began ${formatDateTime(openedAt)}`;
  const called = spanWords(openedAt, detectedAt);
  const detected = called === null ? '' : `, was called an attack ${called} later`;
  if (endedAt !== null)
    return `${began}${detected} and was over ${formatDateTime(endedAt)}, after ${formatDuration(Math.max(0, endedAt - openedAt))}.`;
  if (lostSight !== null) return `${began}${detected}; whether it goes on nobody knows: ${lostSight}.`;
  return `${began}${detected} and goes on, for ${formatDuration(Math.max(0, nowSec - openedAt))} when this was written.`;
}

function doneSentences({ incident, actions, effects }: StoredIncident): string[] {
  const { openedAt, acknowledgedAt, mitigatedAt } = incident;
  const acknowledged = spanWords(openedAt, acknowledgedAt);
  const mitigated = spanWords(openedAt, mitigatedAt);
  const applied = actions.find(({ what }) => what === 'applied');
  const first = applied === undefined || applied.words === '' ? '' : ` (${applied.backend}: ${applied.words})`;
  const effect = effects.at(-1);
  return [
    acknowledged === null ? 'Nobody has acknowledged it.' : `It was acknowledged after ${acknowledged}.`,
    mitigatedAt === null
      ? 'Nothing was done against it from here.'
      : `It was mitigated after ${mitigated ?? 'no time'}${first}.`,
    ...(effect === undefined ? [] : effectSentences(effect)),
  ];
}

/** Rates before and after; what is not seen is said to be. */
export function effectSentences(effect: EffectRecord): string[] {
  const { attackBeforePps, attackAfterPps, goodBeforePps, goodAfterPps } = effect;
  return [
    changeSentence('The attack', attackBeforePps, attackAfterPps),
    changeSentence('All other traffic to the target', goodBeforePps, goodAfterPps),
  ].filter((sentence) => sentence !== '');
}

function changeSentence(what: string, before: number | null, after: number | null): string {
  if (before === null && after === null) return '';
  if (after === null) return `${what} had ${formatPpsUnit(before ?? 0)} before; after it is not seen from here.`;
  if (before === null) return `${what} had ${formatPpsUnit(after)} afterwards.`;
  const left = before > 0 && after < before ? ` (${formatShare(after / before)} of it are left)` : '';
  return `${what} went from ${formatPpsUnit(before)} to ${formatPpsUnit(after)}${left}.`;
}
