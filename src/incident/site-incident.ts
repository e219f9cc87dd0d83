/** A host at an edge that gets far more requests than before, as an incident: the same list, the same urgency, its own evidence. */
import { formatPps, formatShare } from '../format/number-format.js';
import { formatDuration } from '../format/time-format.js';
import type { EdgeRole } from '../records/edge-role.js';
import type { EdgeOnsetView, EdgeView } from '../snapshot/edge-view.js';
import { NO_SIGNALS } from './impact.js';
import { type CrowdVote, type Incident, UNJUDGED } from './incident.js';
import { relevanceOf } from './relevance.js';
import { severityOf, worse } from './severity.js';
import { urgencyOf } from './urgency.js';

/** Tables of the view that its votes and its senders are read from. */
export const VOTE_ROLES: readonly EdgeRole[] = ['edgeJa4', 'edgeUserAgents', 'edgeAsns', 'edgePaths', 'edgeClients'];
/** What an onset has to be over: EdgeOnsets. */
const FACTOR = 4;
const LEAST_RPS = 50;
/** Half of it must be as before, or it is no crowd of people: bots by their score, one network, one program, one path. */
const BOT_SHARE = 0.25;
const ONE_SHARE = 0.2;
const PATH_SHARE = 0.6;
/** Net votes from which it is called an attack. */
const ATTACK_VOTES = 2;
const SHOWN_SOURCES = 10;
/** Tens of the bot score that are "automated" or "likely automated": 1 to 29. */
const BOT_TENS = 3;
const LEAST_WINDOW_SEC = 3;

/** `idPrefix`: of the run; an onset keeps its id for as long as it is told. `before`: what came of the view before, for peaks, votes and states. */
export function siteIncidentsOf(view: EdgeView, idPrefix: string, before: readonly Incident[]): Incident[] {
  return view.onsets.map((onset) => {
    const incident = siteIncident(onset, view, idPrefix);
    const known = before.find(({ id }) => id === incident.id);
    return known === undefined ? incident : goesOn(known, incident);
  });
}

/** What was called an attack is not taken back by one calm second; what it was called by stays when it is over. */
function goesOn(before: Incident, incident: Incident): Incident {
  const isOver = incident.state === 'ended';
  const wasAttack = before.state === 'attack' || before.state === 'ended';
  const peak = Math.max(before.peakPps, incident.peakPps);
  return {
    ...incident,
    state: isOver ? 'ended' : wasAttack ? 'attack' : incident.state,
    severity: wasAttack ? worse(before.severity, incident.severity) : incident.severity,
    votes: isOver ? before.votes : incident.votes,
    vectors: wasAttack
      ? incident.vectors.map((vector, i) => ({ ...vector, name: before.vectors[i]?.name ?? vector.name }))
      : incident.vectors,
    sources: isOver ? before.sources : incident.sources,
    peakPps: peak,
    peakRps: peak,
    peakBps: Math.max(before.peakBps, incident.peakBps),
    packets: Math.max(before.packets, incident.packets),
    evidence: peak > before.peakPps ? incident.evidence : before.evidence,
  };
}

function siteIncident(onset: EdgeOnsetView, view: EdgeView, idPrefix: string): Incident {
  const { host, sinceSec, endSec, rps, baselineRps } = onset;
  const limit = Math.max(LEAST_RPS, FACTOR * baselineRps);
  const times = rps / limit;
  const errors = shareOf(view.statusClasses, 5);
  const impact = { ...NO_SIGNALS, serverErrorShare: errors, goodPps: null, goodBeforePps: null };
  const votes = endSec === null ? votesOf(view, onset) : [];
  const net = votes.reduce((sum, { vote }) => sum + vote, 0);
  const lastedSec = (endSec ?? view.nowSec) - sinceSec;
  const { urgency, parts } = urgencyOf({ pps: rps, times, impact, ppsBefore: null });
  const { relevance, parts: relevanceParts } = relevanceOf({
    times,
    confidence: Math.max(0, Math.min(1, 0.5 + net / 8)),
    kinds: [{ kind: 'request', share: 1 }],
    lastedSec,
    votes,
  });
  const state = endSec !== null ? 'ended' : net >= ATTACK_VOTES ? 'attack' : 'suspect';
  return {
    ...UNJUDGED,
    id: `${idPrefix}e${Math.floor(sinceSec)}-${hashOf(host)}`,
    target: host,
    scope: 'site',
    direction: 'incoming',
    vectors: [
      {
        id: 'app-http-get',
        name: state === 'suspect' ? 'many requests' : 'HTTP flood',
        share: rps === 0 ? 0 : Math.max(0, Math.min(1, (rps - baselineRps) / rps)),
        confidence: Math.max(0, Math.min(1, 0.5 + net / 8)),
        active: endSec === null,
        pps: rps,
      },
    ],
    severity: state === 'suspect' ? 'low' : severityOf(times, impact),
    urgency: endSec === null ? urgency : 0,
    urgencyParts: parts.map((part) => ({ ...part, words: part.words.replace('pps', 'requests/s') })),
    relevance,
    relevanceParts,
    votes,
    state,
    openedAt: sinceSec,
    detectedAt: sinceSec + LEAST_WINDOW_SEC,
    acknowledgedAt: null,
    mitigatedAt: null,
    endedAt: endSec,
    peakPps: rps,
    peakBps: Number.isFinite(view.rates.bps) ? view.rates.bps : 0,
    peakRps: rps,
    packets: Math.max(0, Math.round((rps - baselineRps) * lastedSec)),
    bytes: 0,
    sources: sourcesOf(view),
    evidence: [
      `${formatPps(rps)} requests/s to ${host}, before ${formatPps(baselineRps)} (limit ${formatPps(limit)}), for ${formatDuration(lastedSec)}`,
    ],
    actions: [],
  };
}

/** What the window as a whole says; the tables are of all hosts that are watched. */
function votesOf(view: EdgeView, { rps, baselineRps }: EdgeOnsetView): CrowdVote[] {
  const rise = (rps - baselineRps) / Math.max(1, rps);
  const votes: CrowdVote[] = [];
  const bots = view.botScores?.slice(0, BOT_TENS).reduce((sum, share) => sum + share, 0);
  if (bots !== undefined)
    votes.push(
      vote('bot score', bots >= BOT_SHARE, bots < BOT_SHARE / 2, `${formatShare(bots)} of requests look automated`),
    );
  for (const [role, name] of [
    ['edgeJa4', 'TLS fingerprint'],
    ['edgeUserAgents', 'user agent'],
    ['edgeAsns', 'network'],
  ] as const) {
    const share = topShare(view, role);
    if (share !== null)
      votes.push(
        vote(
          name,
          share >= ONE_SHARE + 0.3 * (1 - rise),
          share < ONE_SHARE / 2,
          `the largest one sends ${formatShare(share)}`,
        ),
      );
  }
  const path = topShare(view, 'edgePaths');
  if (path !== null)
    votes.push(vote('path', path >= PATH_SHARE, path < PATH_SHARE / 3, `${formatShare(path)} ask for one path`));
  const errors = shareOf(view.statusClasses, 4) + shareOf(view.statusClasses, 5);
  votes.push(vote('answers', errors >= 0.3, errors < 0.05, `${formatShare(errors)} are answered with 4xx or 5xx`));
  return votes;
}

function vote(name: string, isAttack: boolean, isCrowd: boolean, words: string): CrowdVote {
  return { name, vote: isAttack ? 1 : isCrowd ? -1 : 0, words };
}

/** Null: the role is not in the view. */
function topShare({ tops, rates }: EdgeView, role: EdgeRole): number | null {
  const largest = tops[role]?.rows.reduce((most, { pps }) => Math.max(most, pps), 0);
  return largest === undefined || !(rates.requests > 0) ? null : Math.min(1, largest / rates.requests);
}

function shareOf(classes: readonly number[], of: number): number {
  const all = classes.reduce((sum, value) => sum + value, 0);
  return all > 0 ? (classes[of] ?? 0) / all : 0;
}

function sourcesOf({ tops }: EdgeView): Incident['sources'] {
  const clients = tops.edgeClients;
  const rows = (clients?.rows ?? []).toSorted((a, b) => b.pps - a.pps).slice(0, SHOWN_SOURCES);
  return {
    distinct: clients?.distinct ?? 0,
    top: rows.map(({ key, packets, bytes }) => ({ key, packets, bytes })),
    // Requests need a finished handshake: their senders are real.
    verdict: (clients?.distinct ?? 0) >= 20 ? 'botnet' : 'unknown',
  };
}

/** A host's name may hold anything, an id may not. FNV-1a, 32 bits. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}
