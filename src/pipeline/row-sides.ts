/**
 * The two sides of a diff from what the pipeline holds: the target's rows since its attack began against those of before it, or what somebody
 * marked, or, where there is neither, what goes to others meanwhile.
 */
import { prefixTest, RowFilter } from '../aggregate/row-filter.js';
import { type Samples, type SeeRow, visitAll, visitTarget } from '../aggregate/sampled-rows.js';
import { parsePrefix } from '../format/address.js';
import type { DiffRequest } from '../records/diff-request.js';
import type { DiffRows, DiffSide } from '../records/diff-rows.js';
import type { TextLookup } from '../records/text-keeper.js';
import type { GoodMessages, MessageSides } from './good-messages.js';
import type { WeightedRows } from './good-rows.js';
import { RowGatherer } from './row-gatherer.js';

/** Looked back on where no attack is open. */
const LOOK_BACK_SEC = 60;
/** Fewer rows of before the attack say nothing of what harm a rule would do. */
const LEAST_GOOD = 20;

export interface RowSources {
  readonly aggregate: Samples;
  readonly texts: TextLookup;
  readonly messages: GoodMessages;
  /** Newest moment, and when the target's attack began and ended: null where there was none, or it goes on. */
  readonly nowSec: number;
  readonly openedSec: number | null;
  readonly endedSec: number | null;
  readonly before: WeightedRows | null;
}

export function rowSides(request: DiffRequest, sources: RowSources): DiffRows {
  const { nowSec, openedSec, endedSec } = sources;
  const fromSec = openedSec === null ? Math.floor(nowSec) - LOOK_BACK_SEC + 1 : Math.floor(openedSec);
  const toSec = endedSec === null ? Math.floor(nowSec) + 1 : Math.ceil(endedSec);
  const marks = (is: string) =>
    request.labels.filter((label) => label.is === is).map((label) => new RowFilter([label]));
  const [goodMarks, attackMarks] = [marks('good'), marks('attack')];
  const attack = new RowGatherer();
  const marked = new RowGatherer();
  let firstSec = toSec;
  visitTo(sources.aggregate, request.target, fromSec, toSec, (samples, row, weight) => {
    firstSec = Math.min(firstSec, samples.details.sec[row] as number);
    if (goodMarks.some((mark) => mark.matches(samples, row))) marked.add(samples, row, weight);
    else if (attackMarks.length === 0 || attackMarks.some((mark) => mark.matches(samples, row))) {
      attack.add(samples, row, weight);
    }
  });
  const messages = request.labels.length > 0 ? NO_MESSAGES : sources.messages.to(request.target, fromSec, toSec);
  const attackSide = { packets: attack.rows(sources.texts), ...messages, fromSec, toSec };
  const good = goodSide(request, sources, attackSide, goodMarks.length > 0 ? marked : null);
  const isBefore = good.is === 'before';
  // The rings hold some four minutes of an attack that may be hours old.
  const seconds = Math.max(1, toSec - Math.max(fromSec, Math.floor(firstSec)));
  return {
    target: request.target,
    attack: attackSide,
    good,
    rates: isBefore ? { attackPps: attack.packets / seconds, goodPps: ratePps(good) } : null,
  };
}

const NO_MESSAGES: MessageSides = { requests: null, hellos: null };

function goodSide(
  { target }: DiffRequest,
  sources: RowSources,
  { fromSec, toSec }: DiffSide,
  marked: RowGatherer | null,
): DiffRows['good'] {
  const { texts, before } = sources;
  if (marked !== null) return { packets: marked.rows(texts), ...NO_MESSAGES, fromSec, toSec, is: 'marked' };
  if (before !== null && before.count >= LEAST_GOOD) {
    const packets = {
      samples: before.rows,
      rows: Int32Array.from({ length: before.count }, (_, row) => row),
      weights: Float64Array.from(before.weights.subarray(0, before.count)),
      texts,
    };
    const spanned = { fromSec: before.firstSec, toSec: before.toSec };
    return { packets, ...sources.messages.before(target), ...spanned, is: 'before' };
  }
  const rest = new RowGatherer();
  const isTarget = prefixTest(target, 'dst');
  visitAll(sources.aggregate, fromSec, toSec, (samples, row, weight) => {
    if (!isTarget(samples, row)) rest.add(samples, row, weight);
  });
  return { packets: rest.rows(texts), ...NO_MESSAGES, fromSec, toSec, is: rest.count > 0 ? 'rest' : 'none' };
}

function ratePps({ packets, fromSec, toSec }: DiffSide): number {
  return packets.weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, toSec - fromSec);
}

/** Rows to an address, from its own samples; to a prefix, from those of all traffic. */
function visitTo(samples: Samples, target: string, fromSec: number, toSec: number, see: SeeRow): void {
  const prefix = parsePrefix(target);
  if (prefix !== null && prefix.length === (prefix.version === 4 ? 32 : 128)) {
    visitTarget(samples, prefix, fromSec, toSec, see);
    return;
  }
  const isTarget = prefixTest(target, 'dst');
  visitAll(samples, fromSec, toSec, (columns, row, weight) => {
    if (isTarget(columns, row)) see(columns, row, weight);
  });
}
