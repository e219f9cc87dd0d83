/** Rates of the elements of sets: addresses that a set drops, with what each of them sent since the set was read before. Bounded. */
import type { PacketCounter, SetElementCounter } from '../../records/counter-sample.js';
import type { ElementRow } from '../../snapshot/rules-view.js';

/** Of all sets together: a text and two numbers each, some 6 MB. */
const MAX_REMEMBERED = 50_000;
/** Rows of a view. */
export const MAX_ELEMENT_ROWS = 500;

interface SetMemory {
  readonly steadyMs: number;
  readonly counters: ReadonlyMap<string, PacketCounter>;
}

export class ElementRates {
  readonly #sets = new Map<string, SetMemory>();

  /** All its rows, busiest first, then by packets. */
  take(setKey: string, elements: readonly SetElementCounter[], steadyMs: number): ElementRow[] {
    const before = this.#sets.get(setKey);
    const rows = elements.map((element) => rowOf(element, before, steadyMs));
    this.#remember(setKey, elements, steadyMs);
    return rows.sort(byActivity);
  }

  /** Sets that are not read any more. */
  keepOnly(setKeys: ReadonlySet<string>): void {
    for (const key of this.#sets.keys()) if (!setKeys.has(key)) this.#sets.delete(key);
  }

  #remember(setKey: string, elements: readonly SetElementCounter[], steadyMs: number): void {
    this.#sets.delete(setKey);
    let left = MAX_REMEMBERED;
    for (const { counters } of this.#sets.values()) left -= counters.size;
    const counters = new Map<string, PacketCounter>();
    for (const { value, counter } of elements)
      if (counter !== null && counters.size < left) counters.set(value, counter);
    this.#sets.set(setKey, { steadyMs, counters });
  }
}

/** For rows of several sets: the most dropped. */
export function byActivity(a: ElementRow, b: ElementRow): number {
  return (b.pps ?? -1) - (a.pps ?? -1) || (b.packets ?? -1) - (a.packets ?? -1);
}

function rowOf(element: SetElementCounter, before: SetMemory | undefined, steadyMs: number): ElementRow {
  const { value, counter, expiresSec, comment } = element;
  const rate = rateOf(counter, before?.counters.get(value), steadyMs - (before?.steadyMs ?? steadyMs));
  return { value, expiresSec, comment, packets: counter?.packets ?? null, bytes: counter?.bytes ?? null, ...rate };
}

/** An element that was not there before, or counts less (it was written anew), has no rate yet. */
function rateOf(
  now: PacketCounter | null,
  before: PacketCounter | undefined,
  elapsedMs: number,
): Pick<ElementRow, 'pps' | 'bps'> {
  if (now === null || before === undefined || elapsedMs <= 0) return { pps: null, bps: null };
  if (now.packets < before.packets || now.bytes < before.bytes) return { pps: null, bps: null };
  return {
    pps: ((now.packets - before.packets) * 1000) / elapsedMs,
    bps: ((now.bytes - before.bytes) * 8000) / elapsedMs,
  };
}
