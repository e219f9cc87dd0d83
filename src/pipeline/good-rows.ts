/** What a target received before it was attacked: its rows of the last minutes, copied when the attack is called, since the rings go on. */
import { type Samples, visitTarget } from '../aggregate/sampled-rows.js';
import type { TargetKey } from '../aggregate/target-samples.js';
import { PacketSamples } from '../records/packet-samples.js';

/** Targets held: 8 × 8192 rows × 107 B = 7.0 MB, made as they are needed. */
const TARGETS = 8;
/** A minute of 128 a second; enough to promise harm below 0.1 % (3 / 3000 rows). */
const ROWS = 8192;

export class WeightedRows {
  readonly rows = new PacketSamples(ROWS);
  /** Packets each row stands for. */
  readonly weights = new Float32Array(ROWS);
  count = 0;
  fromSec = 0;
  toSec = 0;
  /** Of the earliest row, a whole second; `fromSec` where there is none. */
  firstSec = 0;
}

export class GoodRows {
  readonly #of = new Map<string, WeightedRows>();
  readonly #free: WeightedRows[] = [];

  /** Rows of before the attack; null when there was no room for the target. Lent until `clear`. */
  of(target: string): WeightedRows | null {
    return this.#of.get(target) ?? null;
  }

  /** Copies the target's rows of [fromSec, toSec), once until `clear`. Above ROWS the later ones are left out. */
  keep(samples: Samples, target: TargetKey & { readonly target: string }, fromSec: number, toSec: number): void {
    if (this.#of.has(target.target) || this.#of.size >= TARGETS) return;
    const kept = this.#free.pop() ?? new WeightedRows();
    kept.count = 0;
    kept.fromSec = fromSec;
    kept.toSec = toSec;
    visitTarget(samples, target, fromSec, toSec, (columns, row, weight) => {
      if (kept.count === ROWS) return;
      kept.rows.copySample(kept.count, columns, row);
      kept.weights[kept.count] = weight;
      kept.count += 1;
    });
    kept.firstSec = firstSecOf(kept);
    this.#of.set(target.target, kept);
  }

  /** Every attack is over. */
  clear(): void {
    this.#free.push(...this.#of.values());
    this.#of.clear();
  }
}

/** The target may be younger than the span, and a rate is over the time it was there. */
function firstSecOf({ rows, count, fromSec, toSec }: WeightedRows): number {
  let first = toSec;
  for (let row = 0; row < count; row += 1) first = Math.min(first, rows.details.sec[row] as number);
  return count === 0 ? fromSec : Math.max(fromSec, Math.floor(first));
}
