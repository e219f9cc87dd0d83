/**
 * One dimension over time. Counts go into the table of the running second. When it closes they are folded into the total,
 * and its rows are kept: for a while second by second, then in blocks of ten seconds. A window is the sum of what was kept.
 * Rows lie under the second of capture time they were counted in, so silence ages them without a call.
 * Without windows there is the total only, and no second copy of anything.
 */
import { HeavyRows } from '../sketch/heavy-rows.js';
import type { KeyTable } from '../sketch/key-table.js';
import { scratchTable } from '../sketch/scratch-table.js';
import { TopSelector } from '../sketch/select-top.js';
import { TableEntries } from '../sketch/table-entries.js';
import { BLOCK_SECONDS, BLOCKS, blockOf, EVERYTHING, type Scope, SECONDS } from './window-scope.js';

export interface RankedRow {
  /** The key's words; yours. */
  readonly words: Int32Array;
  readonly windowPackets: number;
  readonly windowBytes: number;
  readonly packets: number;
  readonly bytes: number;
}

/** What was counted from second `sec` on, for one second or one block. */
interface Kept {
  readonly sec: number;
  readonly rows: HeavyRows;
  /** A second that its block has taken in. */
  isMerged: boolean;
}

/** Shared by all tables: read out and given back within one call. */
const entries = new TableEntries();

export class WindowedTable {
  /** Where the hot path adds; the same table for good. */
  readonly current: KeyTable;
  readonly total: KeyTable;
  readonly #hasWindows: boolean;
  /** Oldest first. Kept one by one: SECONDS of them, and those of a block that is not complete. */
  #seconds: Kept[] = [];
  #blocks: Kept[] = [];
  /** Rows to be used again. */
  readonly #free: HeavyRows[] = [];
  #scale = 1;

  /** `makeSecond` null: no windows. `seed`: of the tables that rows are added up in. */
  constructor(
    makeTotal: () => KeyTable,
    makeSecond: (() => KeyTable) | null,
    readonly seed: number,
  ) {
    this.total = makeTotal();
    this.#hasWindows = makeSecond !== null;
    this.current = makeSecond === null ? this.total : makeSecond();
  }

  /** What a packet of the running second stands for when it is read: an integer >= 1, 1 unless the load is shed. */
  setScale(scale: number): void {
    this.#scale = scale;
  }

  /**
   * Closes the running second, which is second `sec` of capture time; each packet counted in it stands for `scale` packets
   * (an integer >= 1). Silent seconds between it and the next one need no call.
   */
  rotate(scale: number, sec: number): void {
    if (!this.#hasWindows) return;
    const { current } = this;
    current.read(entries);
    if (entries.count > 0) {
      this.total.addEntries(current, entries, scale);
      const rows = this.#freeRows();
      rows.take(current, entries, scale);
      this.#seconds.push({ sec, rows, isMerged: false });
      current.clear();
    }
    this.#age(sec + 1);
  }

  /** The clock was set: what was counted stays in the total, but lies at no second any more. */
  forgetWindows(scale: number): void {
    this.rotate(scale, 0);
    for (const { rows } of [...this.#seconds, ...this.#blocks]) this.#free.push(rows);
    this.#seconds = [];
    this.#blocks = [];
  }

  /** Merges the blocks that ended before second `runningSec`, and drops what no window reaches any more. */
  #age(runningSec: number): void {
    const running = blockOf(runningSec);
    const seconds = this.#seconds;
    const blocks = this.#blocks;
    for (let i = 0; i < seconds.length; i += 1) {
      const { sec, isMerged } = seconds[i] as Kept;
      if (!isMerged && sec < running) this.#merge(blockOf(sec));
    }
    while (seconds.length > 0 && (seconds[0] as Kept).sec < Math.min(runningSec - SECONDS, running))
      this.#drop(seconds);
    while (blocks.length > 0 && (blocks[0] as Kept).sec < running - BLOCKS * BLOCK_SECONDS) this.#drop(blocks);
  }

  #drop(all: Kept[]): void {
    const oldest = all.shift();
    if (oldest !== undefined) this.#free.push(oldest.rows);
  }

  #merge(block: number): void {
    const seconds = this.#seconds.filter(({ sec, isMerged }) => !isMerged && blockOf(sec) === block);
    const rows = this.#freeRows();
    if (seconds.length === 1) rows.copyFrom((seconds[0] as Kept).rows);
    else {
      const sum = this.#sumOf(seconds);
      sum.read(entries);
      rows.take(sum, entries, 1);
    }
    this.#blocks.push({ sec: block, rows, isMerged: false });
    for (const second of seconds) second.isMerged = true;
  }

  #freeRows(): HeavyRows {
    return this.#free.pop() ?? new HeavyRows(this.total.keyWords);
  }

  /** Newest first: should there be no room for all keys, it is the oldest that are left out. */
  #sumOf(parts: readonly Kept[]): KeyTable {
    const rows = parts.reduce((sum, part) => sum + part.rows.count, 0);
    const table = scratchTable(this.total.keyWords, this.seed, rows);
    for (let i = parts.length - 1; i >= 0; i -= 1) (parts[i] as Kept).rows.addTo(table);
    return table;
  }

  /** Makes room in the counters of the tables that are added to. */
  settle(): void {
    this.current.settle();
    if (this.total !== this.current) this.total.settle();
  }

  /** Takes over all that `other` has counted; used when a second layer begins to differ from the first. */
  copyFrom(other: WindowedTable): void {
    other.total.read(entries);
    this.total.addEntries(other.total, entries, 1);
    if (other.current !== other.total) {
      other.current.read(entries);
      this.current.addEntries(other.current, entries, 1);
    }
    const copyOf = ({ sec, rows, isMerged }: Kept): Kept => {
      const copy = this.#freeRows();
      copy.copyFrom(rows);
      return { sec, rows: copy, isMerged };
    };
    this.#seconds.push(...other.#seconds.map(copyOf));
    this.#blocks.push(...other.#blocks.map(copyOf));
    this.#scale = other.#scale;
  }

  /** Every key held for any window, some of them more than once: `words[at ..]`, lent. */
  visitKeys(each: (words: Int32Array, at: number) => void): void {
    const key = new Int32Array(this.total.keyWords);
    for (const table of this.#hasWindows ? [this.total, this.current] : [this.total]) {
      table.visit((slot) => {
        table.keyAt(slot, key, 0);
        each(key, 0);
      });
    }
    for (const { rows } of [...this.#seconds, ...this.#blocks]) rows.visitKeys(each);
  }

  /** Union of the `rows` largest by packets and by bytes in the scope; when that is everything, window figures are the totals. */
  top(rows: number, scope: Scope = EVERYTHING): RankedRow[] {
    const isWindow = this.#hasWindows && scope.fromSec > Number.NEGATIVE_INFINITY;
    const closed = isWindow ? this.#sumOf(this.#partsFrom(scope.fromSec)) : this.total;
    const hasRunning = this.#hasWindows && scope.hasRunning;
    const tables = hasRunning ? [closed, this.current] : [closed];
    const chosen = new Map<string, RankedRow>();
    for (const table of tables) {
      for (const slot of topSlots(table, rows, scope.isStable)) {
        const words = new Int32Array(this.total.keyWords);
        table.keyAt(slot, words, 0);
        const name = words.join();
        if (!chosen.has(name)) chosen.set(name, this.#row(words, closed, hasRunning));
      }
    }
    return bestOf([...chosen.values()], rows);
  }

  /** Blocks, and the seconds that no such block has taken in. */
  #partsFrom(fromSec: number): Kept[] {
    const isInBlock = ({ sec, isMerged }: Kept) => isMerged && blockOf(sec) >= fromSec;
    return [
      ...this.#blocks.filter(({ sec }) => sec >= fromSec),
      ...this.#seconds.filter((second) => second.sec >= fromSec && !isInBlock(second)),
    ];
  }

  #row(words: Int32Array, closed: KeyTable, hasRunning: boolean): RankedRow {
    const inWindow = countsOf(closed, words, 1);
    const running = this.#hasWindows ? countsOf(this.current, words, this.#scale) : NOTHING;
    const total = closed === this.total ? inWindow : countsOf(this.total, words, 1);
    const windowPackets = inWindow.packets + (hasRunning ? running.packets : 0);
    const windowBytes = inWindow.bytes + (hasRunning ? running.bytes : 0);
    // The total may have lost a key that the window still holds.
    return {
      words,
      windowPackets,
      windowBytes,
      packets: Math.max(total.packets + running.packets, windowPackets),
      bytes: Math.max(total.bytes + running.bytes, windowBytes),
    };
  }
}

interface Counts {
  readonly packets: number;
  readonly bytes: number;
}

const NOTHING: Counts = { packets: 0, bytes: 0 };

function countsOf(table: KeyTable, words: Int32Array, scale: number): Counts {
  const slot = table.find(words, 0);
  return slot < 0 ? NOTHING : { packets: table.packetsAt(slot) * scale, bytes: table.bytesAt(slot) * scale };
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
  table.read(entries);
  const { count, slots, packets, bytes } = entries;
  for (let i = 0; i < count; i += 1) {
    byPackets.offer(slots[i] as number, packets[i] as number);
    byBytes.offer(slots[i] as number, bytes[i] as number);
  }
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
    // Asked for nearly every slot under a flood of random keys: no closure.
    for (let i = 0; i < a.length; i += 1) {
      if (a[i] !== b[i]) return (a[i] as number) >>> 0 < (b[i] as number) >>> 0;
    }
    return false;
  };
}

function bestOf(all: RankedRow[], rows: number): RankedRow[] {
  if (all.length <= rows) return all;
  const byPackets = [...all].sort((a, b) => b.windowPackets - a.windowPackets).slice(0, rows);
  const byBytes = [...all].sort((a, b) => b.windowBytes - a.windowBytes).slice(0, rows);
  return [...new Set([...byPackets, ...byBytes])];
}
