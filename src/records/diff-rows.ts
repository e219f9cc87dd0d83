/** Rows on the two sides of a diff, as they are in the data path: lent, so they are copied before they go elsewhere. */
import type { HelloRows } from './hello-samples.js';
import type { PacketRows } from './packet-samples.js';
import type { RequestRows } from './request-samples.js';

export interface DiffSide {
  readonly packets: PacketRows;
  /** Null: none were read. */
  readonly requests: RequestRows | null;
  readonly hellos: HelloRows | null;
  /** Capture time, epoch seconds. */
  readonly fromSec: number;
  readonly toSec: number;
}

export interface DiffRows {
  readonly target: string;
  readonly attack: DiffSide;
  /** `before`: the same target before its attack; `marked`: rows somebody called good; `rest`: what goes to others meanwhile. */
  readonly good: DiffSide & { readonly is: 'before' | 'marked' | 'rest' | 'none' };
  /** Packets a second to the target on both sides; null where good is not the same target's. */
  readonly rates: { readonly attackPps: number; readonly goodPps: number } | null;
}
