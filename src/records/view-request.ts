/** What the screens want the tables to hold; goes from them to the ingest side when it changes. */
import type { PrefixLevel } from './prefix-levels.js';
import type { TextRole } from './text-role.js';

/** How far back rates look; what each really covers is in the snapshot. Shortest first. */
export const WINDOWS = ['1s', '3s', '10s', '60s', 'all'] as const;
export type WindowName = (typeof WINDOWS)[number];

export interface ViewRequest {
  /** `auto`: the last seconds, and the whole of a capture that was read to its end at full speed. */
  readonly window: WindowName | 'auto';
  readonly sourceLevel: PrefixLevel;
  readonly targetLevel: PrefixLevel;
  readonly layer: 'outer' | 'inner';
  /** Rows wanted per table, 1..500. */
  readonly rows: number;
  /** Only packets that match every part are counted in the tables; empty = all. */
  readonly filter: readonly FilterPart[];
  /** Texts of payloads that are wanted; none: what they say is not read out. The filter does not narrow them. */
  readonly texts: readonly TextRole[];
}

/** One filter chip. Prefixes as text ("192.0.2.0/24", a bare address is a host), ports and protocols as decimal text. */
export interface FilterPart {
  readonly field: 'source' | 'target' | 'sourcePort' | 'targetPort' | 'protocol';
  readonly value: string;
}
