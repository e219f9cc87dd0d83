/** The two sides of a diff of a host's requests: since its onset against those before it, or what somebody marked, or what others get meanwhile. */
import type { EdgeRowKeeper, EdgeRows } from '../aggregate/edge/edge-row-keeper.js';
import { rowTest } from '../aggregate/edge/edge-row-roles.js';
import type { DiffRows, DiffSide } from '../records/diff-rows.js';
import type { EdgeFilterPart } from '../records/edge-role.js';
import { PacketSamples } from '../records/packet-samples.js';
import type { RequestRows } from '../records/request-samples.js';
import type { EdgeGoodRows } from './edge-good-rows.js';
import type { EdgeOnset } from './edge-onsets.js';

/** Looked back on where there is no onset. */
const LOOK_BACK_SEC = 60;
/** Fewer rows of before say nothing of what harm a rule would do. */
const LEAST_GOOD = 20;
/** After an onset that ended this long ago somebody means the host now. */
const FORGOTTEN_SEC = 300;

/** A row of a table that somebody called good or attack. */
export interface EdgeRowLabel extends EdgeFilterPart {
  readonly is: 'good' | 'attack';
}

export interface EdgeDiffRequest {
  /** A host, as logged. */
  readonly target: string;
  /** Empty: the host before its onset is the good one. */
  readonly labels: readonly EdgeRowLabel[];
}

export interface EdgeRowSources {
  readonly keeper: EdgeRowKeeper;
  readonly good: EdgeGoodRows;
  readonly onset: EdgeOnset | null;
  readonly nowSec: number;
}

/** Lent until more records are pushed. */
export function edgeRowSides({ target, labels }: EdgeDiffRequest, sources: EdgeRowSources): DiffRows {
  const { keeper, nowSec } = sources;
  const onset = recent(sources);
  const fromSec = onset === null ? Math.floor(nowSec) - LOOK_BACK_SEC + 1 : onset.sinceSec;
  const toSec = onset?.endSec ?? Math.floor(nowSec) + 1;
  const rows = keeper.rows({ host: target }, fromSec, toSec);
  const marks = (is: string) => labels.filter((label) => label.is === is).map((label) => rowTest(label, keeper));
  const [goodMarks, attackMarks] = [marks('good'), marks('attack')];
  const isGood = (row: number) => rows !== null && goodMarks.some((test) => test(rows, row));
  const isAttack = (row: number) =>
    !isGood(row) && (attackMarks.length === 0 || (rows !== null && attackMarks.some((test) => test(rows, row))));
  const attack = side(sources, only(rows, isAttack), fromSec, toSec);
  const good =
    goodMarks.length > 0
      ? { ...side(sources, only(rows, isGood), fromSec, toSec), is: 'marked' as const }
      : goodSide(target, sources, onset, attack);
  return { target, attack, good, rates: good.is === 'before' ? ratesOf(attack, good) : null };
}

function recent({ onset, nowSec }: EdgeRowSources): EdgeOnset | null {
  return onset?.endSec != null && onset.endSec < nowSec - FORGOTTEN_SEC ? null : onset;
}

function goodSide(
  target: string,
  sources: EdgeRowSources,
  onset: EdgeOnset | null,
  { fromSec, toSec }: DiffSide,
): DiffRows['good'] {
  const before = onset === null ? null : sources.good.of(target);
  if (before !== null && before.rows.rows.length >= LEAST_GOOD) {
    return { ...side(sources, before.rows, before.fromSec, before.toSec), is: 'before' };
  }
  const rest = sources.keeper.rows({ notHost: target }, fromSec, toSec);
  const isRest = rest !== null && rest.rows.length > 0;
  return { ...side(sources, rest, fromSec, toSec), is: isRest ? 'rest' : 'none' };
}

function side({ keeper }: EdgeRowSources, requests: RequestRows | null, fromSec: number, toSec: number): DiffSide {
  const packets = {
    samples: new PacketSamples(0),
    rows: new Int32Array(0),
    weights: new Float64Array(0),
    texts: keeper.names,
  };
  return { packets, requests, hellos: null, fromSec, toSec };
}

function only(found: EdgeRows | null, isWanted: (row: number) => boolean): RequestRows | null {
  if (found === null) return null;
  const { samples, texts } = found;
  const kept = Array.from(found.rows.keys()).filter((index) => isWanted(found.rows[index] as number));
  return {
    samples,
    texts,
    rows: Int32Array.from(kept, (index) => found.rows[index] as number),
    weights: Float64Array.from(kept, (index) => found.weights[index] as number),
  };
}

/**
 * A diff takes rates of packets and makes those of requests by how many there are to a packet; where there are no packets it counts one. So one
 * packet a span on either side gives requests a second.
 */
function ratesOf(attack: DiffSide, good: DiffSide): { readonly attackPps: number; readonly goodPps: number } {
  return { attackPps: 1 / secondsOf(attack), goodPps: 1 / secondsOf(good) };
}

/** The ring may hold less than the span. */
function secondsOf({ requests, fromSec, toSec }: DiffSide): number {
  let first = toSec;
  for (const row of requests?.rows ?? []) first = Math.min(first, requests?.samples.sec[row] as number);
  return Math.max(1, toSec - Math.max(fromSec, Math.floor(first)));
}
