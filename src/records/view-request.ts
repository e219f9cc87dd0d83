/** What the screens want the tables to hold; goes from them to the ingest side when it changes. */
import type { PrefixLevel } from './prefix-levels.js';

export interface ViewRequest {
  readonly sourceLevel: PrefixLevel;
  readonly targetLevel: PrefixLevel;
  readonly layer: 'outer' | 'inner';
  /** Rows wanted per table, 1..500. */
  readonly rows: number;
  /** Only packets that match every part are counted in the tables; empty = all. */
  readonly filter: readonly FilterPart[];
}

/** One filter chip. Prefixes as text ("192.0.2.0/24", a bare address is a host), ports and protocols as decimal text. */
export interface FilterPart {
  readonly field: 'source' | 'target' | 'sourcePort' | 'targetPort' | 'protocol';
  readonly value: string;
}
