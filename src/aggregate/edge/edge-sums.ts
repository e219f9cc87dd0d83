/** Requests by status class, score and outcome, since the start and by second: one array of numbers, whose places these are. */
import { type HttpLogBatch, NOT_LOGGED } from '../../records/http-log-batch.js';
import { CountHistory } from '../count-history.js';
import type { Scope } from '../window-scope.js';
import { outcomeOf } from './edge-outcome.js';

export const STATUS_CLASSES = 6;
export const SCORE_TENS = 10;

/** Places of the sums. All but records are in requests, or in bytes to clients. */
export const Sum = {
  requests: 0,
  records: 1,
  bytes: 2,
  /** In the order of `Outcome`. */
  stopped: 3,
  answeredAtEdge: 4,
  toOrigin: 5,
  /** 0: not logged; 1xx to 5xx. */
  status: 6,
  /** 1 to 10, 11 to 20... */
  bot: 6 + STATUS_CLASSES,
  waf: 6 + STATUS_CLASSES + SCORE_TENS,
} as const;
const SUMS = Sum.waf + SCORE_TENS;

export type EdgeCells = { readonly [sum: number]: number };

export class EdgeSums {
  /** Since the start. */
  readonly cells = new Float64Array(SUMS);
  readonly #history = new CountHistory<EdgeCells>();

  /** Returns what became of the row's requests. */
  addRow(batch: HttpLogBatch, row: number): number {
    const { cells } = this;
    const requests = batch.weight[row] as number;
    const outcome = outcomeOf(batch, row);
    cells[Sum.requests]! += requests;
    cells[Sum.records]! += 1;
    cells[Sum.bytes]! += requests * (batch.responseBytes[row] as number);
    cells[Sum.stopped + outcome]! += requests;
    const status = batch.status[row] as number;
    const statusClass = status < 100 ? 0 : Math.trunc(status / 100);
    cells[Sum.status + (statusClass < STATUS_CLASSES ? statusClass : 0)]! += requests;
    this.#addScore(Sum.bot, batch.botScore[row] as number, requests);
    this.#addScore(Sum.waf, batch.wafScore[row] as number, requests);
    return outcome;
  }

  #addScore(first: number, score: number, requests: number): void {
    if (score !== NOT_LOGGED) this.cells[first + Math.min(SCORE_TENS - 1, Math.trunc((score - 1) / 10))]! += requests;
  }

  /** Ends second `sec`. */
  rotate(sec: number): void {
    this.#history.note(sec, this.cells);
  }

  /** The clock was set. */
  forgetWindows(): void {
    this.#history.forget(this.cells);
  }

  /** What came in the scope. */
  within(scope: Scope): EdgeCells {
    return this.#history.within(scope, this.cells);
  }
}

/** Shares by tens of a score; null: none was logged. */
export function scoreShares(cells: EdgeCells, first: number): readonly number[] | null {
  const tens = Array.from({ length: SCORE_TENS }, (_, ten) => cells[first + ten] as number);
  const sum = tens.reduce((total, requests) => total + requests, 0);
  return sum === 0 ? null : tens.map((requests) => requests / sum);
}
