/**
 * The data path as code: frames in, decoded, counted, and at every tick of capture time judged; snapshots and
 * incidents out. No I/O and no wall clock: the same packets give the same result, live or replayed.
 */

import { Layer7Aggregate } from '../aggregate/layer7-aggregate.js';
import { RequestTraits } from '../aggregate/request-traits.js';
import { TrafficAggregate } from '../aggregate/traffic-aggregate.js';
import type { DetectionConfig } from '../config/threshold-config.js';
import { decodeBatch } from '../decode/decode-batch.js';
import { FragmentTable } from '../decode/network/fragment-table.js';
import { ShapeTrigger } from '../detect/shape/shape-trigger.js';
import type { HostSignals } from '../incident/impact.js';
import type { Incident } from '../incident/incident.js';
import { HotMemory } from '../kernel/hot-memory.js';
import { BothSinks } from '../layer7/both-sinks.js';
import { Layer7Reader } from '../layer7/layer7-reader.js';
import { BATCH_BYTES } from '../records/batch-layout.js';
import type { FrameMemory } from '../records/collector.js';
import type { ColumnPlace } from '../records/column-place.js';
import type { DiffRequest } from '../records/diff-request.js';
import type { DiffRows } from '../records/diff-rows.js';
import { BATCH_ROWS, FrameBatch } from '../records/frame-batch.js';
import { PacketBatch } from '../records/packet-batch.js';
import { sheddingAt } from '../records/shedding.js';
import { COARSE_TICKS_PER_SECOND, TICKS_PER_SECOND } from '../records/target-slot.js';
import type { ViewRequest } from '../records/view-request.js';
import { randomSeed } from '../sketch/hash.js';
import type { ImpactEstimate, Snapshot, SourceStatus } from '../snapshot/snapshot.js';
import { takeSnapshot } from '../snapshot/take-snapshot.js';
import { CaptureClock } from './capture-clock.js';
import { FrameSampler } from './frame-sampler.js';
import type { WeightedRows } from './good-rows.js';
import { HotFrames } from './hot-frames.js';
import type { ImpactRequest } from './impact.js';
import type { LiveRows } from './live-rows.js';
import type { LoadGovernor } from './load-governor.js';
import { DEFAULT_VIEW, type PipelineOptions } from './pipeline-options.js';
import { ShapeFeed } from './shape-feed.js';
import { TickJudge } from './tick-judge.js';

/** Seconds a new filter looks back on in the sampled rows. */
const FILTER_LOOK_BACK_SEC = 60;
/** Seconds of silence whose ticks are judged one by one; beyond, one gap stands for all. */
const MAX_SILENT_SEC = 60;

/** Address space of the tables: of totals only 8 MiB are used, with windows 20 MiB (lists of closed seconds lie elsewhere), each twice when there are tunnels. */
const TOTALS_BYTES = 48 * 2 ** 20;
const WINDOWED_BYTES = 160 * 2 ** 20;

/** Rows not counted yet: from `from` on. */
interface Run {
  from: number;
  /** On the wire. */
  bytes: number;
  bytesCaptured: number;
  /** Ticks, each of neighbouring rows, that it is made of. */
  parts: number;
}

function sumsOf({ wireLen, capLen }: FrameBatch, from: number, to: number): { bytes: number; bytesCaptured: number } {
  let bytes = 0;
  let bytesCaptured = 0;
  for (let row = from; row < to; row += 1) {
    bytes += wireLen[row] as number;
    bytesCaptured += capLen[row] as number;
  }
  return { bytes, bytesCaptured };
}

export class Pipeline {
  readonly aggregate: TrafficAggregate;
  /** What the payloads said. */
  readonly layer7: Layer7Aggregate;
  readonly layer7Reader: Layer7Reader;
  readonly fragments = new FragmentTable();
  /** Where readers put frames so that they are decoded and counted without a copy; null when there is no such memory. */
  readonly frameMemory: FrameMemory | null = null;
  readonly #memory: HotMemory | null;
  readonly #rows: LiveRows | null;
  readonly #hotPackets: PacketBatch | null = null;
  /** For frames that lie elsewhere. */
  #ownPackets: PacketBatch | null = null;
  readonly #clock: CaptureClock;
  readonly #governor: LoadGovernor | null;
  readonly #sampler: FrameSampler;
  /** The frames of the batch at hand are decoded, each in its own row. */
  #isDecoded = false;
  readonly #shapes: ShapeFeed;
  readonly #judge: TickJudge;
  #view = DEFAULT_VIEW;
  #tick = 0;
  #late = 0;
  /** Lost before they reached us, as the source counts them. */
  dropped = 0;
  /** Frames by LINKTYPE_ value. */
  readonly linkTypes = new Map<number, number>();
  #firstSec = Number.NaN;
  #nowSec = Number.NaN;

  constructor(options: PipelineOptions = {}) {
    const { exact = false, windows = false, levels = 2, seed = randomSeed() } = options;
    const { ranksFlows = true, kernel = true, governor = null, ja4Compat = false, reading = 'perSecond' } = options;
    const { ticksPerSecond = windows ? TICKS_PER_SECOND : COARSE_TICKS_PER_SECOND } = options;
    this.#clock = new CaptureClock(ticksPerSecond);
    this.#rows = options.rows ?? null;
    if (governor !== null && !windows) throw new RangeError('Pipeline: a governor takes windows.');
    this.#memory = kernel ? HotMemory.create(windows ? WINDOWED_BYTES : TOTALS_BYTES) : null;
    const batchAt = this.#memory?.allocate(BATCH_BYTES) ?? -1;
    if (this.#memory !== null && batchAt >= 0) {
      const place: ColumnPlace = { buffer: this.#memory.buffer, at: batchAt };
      this.#hotPackets = new PacketBatch(BATCH_ROWS, place);
      this.frameMemory = new HotFrames(this.#memory, new FrameBatch(BATCH_ROWS, place));
    }
    const tables = { exact, windows, ranksFlows, seed, memory: this.#memory };
    this.aggregate = new TrafficAggregate(tables, levels, BATCH_ROWS, ticksPerSecond, this.#rows?.readDetail ?? null);
    this.layer7 = new Layer7Aggregate(tables, ja4Compat);
    this.#shapes = new ShapeFeed(new ShapeTrigger(), new RequestTraits(seed));
    const sink = new BothSinks(this.#rows?.before(this.layer7) ?? this.layer7, this.#shapes);
    this.layer7Reader = new Layer7Reader(sink, this.#memory, seed, exact ? 'everything' : reading);
    this.#judge = new TickJudge(this.aggregate, this.#shapes, ticksPerSecond, options);
    this.#governor = governor;
    this.#sampler = new FrameSampler(seed);
  }

  /** Counts a lent batch, and decodes it: all of it or, when that is too much, a sample. Its rows are not what they were afterwards. */
  pushFrames(frames: FrameBatch): void {
    const { count } = frames;
    if (count === 0) return;
    this.#isDecoded = false;
    this.#countLinkTypes(frames);
    const run: Run = { from: 0, bytes: 0, bytesCaptured: 0, parts: 0 };
    for (let row = 0; row < count; ) {
      const part = this.#tickPart(frames, row);
      this.#moveClock(frames, run, row, part.end);
      run.bytes += part.bytes;
      run.bytesCaptured += part.bytesCaptured;
      run.parts += 1;
      row = part.end;
    }
    const lastSec = (frames.sec[count - 1] as number) + (frames.nsec[count - 1] as number) / 1e9;
    this.#addRun(frames, run, count, this.#clock.slot);
    this.#advanceNow(lastSec);
  }

  #packetsFor(frames: FrameBatch): PacketBatch {
    if (frames.place !== null && frames.place === this.#hotPackets?.place) return this.#hotPackets;
    if (this.#ownPackets === null || this.#ownPackets.rows < frames.rows)
      this.#ownPackets = new PacketBatch(frames.rows);
    return this.#ownPackets;
  }

  /** Where the tick of `row` ends, and the bytes of the rows in it. */
  #tickPart(frames: FrameBatch, row: number): { end: number; bytes: number; bytesCaptured: number } {
    const { place, count, sec, nsec, wireLen, capLen } = frames;
    const { from, to } = this.#clock.tickRange(nsec[row] as number);
    if (this.#memory !== null && place?.buffer === this.#memory.buffer) {
      const { kernel, result } = this.#memory;
      const end = kernel.tickEnd(place.at, row, count, from, to);
      return { end, bytes: result[0] as number, bytesCaptured: result[1] as number };
    }
    const isIn = (at: number) => sec[at] === sec[row] && (nsec[at] as number) >= from && (nsec[at] as number) < to;
    let bytes = 0;
    let bytesCaptured = 0;
    let end = row;
    do {
      bytes += wireLen[end] as number;
      bytesCaptured += capLen[end] as number;
      end += 1;
    } while (end < count && isIn(end));
    return { end, bytes, bytesCaptured };
  }

  /** Moves the clock by the rows `row..end` of one tick. When it moves on, the run before them is counted first. */
  #moveClock(frames: FrameBatch, run: Run, row: number, end: number): void {
    for (let at = row; at < end; at += 1) {
      const before = this.#clock.slot;
      const move = this.#clock.move(frames.sec[at] as number, frames.nsec[at] as number);
      if (move === 'same') return;
      if (move === 'late' || move === 'doubtful') {
        this.#late += 1;
        continue;
      }
      // Rows the clock did not follow stay in the run before.
      const left = sumsOf(frames, row, at);
      run.bytes += left.bytes;
      run.bytesCaptured += left.bytesCaptured;
      if (at > row) run.parts += 1;
      this.#addRun(frames, run, at, before);
      run.from = at;
      run.bytes = -left.bytes;
      run.bytesCaptured = -left.bytesCaptured;
      run.parts = 0;
      if (Number.isNaN(before)) this.#firstSec = (frames.sec[at] as number) + (frames.nsec[at] as number) / 1e9;
      else if (move === 'forward') this.#closeSlots(before);
      else this.#resetClock();
      return;
    }
  }

  /** Runs of one link type are the rule, so the map is touched about once a batch. */
  #countLinkTypes(frames: FrameBatch): void {
    for (let from = 0; from < frames.count; ) {
      const linkType = frames.linkType[from] as number;
      const end = this.#linkTypeEnd(frames, from);
      this.linkTypes.set(linkType, (this.linkTypes.get(linkType) ?? 0) + end - from);
      from = end;
    }
  }

  #linkTypeEnd({ place, linkType, count }: FrameBatch, from: number): number {
    if (this.#memory !== null && place?.buffer === this.#memory.buffer) {
      return this.#memory.kernel.linkTypeEnd(place.at, from, count);
    }
    let end = from + 1;
    while (end < count && linkType[end] === linkType[from]) end += 1;
    return end;
  }

  #addRun(frames: FrameBatch, { from, bytes, bytesCaptured, parts }: Run, to: number, slot: number): void {
    if (to === from) return;
    // Before the first sane timestamp there is no clock: such packets count in second 0.
    const clockSec = Number.isNaN(slot) ? 0 : Math.floor(slot / this.#clock.ticksPerSecond);
    this.aggregate.addFrames(frames, { from, to, bytes, bytesCaptured, isOneSecond: parts === 1 }, clockSec);
    if (this.#sampler.rate > 1) {
      this.#addSampled(frames, from, to, clockSec);
      return;
    }
    const packets = this.#packetsFor(frames);
    if (!this.#isDecoded) decodeBatch(frames, packets, this.#memory, this.fragments);
    this.#isDecoded = true;
    this.aggregate.addPackets(packets, { from, to, bytes }, clockSec);
    this.layer7Reader.read(packets, from, to, 1);
  }

  /** The chosen ones are decoded at the front of the batch: rows from `to` on stay what they are. */
  #addSampled(frames: FrameBatch, from: number, to: number, clockSec: number): void {
    const kept = this.#sampler.keep(frames, from, to);
    this.#isDecoded = false;
    if (kept === 0) return;
    const { count } = frames;
    const packets = this.#packetsFor(frames);
    frames.count = kept;
    decodeBatch(frames, packets, this.#memory, this.fragments);
    frames.count = count;
    this.aggregate.addPackets(packets, { from: 0, to: kept, bytes: this.#sampler.keptBytes }, clockSec);
    this.layer7Reader.read(packets, 0, kept, this.#sampler.rate);
  }

  #advanceNow(sec: number): void {
    const { slot, slotStart, ticksPerSecond } = this.#clock;
    if (Math.floor(sec * ticksPerSecond) === slot) this.#nowSec = sec;
    else if (!(this.#nowSec >= slotStart)) this.#nowSec = slotStart;
  }

  /** Judges the tick `slot` and the silent ones between it and the running one. */
  #closeSlots(slot: number): void {
    const { aggregate } = this;
    const { ticksPerSecond } = this.#clock;
    const running = this.#clock.slot;
    const second = Math.floor(slot / ticksPerSecond);
    const isEnd = Math.floor(running / ticksPerSecond) !== second;
    if (isEnd) this.#judge.endSecond(second);
    this.#judge.endTick((slot + 1) / ticksPerSecond);
    const silentFrom = Math.max(slot + 1, running - MAX_SILENT_SEC * ticksPerSecond);
    for (let silent = silentFrom; silent < running; silent += 1) this.#judge.passTick((silent + 1) / ticksPerSecond);
    if (!isEnd) return;
    aggregate.rotate(second);
    this.layer7.rotate(second);
    this.layer7Reader.beginSecond();
    if (this.#governor !== null) this.#shed(this.#governor.decide());
    aggregate.beginSecond(this.#clock.second, this.#judge.targetsToSample());
  }

  #shed(level: number): void {
    if (level === this.aggregate.shedding.level) return;
    const shedding = sheddingAt(level);
    this.aggregate.shed(shedding);
    if (shedding.sampleRate !== this.#sampler.rate) this.#sampler.setRate(shedding.sampleRate);
  }

  #resetClock(): void {
    this.aggregate.closeSlot();
    this.aggregate.series.clear();
    this.aggregate.samples.clear();
    this.aggregate.targetSamples.clear();
    this.#rows?.clear();
    this.#shapes.clear();
    this.aggregate.forgetWindows();
    this.layer7.forgetWindows();
    this.#nowSec = Number.NaN;
    this.#firstSec = this.#clock.slotStart;
  }

  /** The source ended: judges the tick that was still running. */
  finish(): void {
    if (Number.isNaN(this.#clock.slot)) return;
    this.#judge.endSecond(this.#clock.second);
    this.#judge.endTick(this.#clock.slotEnd, true);
  }

  /** What the protected host or link suffers, as somebody else measures it: part of the urgency from the next decision on. */
  setSignals(signals: HostSignals): void {
    this.#judge.setSignals(signals);
  }

  /** Other floors, groups, networks and triggers from now on; open attacks stay open until they are over by the new ones. */
  setDetection(detection: DetectionConfig): void {
    this.#judge.setDetection(detection);
  }

  /** A live source had no packet until `sec`: its empty seconds are a measurement, and judged like any others. */
  passTime(sec: number): void {
    const before = this.#clock.slot;
    if (Number.isNaN(before) || !(sec > this.#nowSec)) return;
    const second = Math.floor(sec);
    const move = this.#clock.move(second, (sec - second) * 1e9);
    if (move === 'forward') this.#closeSlots(before);
    else if (move !== 'same') return;
    this.aggregate.series.add(second, 0, 0);
    this.#nowSec = sec;
  }

  /** The source lost touch (suspended, reconnecting) until now: the seconds between show as a gap. */
  markGap(fromSec: number, toSec: number): void {
    this.aggregate.series.markGap(Math.ceil(fromSec), Math.floor(toSec));
  }

  /** Throws UserError when a filter value is none; the view stays as it was. */
  setView(view: ViewRequest): void {
    if (JSON.stringify(view.filter) !== JSON.stringify(this.#view.filter)) {
      this.aggregate.setFilter(view.filter, Math.floor(this.#nowSec), FILTER_LOOK_BACK_SEC);
    }
    this.#view = view;
  }

  get nowSec(): number {
    return this.#nowSec;
  }

  get late(): number {
    return this.#late;
  }

  /** As `rowsFor`. */
  estimateImpact(request: ImpactRequest): ImpactEstimate {
    return this.#liveRows().impact(this.aggregate, request, { nowSec: this.#nowSec, firstSec: this.#firstSec });
  }

  /** What a target under attack received before; null when nothing is kept of it. Lent until every attack is over. */
  goodRowsOf(target: string): WeightedRows | null {
    return this.#rows?.goodOf(target) ?? null;
  }

  /** Sampled rows for a diff. Lent until more frames are pushed. Throws UserError when the target or a mark is none. */
  rowsFor(request: DiffRequest): DiffRows {
    const incident = this.incidents().find(({ target }) => target === request.target) ?? null;
    return this.#liveRows().sides(this.aggregate, request, incident, this.#nowSec);
  }

  #liveRows(): LiveRows {
    if (this.#rows === null) throw new Error('Pipeline: asked for rows, and made without.');
    return this.#rows;
  }

  /** Attacks called so far: whoever tells people compares it with what it was. */
  get alarms(): number {
    return this.#judge.alarms;
  }

  incidents(): Incident[] {
    return this.#judge.incidents();
  }

  snapshot(source: SourceStatus): Snapshot {
    this.#tick += 1;
    return takeSnapshot({
      aggregate: this.aggregate,
      source,
      view: this.#view,
      tick: this.#tick,
      nowSec: this.#nowSec,
      firstSec: this.#firstSec,
      runningSec: Number.isNaN(this.#clock.slot) ? Number.NaN : this.#clock.second,
      late: this.#late,
      dropped: this.dropped,
      payloads: { found: this.layer7, reader: this.layer7Reader },
    });
  }
}
