/**
 * Attack or crowd: arguments, each with its numbers, none of which decides alone. In a crowd most networks were seen before and no client asks for
 * more than it did (Jung, Krishnamurthy, Rabinovich 2002); programs have one shape, load no assets, bring no cookies, and begin at once.
 */
import { formatCount, formatShare } from '../../format/number-format.js';
import type { Vote } from '../judge.js';
import { type CrowdSums, largestOf } from './crowd-sums.js';

/** Sampled requests below which nothing is said. */
export const ENOUGH_ROWS = 40;
/** Net votes that make an attack. */
export const ATTACK_VOTES = 3;
const NEW_SHARE = 0.6;
const LIFT = 5;
const LIFTED_SHARE = 0.2;
const POINTS = 0.3;
const ASSETS_OVER = 5;
const PATH_SHARE = 0.6;
const REGULAR_SPREAD = 0.3;
const FEW_GAPS = 4;
const SOURCES = 5;
const MANY_AGENTS = 4;
const MANY_ROWS = 8;

/** Requests per second: now, before, and some time ago; null: not known. */
export interface CrowdPace {
  readonly now: number;
  readonly before: number | null;
  readonly fiveSecAgo: number | null;
  readonly halfMinuteAgo: number | null;
}

/** `before`: of the target while it was quiet; null: not enough is known. `hasHeads`: false for ClientHellos, which say less. */
export function crowdVotes(now: CrowdSums, before: CrowdSums | null, pace: CrowdPace, hasHeads: boolean): Vote[] {
  if (now.rows < ENOUGH_ROWS) return [undecided('requests', `${now.rows} requests looked at are too few to tell`)];
  const known = before !== null && before.rows >= ENOUGH_ROWS ? before : null;
  const votes = [networkVote(now, known), programVote(now, known, hasHeads), gapVote(now), paceVote(pace)];
  if (hasHeads)
    votes.push(
      assetVote(now, known),
      missingVote('cookies', now.share(now.cookies), known && known.share(known.cookies)),
      missingVote('referers', now.share(now.referers), known && known.share(known.referers)),
      pathVote(now, known),
      disguiseVote(now),
    );
  votes.push(undecided('owners of networks', 'whether they are hosting is not known here'));
  return votes;
}

/** Votes for an attack less those for a crowd. */
export function netVotes(votes: readonly Vote[]): number {
  return votes.reduce((sum, { vote }) => sum + vote, 0);
}

function undecided(name: string, words: string): Vote {
  return { name, vote: 0, words };
}

function say(name: string, isAttack: boolean, isCrowd: boolean, words: string): Vote {
  return { name, vote: isAttack ? 1 : isCrowd ? -1 : 0, words };
}

function networkVote(now: CrowdSums, before: CrowdSums | null): Vote {
  const name = 'new networks';
  if (before === null) return undecided(name, 'who came before is not known');
  let fresh = 0;
  for (const [network, weight] of now.networks) if (!before.networks.has(network)) fresh += weight;
  const share = now.share(fresh);
  return say(
    name,
    share > NEW_SHARE,
    share < POINTS,
    `${formatShare(share)} come from networks that were not seen before`,
  );
}

function programVote(now: CrowdSums, before: CrowdSums | null, hasHeads: boolean): Vote {
  const name = 'one program';
  const [signature, weight] = largestOf(now.signatures);
  const share = now.share(weight);
  const what = hasHeads ? 'user agent with one order of headers' : 'TLS fingerprint';
  if (before === null) {
    const isOne = share >= 0.8 && now.sources.size >= SOURCES;
    return say(name, isOne, share < 0.4, `one ${what} sends ${formatShare(share)}`);
  }
  const was = Math.max(1 / before.rows, before.share(before.signatures.get(signature) ?? 0));
  const words = `one ${what} sends ${formatShare(share)}, before ${formatShare(before.share(before.signatures.get(signature) ?? 0))}`;
  return say(name, share > LIFTED_SHARE && share / was > LIFT, share < was * 1.5 + 0.05, words);
}

function assetVote(now: CrowdSums, before: CrowdSums | null): Vote {
  const name = 'assets';
  const share = now.share(now.assets);
  const was = before === null ? null : before.share(before.assets);
  const words = `${formatShare(share)} ask for parts of pages${was === null ? '' : `, before ${formatShare(was)}`}`;
  if (was === null) return say(name, share < 0.02, share >= 0.15, words);
  // A site that has none says nothing by their absence.
  return was < 0.05 ? undecided(name, words) : say(name, share < was / ASSETS_OVER, share >= was / 2, words);
}

/** What a browser brings when it comes again. */
function missingVote(name: string, share: number, was: number | null): Vote {
  const words = `${formatShare(1 - share)} come without ${name}${was === null ? '' : `, before ${formatShare(1 - was)}`}`;
  if (was === null) return say(name, share <= 0.03, share >= 0.5, words);
  return say(name, was - share >= POINTS, was - share < 0.15 && was >= 0.15, words);
}

function pathVote(now: CrowdSums, before: CrowdSums | null): Vote {
  const [path, weight] = largestOf(now.paths);
  const share = now.share(weight);
  const was = before === null ? 0 : before.share(before.paths.get(path) ?? 0);
  return say(
    'one path',
    share >= PATH_SHARE && was < PATH_SHARE,
    share < 0.35,
    `${formatShare(share)} ask for one path`,
  );
}

/** Sources whose requests come as a clock ticks. */
function gapVote(now: CrowdSums): Vote {
  let judged = 0;
  let regular = 0;
  for (const { times } of now.sources.values()) {
    const spread = spreadOf(times);
    if (spread === null) continue;
    judged += 1;
    if (spread < REGULAR_SPREAD) regular += 1;
  }
  if (judged < SOURCES) return undecided('gaps', 'too few sources send often enough to tell their pace');
  const share = regular / judged;
  return say('gaps', share >= 0.5, false, `${formatShare(share)} of ${judged} sources send at even gaps`);
}

/** Deviation of the gaps over their mean; null: too few. */
function spreadOf(times: readonly number[]): number | null {
  const sorted = [...times].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((time, i) => time - (sorted[i] as number));
  if (gaps.length < FEW_GAPS) return null;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  if (mean === 0) return null;
  return Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean;
}

function paceVote({ now, before, fiveSecAgo, halfMinuteAgo }: CrowdPace): Vote {
  const name = 'pace';
  if (before === null || fiveSecAgo === null) return undecided(name, 'how it began was not seen');
  const rise = now - before;
  const isStep = rise > 0 && fiveSecAgo - before < rise * 0.25;
  const isRamp = halfMinuteAgo !== null && halfMinuteAgo - before >= rise * 0.25;
  const words = `${formatCount(now)} requests/s, ${formatCount(fiveSecAgo)} five seconds ago, ${formatCount(before)} usually`;
  return say(name, isStep, isRamp, words);
}

/** Names of parameters that never come again, or a source that calls itself by many names: no program of good faith does either. */
export function disguiseVote(now: CrowdSums): Vote {
  const names = now.queryRows >= ENOUGH_ROWS ? now.queryNames.size / now.queryRows : 0;
  let busy = 0;
  let rotating = 0;
  for (const { rows, agents } of now.sources.values()) {
    if (rows < MANY_ROWS) continue;
    busy += rows;
    if (agents.size >= MANY_AGENTS) rotating += rows;
  }
  const share = busy === 0 ? 0 : rotating / now.rows;
  const words = `${formatShare(share)} from sources with ${MANY_AGENTS} user agents or more, ${formatShare(names)} of queries with names of their own`;
  return say('disguise', names >= 0.5 || share >= 0.5, false, words);
}
