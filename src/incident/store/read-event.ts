/** An event of a line, checked as far as anybody reads it: what passes can be shown and folded without another look. */
import { UNJUDGED } from '../incident.js';
import type { JournalEvent } from '../journal-event.js';
import { isFlag, isNumber, isObject, isText, listOf, objectOf, oneOf, orNull, type Shape, tableOf } from './shape.js';

/** Ids of ours are short; a longer one is somebody's attempt. */
const MAX_ID = 128;
const isId: Shape = (value) => typeof value === 'string' && value.length > 0 && value.length <= MAX_ID;

const isScoreParts = listOf(objectOf({ name: isText, value: isNumber, cap: isNumber, words: isText }));

const isIncident = objectOf({
  id: isId,
  target: isText,
  scope: oneOf('host', 'prefix', 'site'),
  direction: oneOf('incoming', 'outgoing', 'unknown'),
  vectors: listOf(
    objectOf({ id: isText, name: isText, share: isNumber, confidence: isNumber, active: isFlag, pps: isNumber }),
  ),
  severity: oneOf('low', 'medium', 'high', 'critical'),
  urgency: orNull(isNumber),
  urgencyParts: isScoreParts,
  relevance: orNull(isNumber),
  relevanceParts: isScoreParts,
  votes: listOf(objectOf({ name: isText, vote: oneOf(-1, 0, 1), words: isText })),
  pulses: isNumber,
  isReportable: isFlag,
  state: oneOf('suspect', 'attack', 'ending', 'ended'),
  openedAt: isNumber,
  detectedAt: orNull(isNumber),
  acknowledgedAt: orNull(isNumber),
  mitigatedAt: orNull(isNumber),
  endedAt: orNull(isNumber),
  peakPps: isNumber,
  peakBps: isNumber,
  peakRps: orNull(isNumber),
  packets: isNumber,
  bytes: isNumber,
  sources: objectOf({
    distinct: isNumber,
    top: listOf(objectOf({ key: isText, packets: isNumber, bytes: isNumber })),
    verdict: oneOf('spoofed', 'reflected', 'botnet', 'few', 'unknown'),
  }),
  evidence: listOf(isText),
  actions: listOf(isText),
});

const isInterval = orNull(objectOf({ estimate: isNumber, low: isNumber, high: isNumber }));
const isSeries = listOf(orNull(isNumber));
const isRate = orNull(isNumber);

const BODY: Readonly<Record<JournalEvent['kind'], Shape>> = {
  observed: objectOf({ incident: isIncident, sensor: isText }),
  alerted: objectOf({
    incident: isIncident,
    alert: objectOf({
      from: oneOf('cloudflare', 'fastnetmon', 'other'),
      reference: isText,
      details: listOf(isText),
      url: orNull(isText),
    }),
  }),
  'lost-sight': objectOf({ reason: isText }),
  acknowledged: objectOf({}),
  marked: objectOf({
    mark: orNull(oneOf('true-positive', 'false-positive', 'duplicate', 'test')),
    of: orNull(isText),
    reason: isText,
  }),
  noted: objectOf({ text: isText }),
  acted: objectOf({
    action: objectOf({
      mitigationId: isText,
      what: oneOf('applied', 'confirmed', 'extended', 'undone', 'expired', 'failed'),
      backend: isText,
      words: isText,
      rules: listOf(isText),
      ttlSec: orNull(isNumber),
    }),
  }),
  measured: objectOf({
    effect: objectOf({
      mitigationId: isText,
      seconds: isNumber,
      attackBeforePps: isRate,
      attackAfterPps: isRate,
      goodBeforePps: isRate,
      goodAfterPps: isRate,
      droppedPackets: isRate,
    }),
  }),
  signed: objectOf({
    signature: objectOf({
      words: isText,
      recall: isInterval,
      collateral: isInterval,
      backends: tableOf(listOf(isText)),
      refused: orNull(isText),
    }),
  }),
  pictured: objectOf({
    picture: objectOf({
      startSec: isNumber,
      pps: isSeries,
      attackPps: isSeries,
      bps: isSeries,
      tops: listOf(
        objectOf({
          name: isText,
          rows: listOf(objectOf({ key: isText, packets: isNumber, bytes: isNumber, share: isNumber })),
          distinct: isNumber,
          exact: isFlag,
        }),
      ),
      source: isText,
      losses: listOf(isText),
    }),
  }),
  kept: objectOf({
    file: objectOf({ path: isText, sha256: isText, bytes: isNumber, packets: isNumber, words: isText }),
  }),
  told: objectOf({
    delivery: objectOf({
      hook: isText,
      kind: isText,
      event: isText,
      ok: isFlag,
      reference: orNull(isText),
      url: orNull(isText),
      message: orNull(isText),
    }),
  }),
};

/** 'foreign': of a kind that a later version knows; it is kept and not read. Null: no event at all. */
export function readEvent(json: unknown): JournalEvent | 'foreign' | null {
  if (!isObject(json)) return null;
  const { at, incidentId, by, kind } = json;
  if (!isNumber(at) || !isId(incidentId) || !isText(by) || typeof kind !== 'string') return null;
  const shape = Object.hasOwn(BODY, kind) ? BODY[kind as JournalEvent['kind']] : null;
  if (shape === null) return 'foreign';
  // A line of an earlier version lacks what is judged since then.
  const whole = isObject(json['incident'])
    ? { ...json, incident: { ...UNJUDGED, ...json['incident'], id: incidentId } }
    : json;
  return shape(whole) ? (whole as unknown as JournalEvent) : null;
}
