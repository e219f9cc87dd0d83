/** What can be said of a row. The lists are in `attributes/`; the diff, the synthesis, the panes and the compilers know no other. */
import type { RowKind } from './rule.js';

/**
 * `ordered`: neighbouring numbers are alike, ranges make sense (a length, a TTL). `category`: numbers that name something (a protocol, a
 * port: a range of ports is still allowed, see `hasRanges`). `text`: a string, known by its hash. `prefix`: an address.
 */
export type AttributeType = 'ordered' | 'category' | 'text' | 'prefix';

export interface AttributeInfo {
  /** Public: JSON, commands. "ip.ttl". */
  readonly name: string;
  readonly kind: RowKind;
  /** For the screen: "TTL". */
  readonly title: string;
  readonly type: AttributeType;
  /** A range of its numbers can be a predicate. */
  readonly hasRanges: boolean;
  /** What a predicate on it takes off a rule's worth, in units of a plain comparison; see `synthesis/`. */
  readonly cost: number;
  /** Bits of `Can`: who can express a predicate on it. 0: shown, never used in a rule. */
  readonly backends: number;
}
