/** Ranked lists of the report. */

export interface ReportRow {
  readonly key: string;
  readonly packets: number;
  readonly bytes: number;
  /** Of sources: local lists that hold it, of a prefix all of it. Left out where none does. */
  readonly lists?: readonly string[];
}

export interface ReportTop {
  readonly distinct: number;
  /** Every count is exact; otherwise they are a sketch's, never above the truth. */
  readonly exact: boolean;
  readonly byPackets: readonly ReportRow[];
  readonly byBytes: readonly ReportRow[];
}

/** Ties by key as text, so that the same capture prints the same report. */
export function ranked(all: readonly ReportRow[], rows: number): Pick<ReportTop, 'byPackets' | 'byBytes'> {
  const byKey = (a: ReportRow, b: ReportRow) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  return {
    byPackets: all.toSorted((a, b) => b.packets - a.packets || byKey(a, b)).slice(0, rows),
    byBytes: all.toSorted((a, b) => b.bytes - a.bytes || byKey(a, b)).slice(0, rows),
  };
}
