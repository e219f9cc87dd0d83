/**
 * One dimension over time: counts go into the table of the running second; when it closes they are folded into the total
 * and the last few closed seconds stay readable. Without windows there is the total only, and no second copy of anything.
 */
import type { KeyTable } from '../sketch/key-table.js';
import { TopSelector } from '../sketch/select-top.js';

/** Closed seconds a window looks back on. 3 + the running one: calm to read, and a new flood is on top at once. */
export const WINDOW_SLOTS = 3;

/** What rows are ranked by: the last seconds, or everything since the start. */
export type RankScope = 'recent' | 'all';

export interface RankedRow {
  /** The key's words; yours. */
  readonly words: Int32Array;
  readonly windowPackets: number;
  readonly windowBytes: number;
  readonly packets: number;
  readonly bytes: number;
}

export class WindowedTable {
  /** Where the hot path adds. Changes on `rotate`. */
  current: KeyTable;
  readonly total: KeyTable;
  /** Newest last; `current` is not among them. */
  readonly #closed: KeyTable[] = [];
  readonly #make: (() => KeyTable) | null;
  readonly #key: Int32Array;

  /** `makeSlot` null: no windows. */
  constructor(makeTotal: () => KeyTable, makeSlot: (() => KeyTable) | null) {
    this.total = makeTotal();
    this.#make = makeSlot;
    this.current = makeSlot === null ? this.total : makeSlot();
    this.#key = new Int32Array(this.total.keyWords);
  }

  /** Closes the running second. */
  rotate(): void {
    if (this.#make === null) return;
    this.#fold(this.current, this.total);
    this.#closed.push(this.current);
    const oldest = this.#closed.length > WINDOW_SLOTS ? this.#closed.shift() : undefined;
    oldest?.clear();
    this.current = oldest ?? this.#make();
  }

  /** Makes room in the counters of the tables that are added to. */
  settle(): void {
    this.current.settle();
    if (this.total !== this.current) this.total.settle();
  }

  #fold(from: KeyTable, to: KeyTable): void {
    from.visit((slot) => {
      from.keyAt(slot, this.#key, 0);
      to.addMany(this.#key, 0, from.packetsAt(slot), from.bytesAt(slot));
    });
  }

  /** Takes over all that `other` has counted; used when a second layer begins to differ from the first. */
  copyFrom(other: WindowedTable): void {
    this.#fold(other.total, this.total);
    if (other.current !== other.total) this.#fold(other.current, this.current);
  }

  #windowTables(): readonly KeyTable[] {
    return this.#make === null ? [this.total] : [...this.#closed, this.current];
  }

  /** Union of the `rows` largest by packets and by bytes in the scope; with `all`, the window figures are the totals. */
  top(rows: number, scope: RankScope = 'recent'): RankedRow[] {
    const chosen = new Map<string, RankedRow>();
    const isStable = scope === 'all' || this.#make === null;
    const tables = scope === 'recent' ? this.#windowTables() : new Set([this.total, this.current]);
    for (const table of tables) {
      for (const slot of topSlots(table, rows, isStable)) {
        const words = new Int32Array(this.total.keyWords);
        table.keyAt(slot, words, 0);
        const name = words.join();
        if (chosen.has(name)) continue;
        const row = this.#row(words);
        chosen.set(name, scope === 'all' ? { ...row, windowPackets: row.packets, windowBytes: row.bytes } : row);
      }
    }
    return bestOf([...chosen.values()], rows);
  }

  #row(words: Int32Array): RankedRow {
    let windowPackets = 0;
    let windowBytes = 0;
    for (const table of this.#windowTables()) {
      const slot = table.find(words, 0);
      if (slot < 0) continue;
      windowPackets += table.packetsAt(slot);
      windowBytes += table.bytesAt(slot);
    }
    const running = this.current === this.total ? -1 : this.current.find(words, 0);
    const slot = this.total.find(words, 0);
    const packets = (slot < 0 ? 0 : this.total.packetsAt(slot)) + (running < 0 ? 0 : this.current.packetsAt(running));
    const bytes = (slot < 0 ? 0 : this.total.bytesAt(slot)) + (running < 0 ? 0 : this.current.bytesAt(running));
    // The total may have lost a key that the window still holds.
    return {
      words,
      windowPackets,
      windowBytes,
      packets: Math.max(packets, windowPackets),
      bytes: Math.max(bytes, windowBytes),
    };
  }
}

/** Reused from call to call: a snapshot asks dozens of times, and their arrays lie outside the heap. */
const selectors = new Map<number, readonly [byPackets: TopSelector, byBytes: TopSelector]>();

function selectorsOf(rows: number): readonly [byPackets: TopSelector, byBytes: TopSelector] {
  const pair = selectors.get(rows) ?? ([new TopSelector(rows), new TopSelector(rows)] as const);
  selectors.clear();
  selectors.set(rows, pair);
  return pair;
}

/**
 * With `isStable` equal counts rank by key, so that the same capture gives the same report. A screen does without: under a
 * flood of random sources nearly all counts are equal, and it asks four times a second.
 */
function topSlots(table: KeyTable, rows: number, isStable: boolean): Set<number> {
  const [byPackets, byBytes] = selectorsOf(rows);
  const comesBefore = isStable ? keyOrder(table) : slotOrder;
  byPackets.clear(comesBefore);
  byBytes.clear(comesBefore);
  table.visit((slot) => {
    byPackets.offer(slot, table.packetsAt(slot));
    byBytes.offer(slot, table.bytesAt(slot));
  });
  return new Set([...byPackets.slots(), ...byBytes.slots()]);
}

/** What was held first stays. */
function slotOrder(): boolean {
  return false;
}

function keyOrder(table: KeyTable): (slotA: number, slotB: number) => boolean {
  const a = new Int32Array(table.keyWords);
  const b = new Int32Array(table.keyWords);
  return (slotA, slotB) => {
    table.keyAt(slotA, a, 0);
    table.keyAt(slotB, b, 0);
    const i = a.findIndex((word, at) => word !== b[at]);
    return i >= 0 && (a[i] as number) >>> 0 < (b[i] as number) >>> 0;
  };
}

function bestOf(all: RankedRow[], rows: number): RankedRow[] {
  if (all.length <= rows) return all;
  const byPackets = [...all].sort((a, b) => b.windowPackets - a.windowPackets).slice(0, rows);
  const byBytes = [...all].sort((a, b) => b.windowBytes - a.windowBytes).slice(0, rows);
  return [...new Set([...byPackets, ...byBytes])];
}
