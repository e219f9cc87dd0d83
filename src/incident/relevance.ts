/**
 * How sure it is that this is an attack at all, 0..100: points of what is known over the points there are. Distance from the limits, confidence of
 * the vectors, how special their kind is (what no stack sends, answers nobody asked for), how long it has lasted, and the votes where there are any.
 */
import { formatShare } from '../format/number-format.js';
import type { TrafficClass } from '../records/traffic-class.js';
import type { CrowdVote, ScorePart } from './incident.js';
import { timesText } from './urgency.js';

const CAPS = { distance: 30, vectors: 25, kind: 25, duration: 10, votes: 30 };
/** Of requests and of what good traffic is made of it is said least. */
const KIND_POINTS: Record<TrafficClass['kind'], number> = {
  illegal: 25,
  reflection: 25,
  flood: 20,
  request: 10,
  carrier: 8,
};
const KIND_WORDS: Record<TrafficClass['kind'], string> = {
  illegal: 'no lawful stack sends such packets',
  reflection: 'answers from known reflectors',
  flood: 'handshakes or pings, which are few in good traffic',
  request: 'requests, as visitors send them too',
  carrier: 'packets that good traffic is made of too',
};
/** Multiple of a limit that leaves no doubt, and seconds. */
const FAR = 10;
const LONG_SEC = 30;
/** Net votes that decide. */
const DECIDING_VOTES = 3;

export interface RelevanceInput {
  /** Largest multiple of a limit there has been. */
  readonly times: number;
  /** Largest confidence of a vector, 0..1. */
  readonly confidence: number;
  /** Of each vector, with its share of the attack; 0..1. */
  readonly kinds: readonly { readonly kind: TrafficClass['kind']; readonly share: number }[];
  readonly lastedSec: number;
  readonly votes: readonly CrowdVote[];
}

export function relevanceOf(input: RelevanceInput): {
  readonly relevance: number;
  readonly parts: readonly ScorePart[];
} {
  const { times, confidence, lastedSec, votes } = input;
  const parts: ScorePart[] = [
    part(
      'distance',
      (CAPS.distance * Math.log2(Math.max(1, times))) / Math.log2(FAR),
      `${timesText(times)} the limit at most`,
    ),
    part('vectors', CAPS.vectors * confidence, `the clearest vector is ${formatShare(confidence)} sure`),
    kindPart(input),
    part('duration', (CAPS.duration * lastedSec) / LONG_SEC, `lasted ${Math.round(lastedSec)} s`),
  ];
  if (votes.length > 0) parts.push(votesPart(votes));
  const points = parts.reduce((sum, { value }) => sum + value, 0);
  const all = parts.reduce((sum, { cap }) => sum + cap, 0);
  return { relevance: Math.round((100 * points) / all), parts };
}

function kindPart({ kinds }: RelevanceInput): ScorePart {
  const all = kinds.reduce((sum, { share }) => sum + share, 0);
  const largest = [...kinds].sort((a, b) => b.share - a.share)[0];
  if (largest === undefined || all === 0) return part('kind', 0, 'no vector named');
  const points = kinds.reduce((sum, { kind, share }) => sum + (KIND_POINTS[kind] * share) / all, 0);
  return part('kind', points, KIND_WORDS[largest.kind]);
}

/** Half of the points where the votes are even, none where they speak for a crowd. */
function votesPart(votes: readonly CrowdVote[]): ScorePart {
  const net = votes.reduce((sum, { vote }) => sum + vote, 0);
  const value = (CAPS.votes * (net + DECIDING_VOTES)) / (2 * DECIDING_VOTES);
  const attack = votes.filter(({ vote }) => vote > 0).length;
  const crowd = votes.filter(({ vote }) => vote < 0).length;
  return part('votes', value, `${attack} for an attack, ${crowd} for a crowd`);
}

function part(name: keyof typeof CAPS, value: number, words: string): ScorePart {
  return { name, value: Math.max(0, Math.min(CAPS[name], value)), cap: CAPS[name], words };
}
