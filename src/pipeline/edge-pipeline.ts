/**
 * The data path of an edge's logs: records → sums, series and tables, sampled rows, onsets; and the figures of a view. Time is that of the records.
 * No I/O and no clock of its own, so that a stream played again gives the same figures.
 */
import { EdgeAggregate } from '../aggregate/edge/edge-aggregate.js';
import { Outcome } from '../aggregate/edge/edge-outcome.js';
import { EdgeRowKeeper } from '../aggregate/edge/edge-row-keeper.js';
import { replayRows } from '../aggregate/edge/edge-row-replay.js';
import { Sum } from '../aggregate/edge/edge-sums.js';
import { RecentSeries } from '../aggregate/timeline.js';
import type { DiffRows } from '../records/diff-rows.js';
import type { EdgeViewRequest } from '../records/edge-role.js';
import { HTTP_LOG_ROWS, type HttpLogBatch } from '../records/http-log-batch.js';
import { randomSeed } from '../sketch/hash.js';
import { type EdgeFigures, takeEdgeFigures } from '../snapshot/edge-figures.js';
import { EdgeClock } from './edge-clock.js';
import { EdgeGoodRows } from './edge-good-rows.js';
import { type EdgeOnset, EdgeOnsets } from './edge-onsets.js';
import { type EdgeDiffRequest, edgeRowSides } from './edge-row-sides.js';

/** Tables that are narrowed begin with what was sampled in that time. */
const FILTER_LOOK_BACK_SEC = 60;
/** Before an onset, and how near it they end. */
const GOOD_SEC = 120;
const GOOD_MARGIN_SEC = 1;
/** Hosts whose rate is looked at. */
const HOSTS = 64;
/** More silent seconds tell nothing more. */
const MOST_SILENT_SEC = 120;
/** Gaps that are remembered. */
const GAPS = 16;

export const DEFAULT_EDGE_VIEW: EdgeViewRequest = { window: 'auto', rows: 100, roles: [], filter: [] };

interface Gap {
  readonly fromSec: number;
  readonly toSec: number;
}

export class EdgePipeline {
  readonly aggregate: EdgeAggregate;
  readonly #rowKeeper: EdgeRowKeeper;
  readonly #series = new RecentSeries();
  readonly #clock = new EdgeClock();
  readonly #onsets = new EdgeOnsets();
  readonly #good = new EdgeGoodRows();
  #gaps: Gap[] = [];
  #view = DEFAULT_EDGE_VIEW;
  #firstSec = Number.NaN;
  #late = 0;
  /** Rows of the batch that wait to be counted in the running second. */
  readonly #rows: Int32Array;
  #count = 0;
  /** By row of the batch: the time it counts for. */
  readonly #secs: Float64Array;
  /** At the end of the last second. */
  #requestsBefore = 0;
  #recordsBefore = 0;

  /** `seed`: fixed only in tests. `batchRows`: of the largest batch. */
  constructor({
    seed = randomSeed(),
    batchRows = HTTP_LOG_ROWS,
  }: { readonly seed?: number; readonly batchRows?: number } = {}) {
    this.aggregate = new EdgeAggregate({ seed }, batchRows);
    this.#rowKeeper = new EdgeRowKeeper(seed);
    this.#rows = new Int32Array(batchRows);
    this.#secs = new Float64Array(batchRows);
  }

  /** Counts a lent batch. Hot path. */
  pushLogs(batch: HttpLogBatch): void {
    for (let row = 0; row < batch.count; row += 1) this.#addRow(batch, row);
    this.#countRows(batch, this.#clock.second);
  }

  #addRow(batch: HttpLogBatch, row: number): void {
    const before = this.#clock.second;
    const sec = batch.sec[row] as number;
    const move = this.#clock.move(sec);
    if (move === 'forward' || move === 'reset') {
      this.#countRows(batch, before);
      if (Number.isNaN(before)) this.#firstSec = sec;
      else if (move === 'forward') this.#endSeconds(before, this.#clock.second);
      else this.#resetClock();
    }
    const outcome = this.aggregate.sums.addRow(batch, row);
    if (move === 'late') {
      this.#late += 1;
      return;
    }
    const effective = move === 'timeless' ? this.#clock.nowSec : sec;
    this.#secs[row] = effective;
    this.#rows[this.#count] = row;
    this.#count += 1;
    if (Number.isNaN(effective)) return;
    const requests = batch.weight[row] as number;
    this.#series.add(Math.floor(effective), requests, requests * (batch.responseBytes[row] as number));
    if (outcome === Outcome.stopped) this.#series.addAttack(Math.floor(effective), requests, 0);
  }

  /** `second`: the running one; NaN while there is no time at all. */
  #countRows(batch: HttpLogBatch, second: number): void {
    if (this.#count === 0) return;
    this.aggregate.addRows(batch, this.#rows, this.#count);
    if (!Number.isNaN(second)) this.#rowKeeper.add(batch, this.#rows, this.#count, second, this.#secs);
    this.#count = 0;
  }

  /** Ends second `from` and the silent ones between it and the running one. */
  #endSeconds(from: number, running: number): void {
    this.aggregate.rotate(from);
    this.#judge(from, this.#hostRates(from));
    const nothing = new Map<string, number>();
    for (let sec = Math.max(from + 1, running - MOST_SILENT_SEC); sec < running; sec += 1) {
      if (!this.#gaps.some(({ fromSec, toSec }) => sec >= fromSec && sec < toSec)) this.#judge(sec, nothing);
    }
  }

  #hostRates(sec: number): ReadonlyMap<string, number> {
    const scope = { fromSec: sec, hasRunning: false, isStable: false };
    const top = this.aggregate.tables.top('edgeHosts', HOSTS, scope);
    return new Map(top.map(({ key, row }) => [key, row.windowPackets]));
  }

  #judge(sec: number, requests: ReadonlyMap<string, number>): void {
    const { cells } = this.aggregate.sums;
    const records = (cells[Sum.records] as number) - this.#recordsBefore;
    const interval = ((cells[Sum.requests] as number) - this.#requestsBefore) / Math.max(1, records);
    this.#recordsBefore = cells[Sum.records] as number;
    this.#requestsBefore = cells[Sum.requests] as number;
    for (const { host, sinceSec } of this.#onsets.endSecond(sec, requests, Math.max(1, interval))) {
      const toSec = sinceSec - GOOD_MARGIN_SEC;
      const isOver = (other: string) => this.#onsets.of(other)?.endSec !== null;
      this.#good.keep(this.#rowKeeper, host, toSec - GOOD_SEC, toSec, isOver);
    }
  }

  #resetClock(): void {
    this.aggregate.forgetWindows();
    this.#series.clear();
    this.#rowKeeper.clear();
    this.#onsets.clear();
    this.#good.clear();
    this.#gaps = [];
    this.#firstSec = this.#clock.nowSec;
  }

  /** By the caller's clock it is `callerSec` and the stream is live: silence is a measurement. Only its progress counts. */
  passTime(callerSec: number): void {
    const before = this.#clock.second;
    if (this.#clock.passTime(callerSec)) this.#endSeconds(before, this.#clock.second);
  }

  /** Records are missing from `fromSec` to `toSec` by the caller's clock: no zeros there. */
  markGap(fromSec: number, toSec: number): void {
    const gap = { fromSec: Math.ceil(this.#clock.timeOf(fromSec)), toSec: Math.floor(this.#clock.timeOf(toSec)) };
    if (!(gap.toSec > gap.fromSec)) return;
    this.#series.markGap(gap.fromSec, gap.toSec);
    this.#gaps = [...this.#gaps.slice(1 - GAPS), gap];
  }

  /** Throws UserError when a filter value is none; the view stays as it was. */
  setView(view: EdgeViewRequest): void {
    if (JSON.stringify(view.filter) !== JSON.stringify(this.#view.filter)) {
      const running = this.#clock.second;
      const fromSec = Math.max(running - FILTER_LOOK_BACK_SEC + 1, Math.floor(this.#firstSec));
      this.aggregate.setFilter(view.filter, fromSec, (sink) => {
        const rows = Number.isNaN(running) ? null : this.#rowKeeper.rows('all', fromSec, running + 1);
        if (rows !== null) replayRows(rows, running, sink);
      });
    }
    this.#view = view;
  }

  /** Newest time of a record; NaN before the first. */
  get nowSec(): number {
    return this.#clock.nowSec;
  }

  view(): EdgeFigures {
    return takeEdgeFigures({
      aggregate: this.aggregate,
      series: this.#series,
      view: this.#view,
      late: this.#late,
      nowSec: this.#clock.nowSec,
      firstSec: this.#firstSec,
      runningSec: this.#clock.second,
    });
  }

  onsets(): EdgeOnset[] {
    return this.#onsets.onsets();
  }

  /** Sampled rows for a diff. Lent until more records are pushed. */
  rowsFor(request: EdgeDiffRequest): DiffRows {
    return edgeRowSides(request, {
      keeper: this.#rowKeeper,
      good: this.#good,
      onset: this.#onsets.of(request.target),
      nowSec: this.#clock.nowSec,
    });
  }
}
