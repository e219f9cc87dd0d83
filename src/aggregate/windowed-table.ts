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

/** A second's counts; each packet in them stands for `scale` packets. */
interface CountedSecond {
  readonly table: KeyTable;
  readonly scale: number;
}

export class WindowedTable {
  /** Where the hot path adds. Changes on `rotate`. */
  current: KeyTable;
  readonly total: KeyTable;
  /** Newest last; `current` is not among them. */
  readonly #closed: CountedSecond[] = [];
  #scale = 1;
  readonly #make: (() => KeyTable) | null;
  readonly #key: Int32Array;

  /** `makeSlot` null: no windows. */
  constructor(makeTotal: () => KeyTable, makeSlot: (() => KeyTable) | null) {
    this.total = makeTotal();
    this.#make = makeSlot;
    this.current = makeSlot === null ? this.total : makeSlot();
    this.#key = new Int32Array(this.total.keyWords);
  }

  /** What a packet of the running second stands for when it is read: an integer >= 1, 1 unless the load is shed. */
  setScale(scale: number): void {
    this.#scale = scale;
  }

  /** Closes the running second, each packet of which stands for `scale` packets (an integer >= 1). */
  rotate(scale = 1): void {
    if (this.#make === null) return;
    this.#fold(this.current, this.total, scale);
    this.#closed.push({ table: this.current, scale });
    const oldest = this.#closed.length > WINDOW_SLOTS ? this.#closed.shift()?.table : undefined;
    oldest?.clear();
    this.current = oldest ?? this.#make();
  }

  /** Makes room in the counters of the tables that are added to. */
  settle(): void {
    this.current.settle();
    if (this.total !== this.current) this.total.settle();
  }

  #fold(from: KeyTable, to: KeyTable, scale: number): void {
    from.visit((slot) => {
      from.keyAt(slot, this.#key, 0);
      to.addMany(this.#key, 0, from.packetsAt(slot) * scale, from.bytesAt(slot) * scale);
    });
  }

  /** Takes over all that `other` has counted; used when a second layer begins to differ from the first. */
  copyFrom(other: WindowedTable): void {
    this.#fold(other.total, this.total, 1);
    if (other.current !== other.total) this.#fold(other.current, this.current, 1);
    this.#scale = other.#scale;
  }

  #running(): CountedSecond {
    return { table: this.current, scale: this.#make === null ? 1 : this.#scale };
  }

  #windowTables(): readonly CountedSecond[] {
    return [...this.#closed, this.#running()];
  }

  /** Union of the `rows` largest by packets and by bytes in the scope; with `all`, the window figures are the totals. */
  top(rows: number, scope: RankScope = 'recent'): RankedRow[] {
    const chosen = new Map<string, RankedRow>();
    const isStable = scope === 'all' || this.#make === null;
    const tables = scope === 'recent' ? this.#windowTables().map(({ table }) => table) : [this.total, this.current];
    for (const table of new Set(tables)) {
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
    for (const { table, scale } of this.#windowTables()) {
      const slot = table.find(words, 0);
      if (slot < 0) continue;
      windowPackets += table.packetsAt(slot) * scale;
      windowBytes += table.bytesAt(slot) * scale;
    }
    const { table, scale } = this.#running();
    const running = table === this.total ? -1 : table.find(words, 0);
    const slot = this.total.find(words, 0);
    const packets = (slot < 0 ? 0 : this.total.packetsAt(slot)) + (running < 0 ? 0 : table.packetsAt(running) * scale);
    const bytes = (slot < 0 ? 0 : this.total.bytesAt(slot)) + (running < 0 ? 0 : table.bytesAt(running) * scale);
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
