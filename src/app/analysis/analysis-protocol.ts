/** What crosses between the main thread, the ingest worker (which has the rows) and the analysis worker (which looks at them). */
import { HelloSamples } from '../../records/hello-samples.js';
import { type PackedRows, packRows, transferOf, unpackRows } from '../../records/packed-rows.js';
import { PacketSamples } from '../../records/packet-samples.js';
import { RequestSamples } from '../../records/request-samples.js';
import type { Analysis, GoodKind, Proposal, Span } from '../../signature/analysis.js';
import type { Rates } from '../../signature/diff/attack-fraction.js';
import type { RuleMatch } from '../../signature/rule.js';
import type { RowSides, SessionInput } from '../../signature/session.js';
import type { PlainError } from '../ingest/ingest-protocol.js';

export interface PackedSides {
  readonly packets: PackedRows;
  readonly requests: PackedRows | null;
  readonly hellos: PackedRows | null;
}

/** A `SessionInput` that can be posted. */
export interface PackedInput {
  readonly target: string | null;
  readonly attack: PackedSides & Span;
  readonly good: PackedSides & Span & { readonly is: GoodKind };
  readonly rates: Rates | null;
}

export type ToAnalyst =
  | { readonly type: 'analyse'; readonly id: number; readonly input: PackedInput }
  | { readonly type: 'measure'; readonly id: number; readonly match: RuleMatch }
  | { readonly type: 'stop' };

export type FromAnalyst =
  | { readonly type: 'analysed'; readonly id: number; readonly analysis: Analysis }
  | { readonly type: 'measured'; readonly id: number; readonly proposal: Proposal }
  | { readonly type: 'failed'; readonly id: number; readonly error: PlainError };

export function packInput(input: SessionInput): PackedInput {
  return {
    ...input,
    attack: { ...input.attack, ...packSides(input.attack) },
    good: { ...input.good, ...packSides(input.good) },
  };
}

export function unpackInput(input: PackedInput): SessionInput {
  return {
    ...input,
    attack: { ...input.attack, ...unpackSides(input.attack) },
    good: { ...input.good, ...unpackSides(input.good) },
  };
}

export function transferOfInput({ attack, good }: PackedInput): ArrayBuffer[] {
  return [attack, good].flatMap(({ packets, requests, hellos }) =>
    [packets, requests, hellos].flatMap((rows) => (rows === null ? [] : transferOf(rows))),
  );
}

function packSides({ packets, requests, hellos }: RowSides): PackedSides {
  return {
    packets: packRows(packets),
    requests: requests === null ? null : packRows(requests),
    hellos: hellos === null ? null : packRows(hellos),
  };
}

function unpackSides({ packets, requests, hellos }: PackedSides): RowSides {
  return {
    packets: unpackRows(packets, (buffers) => PacketSamples.from(buffers)),
    requests: requests === null ? null : unpackRows(requests, (buffers) => RequestSamples.from(buffers)),
    hellos: hellos === null ? null : unpackRows(hellos, (buffers) => HelloSamples.from(buffers)),
  };
}
