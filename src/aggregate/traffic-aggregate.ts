/** All that is counted of a stream of packets. Fed in runs of one half second; knows no wall clock. */
import { DecodeStatus } from '../records/decode-status.js';
import { type HeaderColumns, NonIp, type PacketBatch } from '../records/packet-batch.js';
import type { TargetSlot } from '../records/target-slot.js';
import { CLASS_COUNT } from '../records/traffic-class.js';
import type { FilterPart } from '../records/view-request.js';
import { classOf } from './classify.js';
import { NumberDimension, type TableOptions } from './dimension.js';
import { LayerAggregate } from './layer-aggregate.js';
import { RowFilter } from './row-filter.js';
import { SampleRing } from './sample-ring.js';
import { TargetClasses } from './target-classes.js';
import { RecentSeries, Timeline } from './timeline.js';

/** Keys of the mix beyond the traffic classes. */
export const MIX_ARP = CLASS_COUNT;
export const MIX_NON_IP = CLASS_COUNT + 1;
/** Longer frames count as this length: 256 KiB is libpcap's largest snap length. */
const MAX_FRAME_LENGTH = 262_144;

export interface CaptureTime {
  sec: number;
  nsec: number;
}

export class TrafficAggregate {
  packets = 0;
  bytes = 0;
  bytesCaptured = 0;
  truncated = 0;
  malformed = 0;
  unsupported = 0;
  nonIp = 0;
  arp = 0;
  tunnelled = 0;
  /** Times of the first and last record in file order that has one; null before the first. */
  first: CaptureTime | null = null;
  readonly last: CaptureTime = { sec: 0, nsec: 0 };
  readonly outer: LayerAggregate;
  /** Made with the first tunnelled packet; until then the outer layer is the inner one too. */
  inner: LayerAggregate | null = null;
  /** What passes the filter of the view; null without a filter. */
  filtered: { readonly filter: RowFilter; readonly layer: LayerAggregate; readonly isSampled: boolean } | null = null;
  readonly frameLengths: NumberDimension;
  readonly mix: NumberDimension;
  readonly timeline = new Timeline();
  readonly series = new RecentSeries();
  readonly samples: SampleRing;
  readonly #targets: TargetClasses;
  readonly #rows: Int32Array;
  readonly #scratch: Int32Array;
  readonly #classes: Uint8Array;

  constructor(
    readonly options: TableOptions,
    /** Prefix levels kept, 1..4. */
    readonly levels: number,
    batchRows: number,
  ) {
    this.outer = new LayerAggregate(options, levels, batchRows);
    this.frameLengths = new NumberDimension(MAX_FRAME_LENGTH + 1, { ...options, windows: false });
    this.mix = new NumberDimension(CLASS_COUNT + 2, options);
    this.samples = new SampleRing();
    this.#targets = new TargetClasses(options.seed);
    this.#rows = new Int32Array(batchRows);
    this.#scratch = new Int32Array(batchRows);
    this.#classes = new Uint8Array(batchRows);
  }

  /** Counts rows `from..to` of the batch, all of which belong to the running half second of second `clockSec`. */
  addRun(batch: PacketBatch, from: number, to: number, clockSec: number): void {
    this.#addFrames(batch, from, to, clockSec);
    const count = this.#ipRows(batch, from, to);
    this.outer.add(batch.outer, batch.wireLen, this.#rows, count, 1);
    this.#addClasses(batch, count, clockSec);
    if (this.inner !== null) this.#addInner(batch, this.inner, count);
    if (this.filtered !== null) {
      const kept = this.filtered.filter.select(batch.outer, this.#rows, count, this.#scratch);
      this.filtered.layer.add(batch.outer, batch.wireLen, this.#scratch, kept, 1);
    }
  }

  #addFrames(batch: PacketBatch, from: number, to: number, clockSec: number): void {
    this.#noteTimes(batch, from, to);
    const { wireLen, capLen, status } = batch;
    const lengths = this.frameLengths.current;
    let bytes = 0;
    let captured = 0;
    for (let row = from; row < to; row += 1) {
      const length = wireLen[row] as number;
      bytes += length;
      captured += capLen[row] as number;
      lengths.addKey(length < MAX_FRAME_LENGTH ? length : MAX_FRAME_LENGTH, 1, length);
      if (status[row] !== DecodeStatus.ok) this.#countStatus(status[row] as number);
    }
    this.#addSeconds(batch, from, to);
    this.series.add(clockSec, to - from, bytes);
    this.bytes += bytes;
    this.bytesCaptured += captured;
    this.packets += to - from;
  }

  /** The timeline goes by each record's own second, in runs: neighbours nearly always share it. */
  #addSeconds({ sec, wireLen }: PacketBatch, from: number, to: number): void {
    for (let row = from; row < to; ) {
      const second = sec[row] as number;
      const first = row;
      let bytes = 0;
      do {
        bytes += wireLen[row] as number;
        row += 1;
      } while (row < to && sec[row] === second);
      if (!Number.isNaN(second)) this.timeline.add(second, row - first, bytes);
    }
  }

  /** Simple packet blocks of pcapng carry no time: the first and last that do count. */
  #noteTimes(batch: PacketBatch, from: number, to: number): void {
    let first = from;
    let last = to - 1;
    while (first < to && Number.isNaN(batch.sec[first])) first += 1;
    while (last >= first && Number.isNaN(batch.sec[last])) last -= 1;
    if (first === to) return;
    this.first ??= { sec: batch.sec[first] as number, nsec: batch.nsec[first] as number };
    this.last.sec = batch.sec[last] as number;
    this.last.nsec = batch.nsec[last] as number;
  }

  #countStatus(status: number): void {
    if (status === DecodeStatus.truncated) this.truncated += 1;
    else if (status === DecodeStatus.malformed) this.malformed += 1;
    else this.unsupported += 1;
  }

  /** Collects the rows with an IP header; counts the others. Makes the inner layer when the first tunnel shows itself. */
  #ipRows(batch: PacketBatch, from: number, to: number): number {
    const rows = this.#rows;
    const mix = this.mix.current;
    let count = 0;
    for (let row = from; row < to; row += 1) {
      if (batch.outer.version[row] === 0) {
        const isArp = batch.nonIp[row] === NonIp.arp;
        this.nonIp += 1;
        if (isArp) this.arp += 1;
        mix.addKey(isArp ? MIX_ARP : MIX_NON_IP, 1, batch.wireLen[row] as number);
        continue;
      }
      rows[count] = row;
      count += 1;
      if (batch.tunnelled[row] === 0) continue;
      this.tunnelled += 1;
      if (this.inner !== null) continue;
      this.inner = new LayerAggregate(this.options, this.levels, this.#rows.length);
      this.inner.copyFrom(this.outer);
    }
    return count;
  }

  #addClasses(batch: PacketBatch, count: number, clockSec: number): void {
    const { outer, wireLen } = batch;
    const rows = this.#rows;
    const classes = this.#classes;
    const mix = this.mix.current;
    let bytes = 0;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const trafficClass = classOf(batch, outer, row);
      const length = wireLen[row] as number;
      classes[i] = trafficClass;
      bytes += length;
      mix.addKey(trafficClass, 1, length);
    }
    this.#addTargets(batch, count);
    this.samples.addRun(clockSec, outer, wireLen, rows, classes, count, bytes);
  }

  /** Runs of one class to one target are counted at once: under attack they are long. */
  #addTargets({ outer, wireLen }: PacketBatch, count: number): void {
    const rows = this.#rows;
    const classes = this.#classes;
    for (let i = 0; i < count; ) {
      const row = rows[i] as number;
      const trafficClass = classes[i] as number;
      const first = i;
      let bytes = wireLen[row] as number;
      for (i += 1; i < count && classes[i] === trafficClass && isSameTarget(outer, row, rows[i] as number); i += 1) {
        bytes += wireLen[rows[i] as number] as number;
      }
      this.#targets.add(outer.version[row] as number, outer.dst, row, trafficClass, i - first, bytes);
    }
  }

  #addInner(batch: PacketBatch, inner: LayerAggregate, count: number): void {
    const scratch = this.#scratch;
    for (const tunnelled of [0, 1]) {
      let kept = 0;
      for (let i = 0; i < count; i += 1) {
        const row = this.#rows[i] as number;
        if (batch.tunnelled[row] !== tunnelled) continue;
        scratch[kept] = row;
        kept += 1;
      }
      inner.add(tunnelled === 0 ? batch.outer : batch.inner, batch.wireLen, scratch, kept, 1);
    }
  }

  /** Ends the half second: what each target received in it. */
  closeSlot(): TargetSlot[] {
    return this.#targets.close();
  }

  /** Ends the second in every table with windows. */
  rotate(): void {
    this.outer.rotate();
    this.inner?.rotate();
    this.filtered?.layer.rotate();
    this.mix.table.rotate();
  }

  /** Sets or clears the filter. The tables begin with the sampled rows of the last seconds, weighted. Throws UserError on a bad value. */
  setFilter(parts: readonly FilterPart[], nowSec: number, lookBackSec: number): void {
    if (parts.length === 0) {
      this.filtered = null;
      return;
    }
    const filter = new RowFilter(parts);
    const layer = new LayerAggregate(this.options, this.levels, this.#rows.length);
    const rows = new Int32Array(this.#rows.length);
    let isSampled = false;
    this.samples.visit(nowSec - lookBackSec, nowSec + 1, ({ at, count, packets }) => {
      for (let i = 0; i < count; i += 1) rows[i] = at + i;
      const kept = filter.select(this.samples.rows, rows, count, rows);
      if (packets > count) isSampled = true;
      layer.add(this.samples.rows, this.samples.rows.wireLen, rows, kept, Math.max(1, Math.round(packets / count)));
      layer.rotate();
    });
    this.filtered = { filter, layer, isSampled };
  }
}

function isSameTarget({ version, dst }: HeaderColumns, a: number, b: number): boolean {
  return (
    dst[a * 4 + 3] === dst[b * 4 + 3] &&
    dst[a * 4 + 2] === dst[b * 4 + 2] &&
    dst[a * 4 + 1] === dst[b * 4 + 1] &&
    dst[a * 4] === dst[b * 4] &&
    version[a] === version[b]
  );
}
