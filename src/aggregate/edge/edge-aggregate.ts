/**
 * Requests at an edge, counted: sums of all of them, and one table a role of what they said. Each record counts for the requests it stands for. A
 * filter narrows the tables and not the sums. Memory is fixed, whatever clients invent.
 */
import type { EdgeFilterPart, EdgeRole } from '../../records/edge-role.js';
import type { HttpLogBatch } from '../../records/http-log-batch.js';
import { TextDictionary } from '../../sketch/text-dictionary.js';
import type { TableOptions } from '../dimension.js';
import { EdgeFilter } from './edge-filter.js';
import type { ReplaySink } from './edge-row-replay.js';
import { EdgeSums } from './edge-sums.js';
import { EdgeTables } from './edge-tables.js';

/** 131 072 places of 12 B, 65 536 texts of 64 B on average: 5.5 MiB, touched as it fills. */
const PLACES = 2 ** 17;
const TEXT_BYTES = 2 ** 22;

export interface FilteredTables {
  readonly filter: EdgeFilter;
  readonly tables: EdgeTables;
  /** First second of what they count. */
  readonly fromSec: number;
  /** They began with sampled rows. */
  readonly isSampled: boolean;
}

export class EdgeAggregate {
  readonly sums = new EdgeSums();
  /** Of all requests. */
  readonly tables: EdgeTables;
  filtered: FilteredTables | null = null;
  readonly #dictionary: TextDictionary;
  readonly #options: TableOptions;
  readonly #selected: Int32Array;

  /** `batchRows`: of the largest batch. */
  constructor(
    { seed, windows = true }: { readonly seed: number; readonly windows?: boolean },
    readonly batchRows: number,
  ) {
    this.#options = { exact: false, windows, ranksFlows: false, seed, memory: null };
    this.#dictionary = new TextDictionary(PLACES, TEXT_BYTES, (hold) => {
      this.tables.visitKeys(hold);
      this.filtered?.tables.visitKeys(hold);
    });
    this.tables = new EdgeTables(this.#options, this.#dictionary, batchRows);
    this.#selected = new Int32Array(batchRows);
  }

  /** Counts the rows `rows[0..count)` in the running second. Sums are the caller's, who knows the second of each row. */
  addRows(batch: HttpLogBatch, rows: Int32Array, count: number): void {
    this.tables.add(batch, rows, count);
    if (this.filtered === null) return;
    const kept = this.filtered.filter.select(batch, rows, count, this.#selected);
    this.filtered.tables.add(batch, this.#selected, kept);
  }

  /** What the screen shows: narrowed, or all. */
  get shown(): EdgeTables {
    return this.filtered?.tables ?? this.tables;
  }

  /**
   * Tables begin again with what matches of the rows that `replay` hands over, one batch after another, as of from `fromSec` on. No parts: no
   * filter. Throws UserError when a value is none; the filter stays as it was then.
   */
  setFilter(parts: readonly EdgeFilterPart[], fromSec: number, replay: (sink: ReplaySink) => void): void {
    if (parts.length === 0) {
      this.filtered = null;
      return;
    }
    const filter = new EdgeFilter(parts);
    const tables = new EdgeTables(this.#options, this.#dictionary, this.batchRows);
    const all = Int32Array.from({ length: this.batchRows }, (_, row) => row);
    let rows = 0;
    // The dictionary keeps what the tables hold.
    this.filtered = { filter, tables, fromSec, isSampled: false };
    replay({
      take: (batch) => {
        const kept = filter.select(batch, all, batch.count, this.#selected);
        tables.add(batch, this.#selected, kept);
        rows += batch.count;
      },
      endSecond: (sec) => tables.rotate(sec),
    });
    this.filtered = { filter, tables, fromSec, isSampled: rows > 0 };
  }

  /** Ends second `sec`. */
  rotate(sec: number): void {
    this.sums.rotate(sec);
    this.tables.rotate(sec);
    this.filtered?.tables.rotate(sec);
  }

  /** The clock was set: the windows are empty from here on. */
  forgetWindows(): void {
    this.sums.forgetWindows();
    this.tables.forgetWindows();
    this.filtered?.tables.forgetWindows();
  }

  /** Roles with at least one key, in the order of `roles`. */
  seenRoles(roles: readonly EdgeRole[]): EdgeRole[] {
    return roles.filter((role) => this.tables.isSeen(role));
  }
}
