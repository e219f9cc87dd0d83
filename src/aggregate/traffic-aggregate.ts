/** All that is counted of a stream of packets. Fed in runs of one tick; knows no wall clock. */

import type { Prefix } from '../format/address.js';
import { addressIn, arrayIn, type HotMemory } from '../kernel/hot-memory.js';
import { IP_ROWS } from '../records/batch-layout.js';
import { DecodeStatus } from '../records/decode-status.js';
import { BATCH_ROWS } from '../records/frame-batch.js';
import { type HeaderColumns, NonIp, type PacketBatch } from '../records/packet-batch.js';
import type { ReadRowDetail } from '../records/packet-samples.js';
import { NOTHING_SHED, type Shedding } from '../records/shedding.js';
import type { TickSlots } from '../records/target-slot.js';
import { CLASS_COUNT } from '../records/traffic-class.js';
import type { FilterPart } from '../records/view-request.js';
import { SETTLE_AT } from '../sketch/direct-table.js';
import { nextRandom } from '../sketch/hash.js';
import { NumberDimension, type TableOptions } from './dimension.js';
import { LayerAggregate } from './layer-aggregate.js';
import { RowFilter } from './row-filter.js';
import { SAMPLE_SECONDS, SampleRing, SHORT_SAMPLE_SECONDS } from './sample-ring.js';
import { TargetClasses } from './target-classes.js';
import { RING_ROWS, type SampledTarget, SHORT_RING_ROWS, TargetSamples } from './target-samples.js';
import { RecentSeries, Timeline } from './timeline.js';

/** Keys of the mix beyond the traffic classes. */
export const MIX_ARP = CLASS_COUNT;
export const MIX_NON_IP = CLASS_COUNT + 1;
/** Longer frames count as this length: 256 KiB is libpcap's largest snap length. */
const MAX_FRAME_LENGTH = 262_144;
/** Runs with more bytes (lengths that lie) are counted in TypeScript, which takes any number. */
const MAX_HOT_BYTES = 2 ** 30;

/** Rows `from..to` of a batch that are counted together. */
export interface RowRun {
  readonly from: number;
  readonly to: number;
  /** On the wire. */
  readonly bytes: number;
}

export interface FrameRun extends RowRun {
  readonly bytesCaptured: number;
  /** All rows lie in the second of the first. */
  readonly isOneSecond: boolean;
}

/** What is known of frames before they are decoded. */
export interface FrameColumns {
  readonly sec: Float64Array;
  readonly nsec: Int32Array;
  readonly wireLen: Uint32Array;
}

export interface CaptureTime {
  sec: number;
  nsec: number;
}

export class TrafficAggregate {
  packets = 0;
  bytes = 0;
  bytesCaptured = 0;
  /** Of `packets` those that were sampled, and those without detail: what else is counted of them is an estimate, or missing. */
  sampledPackets = 0;
  undetailedPackets = 0;
  /** Most packets that one stood for. */
  worstRate = 1;
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
  filtered: {
    readonly filter: RowFilter;
    readonly layer: LayerAggregate;
    readonly isSampled: boolean;
    /** Nothing before this second is in its tables. */
    readonly fromSec: number;
  } | null = null;
  readonly frameLengths: NumberDimension;
  readonly mix: NumberDimension;
  readonly timeline = new Timeline();
  readonly series = new RecentSeries();
  /** Of all traffic, and of its largest targets. */
  readonly samples: SampleRing;
  readonly targetSamples: TargetSamples;
  readonly #targets: TargetClasses;
  readonly #rows: Int32Array;
  readonly #scratch: Int32Array;
  /** Bytes counted since there was last made room in the counters. */
  #unsettledBytes = 0;
  #shedding = NOTHING_SHED;

  constructor(
    readonly options: TableOptions,
    /** Prefix levels kept, 1..4. */
    readonly levels: number,
    batchRows: number,
    ticksPerSecond: number,
    /** Of sampled rows; null: they have none. */
    readDetail: ReadRowDetail | null = null,
  ) {
    this.outer = new LayerAggregate(options, levels, batchRows);
    this.frameLengths = new NumberDimension(MAX_FRAME_LENGTH + 1, { ...options, windows: false });
    this.mix = new NumberDimension(CLASS_COUNT + 2, options);
    this.samples = new SampleRing(
      seededRandom(options.seed),
      options.windows ? SAMPLE_SECONDS : SHORT_SAMPLE_SECONDS,
      readDetail,
    );
    const ringRows = options.windows ? RING_ROWS : SHORT_RING_ROWS;
    this.targetSamples = new TargetSamples(options.seed, options.memory, ringRows, readDetail);
    this.#targets = new TargetClasses(options.seed, options.memory, ticksPerSecond);
    this.#rows = new Int32Array(batchRows);
    this.#scratch = arrayIn(options.memory, Int32Array, batchRows);
  }

  /** Counts a run of frames by number, length and time, whatever is shed. They belong to the running tick of second `clockSec`. */
  addFrames(frames: FrameColumns, run: FrameRun, clockSec: number): void {
    const { from, to } = run;
    const count = to - from;
    this.#noteTimes(frames, from, to);
    this.packets += count;
    this.bytes += run.bytes;
    this.bytesCaptured += run.bytesCaptured;
    this.series.add(clockSec, count, run.bytes);
    if (run.isOneSecond) this.#addSecond(frames.sec[from] as number, count, run.bytes);
    else this.#addSeconds(frames, from, to);
    if (this.#shedding.sampleRate > 1) this.sampledPackets += count;
    if (!this.#shedding.hasDetail) this.undetailedPackets += count;
  }

  /** Counts what was decoded of those frames: all of them, or when they are sampled the chosen ones. */
  addPackets(batch: PacketBatch, run: RowRun, clockSec: number): void {
    const { from, to } = run;
    this.#makeRoom(run.bytes);
    if (this.#addHot(batch, run, clockSec)) return;
    this.#countStatuses(batch, from, to);
    const count = this.#ipRows(batch, from, to);
    this.outer.add(batch.outer, batch.wireLen, this.#rows, count, 1);
    this.#addClasses(batch, count, clockSec);
    if (this.inner !== null) this.#addInner(batch, this.inner, this.#rows, count);
    this.#addFiltered(batch, this.#rows, count);
  }

  /** The counters hold 2^32 bytes and packets; one packet has at least one byte on any wire, or is counted as if. */
  #makeRoom(bytes: number): void {
    this.#unsettledBytes += Math.min(bytes, MAX_HOT_BYTES) + BATCH_ROWS;
    if (this.#unsettledBytes < SETTLE_AT - MAX_HOT_BYTES) return;
    this.#unsettledBytes = 0;
    this.outer.settle();
    this.inner?.settle();
    this.filtered?.layer.settle();
    this.frameLengths.table.settle();
    this.mix.table.settle();
  }

  /** The same by the kernel. False, and nothing is counted, when it cannot reach the batch or a table. */
  #addHot(batch: PacketBatch, { from, to, bytes }: RowRun, clockSec: number): boolean {
    const { memory } = this.options;
    const { place } = batch;
    const { kernel } = memory ?? {};
    const frames = { mix: this.mix.current, lengths: this.frameLengths.current, longest: MAX_FRAME_LENGTH };
    if (memory === null || kernel === undefined || place?.buffer !== memory.buffer || bytes > MAX_HOT_BYTES)
      return false;
    if (frames.lengths.address === 0 || frames.mix.address === 0 || this.#targets.address === 0) return false;
    if (addressIn(memory, batch.bytes) === 0) return false;
    const { rows, tunnelled, notOk } = batch.isPlain
      ? plainRows(memory, from, to)
      : listRows(memory, place.at, from, to);
    if (tunnelled > 0) this.#openInner();
    const count = rows.length;
    if (!this.outer.addHot(batch, batch.outer, rows, count, frames)) return false;
    this.tunnelled += tunnelled * this.#rate;
    this.#scaleLengths(batch.wireLen, rows, count);
    if (notOk > 0) this.#countStatuses(batch, from, to);
    const otherBytes = count < to - from ? this.#addNonIp(batch, from, to) : 0;
    kernel.addTargets(place.at, this.#targets.address, rows.byteOffset, count);
    const { outer, wireLen, trafficClass } = batch;
    this.samples.addRun(clockSec, outer, wireLen, rows, trafficClass, count, bytes - otherBytes, batch);
    if (!this.targetSamples.addHot(batch, rows, count)) {
      this.targetSamples.addRun(outer, wireLen, rows, trafficClass, count, batch);
    }
    if (this.inner !== null) this.#addInner(batch, this.inner, rows, count);
    this.#addFiltered(batch, rows, count);
    return true;
  }

  #addFiltered(batch: PacketBatch, rows: Int32Array, count: number): void {
    if (this.filtered === null) return;
    const { filter, layer } = this.filtered;
    const kept = filter.select(batch.outer, rows, count, this.#scratch);
    if (layer.addHot(batch, batch.outer, this.#scratch, kept)) return;
    layer.add(batch.outer, batch.wireLen, this.#scratch, kept, 1);
  }

  #countStatuses({ status }: PacketBatch, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      if (status[row] === DecodeStatus.ok) continue;
      if (status[row] === DecodeStatus.truncated) this.truncated += this.#rate;
      else if (status[row] === DecodeStatus.malformed) this.malformed += this.#rate;
      else this.unsupported += this.#rate;
    }
  }

  /** The timeline goes by each record's own second, in runs: neighbours nearly always share it. */
  #addSeconds({ sec, wireLen }: FrameColumns, from: number, to: number): void {
    for (let row = from; row < to; ) {
      const second = sec[row] as number;
      const first = row;
      let bytes = 0;
      do {
        bytes += wireLen[row] as number;
        row += 1;
      } while (row < to && sec[row] === second);
      this.#addSecond(second, row - first, bytes);
    }
  }

  #addSecond(second: number, packets: number, bytes: number): void {
    if (!Number.isNaN(second)) this.timeline.add(second, packets, bytes);
  }

  /** Simple packet blocks of pcapng carry no time: the first and last that do count. */
  #noteTimes({ sec, nsec }: FrameColumns, from: number, to: number): void {
    let first = from;
    let last = to - 1;
    while (first < to && Number.isNaN(sec[first])) first += 1;
    while (last >= first && Number.isNaN(sec[last])) last -= 1;
    if (first === to) return;
    this.first ??= { sec: sec[first] as number, nsec: nsec[first] as number };
    this.last.sec = sec[last] as number;
    this.last.nsec = nsec[last] as number;
  }

  /** Collects the rows with an IP header; counts the others. */
  #ipRows(batch: PacketBatch, from: number, to: number): number {
    const rows = this.#rows;
    let count = 0;
    let tunnelled = 0;
    for (let row = from; row < to; row += 1) {
      if (batch.outer.version[row] === 0) continue;
      rows[count] = row;
      count += 1;
      tunnelled += batch.tunnelled[row] as number;
    }
    if (count < to - from) this.#addNonIp(batch, from, to);
    if (tunnelled > 0) this.#openInner();
    this.tunnelled += tunnelled * this.#rate;
    return count;
  }

  /** Returns the bytes of the rows without an IP header, on the wire. */
  #addNonIp(batch: PacketBatch, from: number, to: number): number {
    const mix = this.mix.current;
    let bytes = 0;
    for (let row = from; row < to; row += 1) {
      if (batch.outer.version[row] !== 0) continue;
      const isArp = batch.nonIp[row] === NonIp.arp;
      this.nonIp += this.#rate;
      if (isArp) this.arp += this.#rate;
      const length = batch.wireLen[row] as number;
      bytes += length;
      mix.addKey(isArp ? MIX_ARP : MIX_NON_IP, 1, length);
      this.#addLength(length);
    }
    return bytes;
  }

  #addLength(length: number): void {
    const rate = this.#rate;
    this.frameLengths.current.addKey(Math.min(length, MAX_FRAME_LENGTH), rate, length * rate);
  }

  /** The kernel counted each length once. Lengths are a total only, which no rotation scales. */
  #scaleLengths(wireLen: Uint32Array, rows: Int32Array, count: number): void {
    const more = this.#rate - 1;
    if (more === 0) return;
    for (let i = 0; i < count; i += 1) {
      const length = wireLen[rows[i] as number] as number;
      this.frameLengths.current.addKey(Math.min(length, MAX_FRAME_LENGTH), more, length * more);
    }
  }

  /** The inner layer begins as what the outer one has counted before the first tunnel showed itself. */
  #openInner(): void {
    if (this.inner !== null) return;
    this.inner = new LayerAggregate(this.options, this.levels, this.#rows.length);
    this.inner.copyFrom(this.outer);
    this.inner.shed(this.#shedding);
  }

  #addClasses(batch: PacketBatch, count: number, clockSec: number): void {
    const { outer, wireLen, trafficClass } = batch;
    const rows = this.#rows;
    const mix = this.mix.current;
    let bytes = 0;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const length = wireLen[row] as number;
      bytes += length;
      mix.addKey(trafficClass[row] as number, 1, length);
      this.#addLength(length);
    }
    this.#addTargets(batch, count);
    this.samples.addRun(clockSec, outer, wireLen, rows, trafficClass, count, bytes, batch);
    this.targetSamples.addRun(outer, wireLen, rows, trafficClass, count, batch);
  }

  #addTargets({ outer, wireLen, trafficClass }: PacketBatch, count: number): void {
    const rows = this.#rows;
    for (let i = 0; i < count; ) {
      const row = rows[i] as number;
      const first = i;
      let bytes = wireLen[row] as number;
      for (i += 1; i < count; i += 1) {
        const next = rows[i] as number;
        if (trafficClass[next] !== trafficClass[row] || !isSameTarget(outer, row, next)) break;
        bytes += wireLen[next] as number;
      }
      this.#targets.add(outer.version[row] as number, outer.dst, row, trafficClass[row] as number, i - first, bytes);
    }
  }

  #addInner(batch: PacketBatch, inner: LayerAggregate, rows: Int32Array, count: number): void {
    const scratch = this.#scratch;
    for (const tunnelled of [0, 1]) {
      let kept = 0;
      for (let i = 0; i < count; i += 1) {
        const row = rows[i] as number;
        if (batch.tunnelled[row] !== tunnelled) continue;
        scratch[kept] = row;
        kept += 1;
      }
      if (kept === 0) continue;
      const columns = tunnelled === 0 ? batch.outer : batch.inner;
      if (!inner.addHot(batch, columns, scratch, kept)) inner.add(columns, batch.wireLen, scratch, kept, 1);
    }
  }

  /** Networks that are counted as targets too. */
  setNetworks(networks: readonly Prefix[]): void {
    this.#targets.prefixes.setNetworks(networks);
  }

  /** Ends the tick: what each target received in it. */
  closeSlot(): TickSlots {
    return this.#targets.close(this.#rate);
  }

  /** Second `sec` begins: rows of these targets are kept apart, most important first. */
  beginSecond(sec: number, targets: readonly SampledTarget[]): void {
    this.targetSamples.begin(sec, targets, this.#rate);
  }

  get shedding(): Shedding {
    return this.#shedding;
  }

  get #rate(): number {
    return this.#shedding.sampleRate;
  }

  /** What is left out from now on. Only right after `rotate`: all packets of a second stand for the same number. Takes windows. */
  shed(shedding: Shedding): void {
    this.#shedding = shedding;
    this.worstRate = Math.max(this.worstRate, shedding.sampleRate);
    this.outer.shed(shedding);
    this.inner?.shed(shedding);
    this.filtered?.layer.shed(shedding);
    this.mix.table.setScale(shedding.sampleRate);
    this.samples.setRate(shedding.sampleRate);
  }

  /** Ends second `sec` in every table with windows. */
  rotate(sec: number): void {
    const scale = this.#rate;
    this.outer.rotate(scale, sec);
    this.inner?.rotate(scale, sec);
    this.filtered?.layer.rotate(scale, sec);
    this.mix.table.rotate(scale, sec);
  }

  /** The clock was set: the windows are empty from here on. */
  forgetWindows(): void {
    const scale = this.#rate;
    this.outer.forgetWindows(scale);
    this.inner?.forgetWindows(scale);
    this.filtered?.layer.forgetWindows(scale);
    this.mix.table.forgetWindows(scale);
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
    this.samples.visit(nowSec - lookBackSec, nowSec + 1, ({ sec, at, count, packets }) => {
      for (let i = 0; i < count; i += 1) rows[i] = at + i;
      const kept = filter.select(this.samples.rows, rows, count, rows);
      if (packets > count) isSampled = true;
      layer.add(this.samples.rows, this.samples.rows.wireLen, rows, kept, Math.max(1, Math.round(packets / count)));
      layer.rotate(1, sec);
    });
    layer.shed(this.#shedding);
    this.filtered = { filter, layer, isSampled, fromSec: nowSec - lookBackSec };
  }
}

interface RunRows {
  /** Those with an outer IP header, in the hot memory. */
  readonly rows: Int32Array;
  readonly tunnelled: number;
  /** Of all rows. */
  readonly notOk: number;
}

/** The same packets with the same seed give the same sample. Above 0, below 1. */
function seededRandom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state = nextRandom(state);
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
}

function plainRows({ allRows }: HotMemory, from: number, to: number): RunRows {
  return { rows: allRows.subarray(from, to), tunnelled: 0, notOk: 0 };
}

function listRows({ kernel, result, buffer }: HotMemory, batchAt: number, from: number, to: number): RunRows {
  const count = kernel.ipRows(batchAt, from, to);
  const rows = new Int32Array(buffer, batchAt + IP_ROWS, count);
  return { rows, tunnelled: result[0] as number, notOk: result[1] as number };
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
