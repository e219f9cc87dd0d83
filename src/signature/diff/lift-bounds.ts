/**
 * How many times more often the window has a value than good traffic, at least: by Wilson bounds, those of good traffic once by rows and
 * once by flows, whichever is wider. Good rows stand for flows not seen yet, and rows of a flow are alike: a thousand packets of one
 * download are one piece of evidence. The window stands for itself, and may well be one flow.
 */
import type { Contrast, ContrastColumn } from '../contrast.js';
import { wilson } from '../stats/wilson.js';
import type { RowFacts, SideFacts } from './row-facts.js';

export interface Lift {
  readonly lift: number;
  readonly low: number;
}

export interface ColumnLifts {
  readonly lifts: readonly Lift[];
  /** Of the window's rows that have the attribute. */
  readonly presentWeight: number;
}

interface Hits {
  /** Of the rows that have the attribute. */
  readonly present: number;
  readonly weight: Float64Array;
  readonly flows: Float64Array;
}

const NOT_LISTED = 255;

export class LiftBounds {
  readonly #seen: Uint8Array; // flows × slots of one column, cleared by side
  #slots = new Uint8Array(0);

  constructor(
    readonly contrast: Contrast,
    readonly facts: RowFacts,
  ) {
    this.#seen = new Uint8Array(Math.max(facts.attack.flows.count, facts.good.flows.count));
  }

  /** Of each code, in their order. At most 254 codes. */
  of(column: ContrastColumn, codes: readonly number[]): ColumnLifts {
    if (this.#slots.length <= column.valueCount) this.#slots = new Uint8Array(column.valueCount + 1);
    const slots = this.#slots.fill(NOT_LISTED, 0, column.valueCount + 1);
    for (let i = 0; i < codes.length; i += 1) slots[codes[i] as number] = i;
    const attack = this.#hits(column, this.facts.attack, slots, codes.length);
    const good = this.#hits(column, this.facts.good, slots, codes.length);
    return { lifts: codes.map((_, i) => this.#liftOf(attack, good, i)), presentWeight: attack.present };
  }

  #hits(column: ContrastColumn, side: SideFacts, slots: Uint8Array, count: number): Hits {
    const weight = new Float64Array(count);
    const flows = new Float64Array(count);
    const seen = this.#seen.fill(NOT_LISTED);
    let present = 0;
    const { weights } = this.contrast;
    for (let row = side.from; row < side.to; row += 1) {
      const code = column.codes[row] as number;
      const rowWeight = weights[row] as number;
      if (code !== 0) present += rowWeight;
      const slot = slots[code] as number;
      if (slot === NOT_LISTED) continue;
      weight[slot] = (weight[slot] as number) + rowWeight;
      const flow = side.flows.ids[row - side.from] as number;
      // A flow that goes to and fro between two values counts again; that is rare, and errs to the wide side for good flows.
      if (seen[flow] === slot) continue;
      seen[flow] = slot;
      flows[slot] = (flows[slot] as number) + 1;
    }
    return { weight, flows, present };
  }

  #liftOf(attack: Hits, good: Hits, i: number): Lift {
    const { attack: window, good: base } = this.facts;
    const windowShare = window.weight > 0 ? (attack.weight[i] as number) / window.weight : 0;
    const goodShare = base.weight > 0 ? (good.weight[i] as number) / base.weight : 0;
    const byRows = wilson(goodShare, base.effectiveRows).high;
    const byFlows =
      base.flows.count > 0 ? wilson((good.flows[i] as number) / base.flows.count, base.flows.count).high : 1;
    const low = wilson(windowShare, window.effectiveRows).low / Math.max(byRows, byFlows);
    return { lift: goodShare > 0 ? windowShare / goodShare : windowShare / wilson(0, base.flows.count).high, low };
  }
}
