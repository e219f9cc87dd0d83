/**
 * Rows that somebody may ask for while traffic is live: details of sampled packets, the newest requests and hellos, and what was there before an
 * attack. Made by who answers such questions and given to the pipeline; a report has none, and does not load any of this.
 */
import { RowKeeper } from '../aggregate/row-keeper.js';
import type { TrafficAggregate } from '../aggregate/traffic-aggregate.js';
import { readDetail } from '../decode/packet-detail.js';
import type { TargetVerdict } from '../detect/verdict.js';
import type { Incident } from '../incident/incident.js';
import { BothSinks } from '../layer7/both-sinks.js';
import type { Layer7Sink } from '../layer7/layer7-sink.js';
import type { DiffRequest } from '../records/diff-request.js';
import type { DiffRows } from '../records/diff-rows.js';
import { PacketSamples, type ReadRowDetail } from '../records/packet-samples.js';
import { randomSeed } from '../sketch/hash.js';
import { TextNames } from '../sketch/text-names.js';
import type { ImpactEstimate } from '../snapshot/snapshot.js';
import { GoodMessages } from './good-messages.js';
import { GoodRows, type WeightedRows } from './good-rows.js';
import { estimateImpact, type GoodReference, type ImpactRequest } from './impact.js';
import { rowSides } from './row-sides.js';

/** Seconds before an onset that are kept as the good reference, and how near the onset they end. */
const GOOD_SECONDS = 120;
const GOOD_MARGIN_SEC = 1;
/** 61 440 rows × 56 B = 3.4 MB. */
const GOOD_ROWS = 61_440;

/** The newest moment, and the first one. */
export interface LiveMoment {
  readonly nowSec: number;
  readonly firstSec: number;
}

export class LiveRows {
  readonly #names = new TextNames();
  readonly #keeper: RowKeeper;
  readonly #messages: GoodMessages;
  /** What each target under attack received before. */
  readonly #goodOfTargets = new GoodRows();
  #good: GoodReference | null = null;
  /** Kept from one incident to the next. */
  #goodRows: PacketSamples | null = null;

  /** `seed`: fixed only in tests. `ja4Compat`: as the pipeline has it. */
  constructor({
    seed = randomSeed(),
    ja4Compat = false,
  }: { readonly seed?: number; readonly ja4Compat?: boolean } = {}) {
    this.#keeper = new RowKeeper(this.#names, seed, ja4Compat);
    this.#messages = new GoodMessages(this.#keeper, this.#names);
  }

  readonly readDetail: ReadRowDetail = (batch, row, out, at) => readDetail(batch, row, out, at, this.#names);

  /** Messages go to `counting`, and some of them are kept. */
  before(counting: Layer7Sink): Layer7Sink {
    return new BothSinks(counting, this.#keeper);
  }

  /** An attack goes on: copies what there was before, once, since the rings go on. */
  keepGood(aggregate: TrafficAggregate, { sinceSec, target }: TargetVerdict): void {
    const toSec = Math.floor(sinceSec) - GOOD_MARGIN_SEC;
    this.#goodOfTargets.keep(aggregate, target, toSec - GOOD_SECONDS, toSec);
    this.#messages.keep(target.target, toSec - GOOD_SECONDS, toSec);
    if (this.#good === null) this.#keepGoodOfAll(aggregate, toSec);
  }

  #keepGoodOfAll({ samples }: TrafficAggregate, toSec: number): void {
    this.#goodRows ??= new PacketSamples(GOOD_ROWS, { details: false });
    const rows = this.#goodRows;
    const fromSec = toSec - GOOD_SECONDS;
    let count = 0;
    samples.visit(fromSec, toSec, (second) => {
      for (let row = second.at; row < second.at + second.count && count < GOOD_ROWS; row += 1) {
        rows.copySample(count, samples.rows, row);
        count += 1;
      }
    });
    if (count > 0) this.#good = { rows, count, fromSec, toSec };
  }

  /** Every attack is over, as judged at `endSec`. */
  forgetGood(endSec: number): void {
    if (endSec <= (this.#good?.toSec ?? 0)) return;
    this.#good = null;
    this.#goodOfTargets.clear();
    this.#messages.clear();
  }

  /** The clock stepped back. */
  clear(): void {
    this.#keeper.clear();
  }

  /** Null when nothing is kept of the target. Lent until every attack is over. */
  goodOf(target: string): WeightedRows | null {
    return this.#goodOfTargets.of(target);
  }

  impact(aggregate: TrafficAggregate, request: ImpactRequest, { nowSec, firstSec }: LiveMoment): ImpactEstimate {
    return estimateImpact(aggregate, this.#good, request, nowSec, firstSec);
  }

  /** Lent until more frames are pushed. Throws UserError when the target or a mark is none. */
  sides(aggregate: TrafficAggregate, request: DiffRequest, incident: Incident | null, nowSec: number): DiffRows {
    return rowSides(request, {
      aggregate,
      texts: this.#names,
      messages: this.#messages,
      nowSec,
      openedSec: incident?.openedAt ?? null,
      endedSec: incident?.endedAt ?? null,
      before: this.#goodOfTargets.of(request.target),
    });
  }
}
