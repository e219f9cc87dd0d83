/** What a host got before its onset: its requests, copied when the onset is called, since the ring goes on. */
import type { EdgeRowKeeper } from '../aggregate/edge/edge-row-keeper.js';
import type { RequestRows } from '../records/request-samples.js';

/** Hosts held: 8 × 8192 × 167 B = 11 MB at most, as large as there are rows. */
const HOSTS = 8;
const ROWS = 8192;

export interface SpannedRows {
  readonly rows: RequestRows;
  readonly fromSec: number;
  readonly toSec: number;
}

export class EdgeGoodRows {
  /** In the order they were kept. */
  readonly #of = new Map<string, SpannedRows>();

  /** Of before the host's onset; null when nothing is kept. Lent. */
  of(host: string): SpannedRows | null {
    return this.#of.get(host) ?? null;
  }

  /** Copies the host's requests of [fromSec, toSec). `isOver`: of a host whose onset is over the rows may go. */
  keep(keeper: EdgeRowKeeper, host: string, fromSec: number, toSec: number, isOver: (host: string) => boolean): void {
    this.#of.delete(host);
    if (this.#of.size >= HOSTS) {
      const over = [...this.#of.keys()].find(isOver);
      if (over === undefined) return;
      this.#of.delete(over);
    }
    const found = keeper.rows({ host }, fromSec, toSec);
    if (found === null) return;
    const rows = copied(found);
    this.#of.set(host, { rows, fromSec: firstSecOf(rows, fromSec, toSec), toSec });
  }

  clear(): void {
    this.#of.clear();
  }
}

/** One in so many rows where there are too many, which then stand for as many. */
function copied({ samples, rows, weights, texts }: RequestRows): RequestRows {
  const step = Math.max(1, Math.ceil(rows.length / ROWS));
  const kept = rows.filter((_, index) => index % step === 0);
  return {
    samples: samples.pick(kept, kept.length),
    rows: Int32Array.from(kept.keys()),
    weights: Float64Array.from(kept, (_, index) => (weights[index * step] as number) * step),
    texts,
  };
}

/** The stream, or the ring, may be younger than the span, and a rate is over the time that there was. */
function firstSecOf({ samples, rows }: RequestRows, fromSec: number, toSec: number): number {
  let first = toSec;
  for (const row of rows) first = Math.min(first, samples.sec[row] as number);
  return rows.length === 0 ? fromSec : Math.max(fromSec, Math.floor(first));
}
