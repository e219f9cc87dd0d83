/** An incident while it is watched: what it has been, and what the newest verdict adds. */

import { isHost } from '../detect/rate-window.js';
import type { TargetVerdict } from '../detect/verdict.js';
import { formatCount } from '../format/number-format.js';
import type { OwnNetworks } from './direction.js';
import { evidenceOf, timesOver } from './evidence.js';
import type { HostSignals, Impact } from './impact.js';
import { type Incident, UNJUDGED } from './incident.js';
import { relevanceOf } from './relevance.js';
import { severityOf, worse } from './severity.js';
import { urgencyOf } from './urgency.js';
import { VectorShares } from './vector-shares.js';

export type IncidentSources = Incident['sources'];

/** Shorter attacks by volume are told of on the screen only. */
const REPORTED_SEC = 3;
/** Seconds after which an attack's sources are looked at again; sooner while it is young. */
const SOURCES_EVERY_SEC = 5;
/** The trend is that of so many seconds. */
const TREND_SEC = 10;
/** Weight of the newest half second in what good traffic is left. */
const GOOD_WEIGHT = 0.2;

export interface DraftContext {
  readonly networks: OwnNetworks;
  readonly signals: HostSignals;
  readonly sourcesOf: (verdict: TargetVerdict) => IncidentSources;
}

export class IncidentDraft {
  incident: Incident;
  readonly #shares = new VectorShares();
  /** Capture time at which the sources were last looked at. */
  #sourcesSec: number;
  readonly #rates: { readonly sec: number; readonly pps: number }[] = [];
  #goodPps: number | null = null;
  #goodBeforePps: number | null = null;
  #mostTimes = 0;
  /** Since it was last over a limit. */
  #hasGoneQuiet = false;

  constructor(id: string, verdict: TargetVerdict, context: DraftContext) {
    const { target } = verdict;
    this.#sourcesSec = verdict.sec;
    const sources = context.sourcesOf(verdict);
    this.incident = {
      ...UNJUDGED,
      id,
      target: target.target,
      scope: isHost(target) ? 'host' : 'prefix',
      direction: context.networks.directionOf(target.target, sources.top),
      vectors: [],
      severity: 'low',
      isReportable: false,
      state: 'suspect',
      openedAt: verdict.sinceSec,
      detectedAt: null,
      acknowledgedAt: null,
      mitigatedAt: null,
      endedAt: null,
      peakPps: verdict.pps,
      peakBps: verdict.bps,
      peakRps: verdict.rps > 0 ? verdict.rps : null,
      packets: 0,
      bytes: 0,
      sources,
      evidence: evidenceIn(verdict),
      actions: [],
    };
    this.advance(verdict, context);
  }

  /** It was over, and came back. */
  reopen(verdict: TargetVerdict, context: DraftContext): void {
    this.#hasGoneQuiet = true;
    this.incident = { ...this.incident, endedAt: null };
    this.#rates.length = 0;
    this.advance(verdict, context);
  }

  advance(verdict: TargetVerdict, context: DraftContext): void {
    const before = this.incident;
    const isNew = before.detectedAt === null && verdict.state !== 'suspect';
    const looksAgain = verdict.over.length > 0 && (isNew || this.#isSourcesDue(verdict.sec));
    if (looksAgain) this.#sourcesSec = verdict.sec;
    const sources = looksAgain ? context.sourcesOf(verdict) : before.sources;
    const isPeak = verdict.pps > before.peakPps;
    if (verdict.state === 'ending') this.#hasGoneQuiet = true;
    const isPulse = this.#hasGoneQuiet && verdict.over.length > 0;
    if (isPulse) this.#hasGoneQuiet = false;
    this.incident = {
      ...before,
      direction: looksAgain ? context.networks.directionOf(before.target, sources.top) : before.direction,
      state: verdict.state === 'dropped' ? before.state : verdict.state,
      vectors: this.#shares.add(verdict),
      pulses: before.pulses + Number(isPulse),
      detectedAt: isNew ? verdict.sec : before.detectedAt,
      endedAt: verdict.state === 'ended' ? verdict.lastOverSec : null,
      peakPps: Math.max(before.peakPps, verdict.pps),
      peakBps: Math.max(before.peakBps, verdict.bps),
      peakRps: verdict.rps > 0 ? Math.max(before.peakRps ?? 0, verdict.rps) : before.peakRps,
      packets: before.packets + verdict.attack.reduce((sum, part) => sum + part.packets, 0),
      bytes: before.bytes + verdict.attack.reduce((sum, part) => sum + part.bytes, 0),
      sources,
      evidence: verdict.over.length > 0 && (isPeak || isNew) ? evidenceIn(verdict) : before.evidence,
      votes: verdict.judgement?.votes ?? before.votes,
    };
    this.#judge(verdict, context);
  }

  /** After 1, 2 and 4 seconds of the attack, then every SOURCES_EVERY_SEC. */
  #isSourcesDue(sec: number): boolean {
    const age = sec - this.incident.openedAt;
    return sec - this.#sourcesSec >= Math.min(SOURCES_EVERY_SEC, Math.max(1, age / 2));
  }

  #judge(verdict: TargetVerdict, { signals }: DraftContext): void {
    const before = this.incident;
    const times = timesOver(verdict.over);
    const impact = this.#impactOf(verdict, signals);
    this.#mostTimes = Math.max(this.#mostTimes, times);
    const urgency = urgencyOf({ pps: verdict.pps, times, impact, ppsBefore: this.#ppsBefore(verdict) });
    const lastedSec = Math.max(0, verdict.lastOverSec - before.openedAt);
    const { relevance, parts } = relevanceOf({
      times: this.#mostTimes,
      confidence: this.#shares.confidence,
      kinds: this.#shares.kinds(),
      lastedSec,
      votes: before.votes,
    });
    this.incident = {
      ...before,
      // What may be a crowd, or a scan, is no emergency.
      severity:
        verdict.judgement?.isAttack === false && verdict.state === 'suspect'
          ? 'low'
          : worse(before.severity, severityOf(times, impact)),
      isReportable:
        before.isReportable || lastedSec >= REPORTED_SEC || verdict.over.some(({ what }) => what === 'score'),
      urgency: verdict.state === 'ended' ? 0 : urgency.urgency,
      urgencyParts: urgency.parts,
      relevance,
      relevanceParts: parts,
    };
  }

  /** Good traffic is that of the target while it was quiet, from when on it was known. */
  #impactOf(verdict: TargetVerdict, signals: HostSignals): Impact {
    this.#goodBeforePps ??= verdict.goodBeforePps;
    const before = this.#goodPps ?? this.#goodBeforePps;
    if (before !== null) this.#goodPps = before + (verdict.goodPps - before) * GOOD_WEIGHT;
    return { ...signals, goodPps: this.#goodPps, goodBeforePps: this.#goodBeforePps };
  }

  #ppsBefore({ sec, pps }: TargetVerdict): number | null {
    this.#rates.push({ sec, pps });
    while ((this.#rates[0]?.sec ?? sec) < sec - TREND_SEC) this.#rates.shift();
    // The first second fills up: its rise is the window's, not the attack's.
    const settled = this.#rates.find((rate) => rate.sec >= this.incident.openedAt + 1);
    return settled === undefined || settled.sec === sec ? null : settled.pps;
  }
}

function evidenceIn({ over, target, hosts, judgement }: TargetVerdict): string[] {
  const words = judgement?.words ?? null;
  const sentences = [...over.map(evidenceOf), ...(words === null ? [] : [words])];
  if (isHost(target) || over.length === 0) return sentences;
  return [
    ...sentences,
    `spread over the prefix, at least ${formatCount(hosts)} hosts in a tick, none of them over a limit of its own`,
  ];
}
