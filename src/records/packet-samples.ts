/** Columns of sampled packets, one IP header each, with what was read of them besides. They own their buffers. */
import { adoptBuffers, buffersOf, pickRows } from './owned-columns.js';
import { HeaderColumns, type PacketBatch } from './packet-batch.js';
import { PacketDetails } from './packet-details.js';
import type { SampledRows } from './sampled-rows.js';

export type PacketRows = SampledRows<PacketSamples>;

/** Fills the details of row `at` of `out` from row `row` of the batch, which must not have been filled again since. */
export type ReadRowDetail = (batch: PacketBatch, row: number, out: PacketSamples, at: number) => void;

export class PacketSamples extends HeaderColumns {
  readonly wireLen: Uint32Array;
  readonly trafficClass: Uint8Array;
  /** Without rows where nobody will ask for them. */
  readonly details: PacketDetails;
  readonly hasDetails: boolean;

  /** `details`: keep what `readDetail` reads: 47 B a row beside the 56 of the header. */
  constructor(
    readonly capacity: number,
    { details = true }: { readonly details?: boolean } = {},
  ) {
    super(capacity);
    this.wireLen = new Uint32Array(capacity);
    this.trafficClass = new Uint8Array(capacity);
    this.hasDetails = details;
    this.details = new PacketDetails(details ? capacity : 0);
  }

  /** Copies row `row` of the columns to `at`; the details of `at` are then to be read. */
  set(at: number, columns: HeaderColumns, row: number, wireLen: number, trafficClass: number): void {
    this.copyRow(at, columns, row);
    this.wireLen[at] = wireLen;
    this.trafficClass[at] = trafficClass;
  }

  /** Copies row `row` of other samples to `at`, with its details when both have them. */
  copySample(at: number, other: PacketSamples, row: number): void {
    this.set(at, other, row, other.wireLen[row] as number, other.trafficClass[row] as number);
    if (this.hasDetails && other.hasDetails) this.details.copyRow(at, other.details, row);
  }

  /** A copy of these rows, in this order. */
  pick(rows: ArrayLike<number>, count: number): PacketSamples {
    const picked = new PacketSamples(count, { details: this.hasDetails });
    if (count === 0) return picked;
    pickRows(picked, count, this, rows, count);
    if (this.hasDetails) pickRows(picked.details, count, this.details, rows, count);
    return picked;
  }

  textColumns(): Uint32Array[] {
    const { word, layoutOrZone, signatureOrMessage } = this.details;
    return [word, layoutOrZone, signatureOrMessage];
  }

  /** Every column, for `postMessage`; the samples are empty once they are transferred. */
  buffers(): ArrayBuffer[] {
    return [...buffersOf(this), ...buffersOf(this.details)];
  }

  /** The samples that `buffers()` were the columns of. */
  static from(buffers: readonly ArrayBuffer[]): PacketSamples {
    const version = buffers[0] as ArrayBuffer;
    const hasDetails = (buffers.at(-1) as ArrayBuffer).byteLength > 0;
    const samples = new PacketSamples(0, { details: hasDetails });
    Object.assign(samples, { capacity: version.byteLength });
    const next = adoptBuffers(samples, buffers);
    adoptBuffers(samples.details, buffers, next);
    return samples;
  }
}
