/**
 * What a customer is told: what happened, what was done, what to expect. Nothing of it is anybody's own text: it is made of the target, names of
 * the catalogue, figures and times, so nothing internal can be in it.
 */
import { formatBpsUnit, formatCount, formatPpsUnit, formatShare } from '../../format/number-format.js';
import { formatDateTime, formatDuration } from '../../format/time-format.js';
import type { Incident } from '../../incident/incident.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import { vectorOf } from '../../signature/vectors/catalogue.js';
import type { ReportDocument } from './incident-document.js';
import { listed, spanWords } from './report-words.js';

export function customerUpdate(stored: StoredIncident, nowSec: number): ReportDocument {
  const { id, target } = stored.incident;
  const paragraphs = [whatHappened(stored, nowSec), whatWasDone(stored), whatToExpect(stored)];
  return {
    title: `Update on the traffic to ${target}`,
    tags: [],
    sections: ['What happened', 'What was done', 'What to expect'].map((title, i) => ({
      id: `part-${i + 1}`,
      title,
      blocks: [{ kind: 'paragraph' as const, sentences: paragraphs[i] as string[] }],
    })),
    footer: `Reference ${id}, ${formatDateTime(nowSec)}. All times are UTC.`,
  };
}

/** One line for those who decide: target, kind, size, how long, how soon, and what it did to good traffic. */
export function managementLine(stored: StoredIncident, nowSec: number): ReportDocument {
  const { incident } = stored;
  const { openedAt, detectedAt, mitigatedAt, endedAt, target } = incident;
  const detected = spanWords(openedAt, detectedAt);
  const mitigated = spanWords(openedAt, mitigatedAt);
  const lasted = formatDuration(Math.max(0, (endedAt ?? nowSec) - openedAt));
  const words = [
    `${target}: ${kindWords(incident)}`,
    sizeWords(incident),
    endedAt !== null ? `lasted ${lasted}` : `${stored.lostSight === null ? 'going on' : 'last known'} for ${lasted}`,
    detected === null ? 'time to detect not known' : `detected in ${detected}`,
    mitigatedAt === null ? 'not mitigated from here' : `mitigated in ${mitigated ?? 'no time'}`,
    goodWords(stored) ?? 'effect on good traffic not measured',
  ];
  const sentence = `${words.filter((word) => word !== '').join('; ')}.`;
  return {
    title: 'DDoS attack in one line',
    tags: [],
    sections: [{ id: 'line', title: '', blocks: [{ kind: 'paragraph', sentences: [sentence] }] }],
    footer: '',
  };
}

/** Names of the catalogue alone: others may be somebody's own words. */
function kindWords({ vectors }: Incident): string {
  const names = vectors.slice(0, 4).flatMap(({ id }) => vectorOf(id)?.name ?? []);
  return names.length === 0 ? 'unusual traffic' : listed([...new Set(names)]);
}

function sizeWords({ peakBps, peakPps, peakRps }: Incident): string {
  const sizes = [
    peakBps > 0 ? formatBpsUnit(peakBps) : '',
    peakPps > 0 ? formatPpsUnit(peakPps) : '',
    peakRps !== null && peakRps > 0 ? `${formatCount(peakRps)} requests/s` : '',
  ].filter((size) => size !== '');
  return sizes.length === 0 ? '' : `peak ${listed(sizes)}`;
}

function whatHappened(stored: StoredIncident, nowSec: number): string[] {
  const { incident, lostSight } = stored;
  const { target, openedAt, endedAt, state, direction } = incident;
  const isCalled = state !== 'suspect' && !isFalse(stored);
  const what = isCalled ? 'an attack' : 'unusual traffic';
  const way = direction === 'outgoing' ? `${what} from our networks to` : `${what} ${isCalled ? 'on' : 'to'}`;
  const began = `On ${formatDateTime(openedAt)} ${way} ${target} began`;
  const size = sizeWords(incident);
  const kind = `Its kind was ${kindWords(incident)}${size === '' ? '' : `, its ${size}`}.`;
  if (endedAt !== null) return [`${began}; it ended after ${formatDuration(Math.max(0, endedAt - openedAt))}.`, kind];
  const going =
    lostSight === null ? `and has gone on for ${formatDuration(Math.max(0, nowSec - openedAt))}` : 'and may go on';
  return [`${began} ${going}.`, kind];
}

function whatWasDone(stored: StoredIncident): string[] {
  const { openedAt, detectedAt, mitigatedAt } = stored.incident;
  const detected = spanWords(openedAt, detectedAt);
  const mitigated = spanWords(openedAt, mitigatedAt);
  const left = attackLeft(stored);
  const good = goodWords(stored);
  return [
    detected === null ? 'We were told of it.' : `We detected it ${detected} after it began.`,
    mitigatedAt === null
      ? 'No filter of ours had to be put in place so far.'
      : `A filter against it was in place ${mitigated ?? 'at once'}${mitigated === null ? '' : ' after it began'}.`,
    ...(left === null ? [] : [`Since then ${left} of the attack reaches you.`]),
    ...(good === null ? [] : [`Measured after that: ${good}.`]),
  ];
}

/** Somebody looked and found that it was none. */
function isFalse({ mark }: StoredIncident): boolean {
  return mark?.mark === 'false-positive' || mark?.mark === 'test';
}

function whatToExpect(stored: StoredIncident): string[] {
  const { state, mitigatedAt } = stored.incident;
  if (isFalse(stored)) return ['A closer look showed that it was no attack. You need not do anything.'];
  const watch = 'We go on watching it; attacks of this kind often come back, and we will tell you if this one does.';
  if (state === 'ended') return ['The attack is over and you need not do anything.', watch];
  if (stored.lostSight !== null) return ['We are looking into how it stands at the moment, and will tell you.', watch];
  const now =
    mitigatedAt === null
      ? 'Your service may be slow or hard to reach while it lasts.'
      : 'A few visitors may still notice it while it lasts.';
  return [now, 'We will write again when it is over or anything changes.'];
}

function attackLeft({ effects }: StoredIncident): string | null {
  const effect = effects.at(-1);
  if (effect === undefined || effect.attackBeforePps === null || effect.attackAfterPps === null) return null;
  if (!(effect.attackBeforePps > 0)) return null;
  return formatShare(Math.min(1, effect.attackAfterPps / effect.attackBeforePps));
}

/** Null: not measured. */
function goodWords({ effects }: StoredIncident): string | null {
  const effect = effects.at(-1);
  if (effect === undefined || effect.goodBeforePps === null || effect.goodAfterPps === null) return null;
  const { goodBeforePps: before, goodAfterPps: after } = effect;
  if (!(before > 0)) return null;
  if (after >= before) return 'good traffic is not less than before the filter';
  return `good traffic is at ${formatShare(after / before)} of what it was before the filter`;
}
