/** Everything counted about one IP header (outer or inner) of the packets it is given. */
import { addressIn, type HotMemory } from '../kernel/hot-memory.js';
import { V6_PROTOCOLS_AT } from '../kernel/layout.js';
import { V4_ROWS, V6_ROWS } from '../records/batch-layout.js';
import { Has, type HeaderColumns, type PacketBatch } from '../records/packet-batch.js';
import { PREFIX_LEVELS } from '../records/prefix-levels.js';
import { DETAIL_FROM_LEVEL, NOTHING_SHED, type Shedding } from '../records/shedding.js';
import type { DirectTable } from '../sketch/direct-table.js';
import { AddressDimension, NumberDimension, type RowList, type TableOptions } from './dimension.js';
import { FlowDimension } from './flow-dimension.js';
import { RowColumns } from './row-columns.js';

const ANY_FRAGMENT = Has.firstFragment | Has.laterFragment | Has.atomicFragment;

/** Counters of all frames that the kernel feeds along with the outer layer. */
export interface FrameCounters {
  readonly mix: DirectTable;
  readonly lengths: DirectTable;
  /** Longer frames count as this length. */
  readonly longest: number;
}

const NO_ROWS: RowList = { at: 0, count: 0 };

export class LayerAggregate {
  /** By prefix level (PREFIX_LEVELS), from host to wide. */
  readonly sources: readonly AddressDimension[];
  readonly targets: readonly AddressDimension[];
  readonly sourcePorts: NumberDimension;
  readonly targetPorts: NumberDimension;
  /** Key: IPv4 protocol, or 256 + IPv6 next header of the fixed header. */
  readonly protocols: NumberDimension;
  /** Key: nine TCP flag bits. */
  readonly tcpFlags: NumberDimension;
  readonly ttls: NumberDimension;
  readonly flows: FlowDimension;
  readonly ipVersions = { v4: 0, v6: 0 };
  fragments = 0;

  /** Made with the first rows that the kernel cannot take. */
  #columns: RowColumns | null = null;
  readonly #batchRows: number;
  /** IP versions whose tables are all known to lie in the hot memory. */
  #hotFor: 'none' | 'v4' | 'both' = 'none';
  #shedding = NOTHING_SHED;
  /** Of `sources` and `targets` those that are counted now. */
  #countedSources: readonly AddressDimension[];
  #countedTargets: readonly AddressDimension[];

  /** `levels`: how many of PREFIX_LEVELS are kept, 1..4. `batchRows`: rows of the largest batch. */
  constructor(
    readonly options: TableOptions,
    readonly levels: number,
    batchRows: number,
  ) {
    const addresses = () =>
      PREFIX_LEVELS.slice(0, levels).map(({ v4, v6 }) => new AddressDimension(v4, v6, options, batchRows));
    this.sources = addresses();
    this.targets = addresses();
    this.#countedSources = this.sources;
    this.#countedTargets = this.targets;
    this.sourcePorts = new NumberDimension(65536, options);
    this.targetPorts = new NumberDimension(65536, options);
    this.protocols = new NumberDimension(512, options);
    this.tcpFlags = new NumberDimension(512, options);
    this.ttls = new NumberDimension(256, options);
    this.flows = new FlowDimension(options);
    this.#batchRows = batchRows;
  }

  /**
   * Counts the rows `rows[0..count)` of `columns`, which all have an IP header; each stands for `weight` packets (an
   * integer; 1 unless sampled). Called once per batch; allocates nothing.
   */
  add(columns: HeaderColumns, wireLen: Uint32Array, rows: Int32Array, count: number, weight: number): void {
    this.#columns ??= new RowColumns(this.#batchRows);
    const dense = this.#columns;
    dense.fill(columns, wireLen, rows, count, weight);
    const { v4, v6 } = dense;
    for (const dimension of this.#countedSources) {
      dimension.addV4(v4.src, v4.bytes, v4.count, weight);
      dimension.addV6(v6.src, v6.bytes, v6.count, weight);
    }
    for (const dimension of this.#countedTargets) {
      dimension.addV4(v4.dst, v4.bytes, v4.count, weight);
      dimension.addV6(v6.dst, v6.bytes, v6.count, weight);
    }
    if (this.#shedding.hasDetail) this.flows.add(dense, weight);
    this.#addNumbers(columns, wireLen, rows, count, weight);
    this.ipVersions.v4 += v4.count * weight * this.#shedding.sampleRate;
    this.ipVersions.v6 += v6.count * weight * this.#shedding.sampleRate;
  }

  #addNumbers(columns: HeaderColumns, wireLen: Uint32Array, rows: Int32Array, count: number, weight: number): void {
    const { version, has, protocol } = columns;
    this.sourcePorts.current.addColumn(columns.srcPort, has, Has.ports, wireLen, rows, count, weight);
    this.targetPorts.current.addColumn(columns.dstPort, has, Has.ports, wireLen, rows, count, weight);
    this.tcpFlags.current.addColumn(columns.tcpFlags, has, Has.tcpFlags, wireLen, rows, count, weight);
    this.ttls.current.addColumn(columns.ttl, has, Has.ttl, wireLen, rows, count, weight);
    const protocols = this.protocols.current;
    let fragments = 0;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const key = (protocol[row] as number) + (version[row] === 4 ? 0 : V6_PROTOCOLS_AT);
      protocols.addKey(key, weight, (wireLen[row] as number) * weight);
      if (((has[row] as number) & ANY_FRAGMENT) !== 0) fragments += weight;
    }
    this.fragments += fragments * this.#shedding.sampleRate;
  }

  /**
   * As `add` with weight 1, by the kernel: `columns` is one of the groups of `batch`, and `rows` a list in the hot memory.
   * `frames`: where class and frame length are counted too. False, and nothing is counted, when something lies elsewhere.
   */
  addHot(
    batch: PacketBatch,
    columns: HeaderColumns,
    rows: Int32Array,
    count: number,
    frames: FrameCounters | null = null,
  ): boolean {
    const { memory } = this.options;
    const { place } = batch;
    if (memory === null || place === null || place.buffer !== memory.buffer) return false;
    const rowsAt = addressIn(memory, rows);
    if (rowsAt === 0) return false;
    const { kernel } = memory;
    const columnsAt = columns.src.byteOffset;
    const [v4, v6] = this.#split(memory, batch, columns, rowsAt, count);
    if (!this.#isHot(v6.count > 0)) return false;
    const { hasDetail, sampleRate } = this.#shedding;
    for (const dimension of this.#countedSources) dimension.addRows(kernel, place.at, columnsAt, v4, v6);
    for (const dimension of this.#countedTargets) dimension.addRows(kernel, place.at, columns.dst.byteOffset, v4, v6);
    if (hasDetail) this.flows.addRows(kernel, place.at, columnsAt, v4, v6);
    const fragments = kernel.countNumbers(
      place.at,
      this.sourcePorts.current.address,
      this.targetPorts.current.address,
      this.protocols.current.address,
      this.tcpFlags.current.address,
      this.ttls.current.address,
      frames?.mix.address ?? 0,
      frames?.lengths.address ?? 0,
      frames?.longest ?? 0,
      columnsAt,
      rowsAt,
      count,
    );
    this.fragments += fragments * sampleRate;
    this.ipVersions.v4 += v4.count * sampleRate;
    this.ipVersions.v6 += v6.count * sampleRate;
    return true;
  }

  /** The rows of either IP version. */
  #split(
    { kernel, result }: HotMemory,
    batch: PacketBatch,
    columns: HeaderColumns,
    rowsAt: number,
    count: number,
  ): readonly [RowList, RowList] {
    const at = batch.place?.at ?? 0;
    if (batch.isPlain && columns === batch.outer && batch.v6Rows === 0) return [{ at: rowsAt, count }, NO_ROWS];
    kernel.splitVersions(at, columns.src.byteOffset, rowsAt, count);
    return [
      { at: at + V4_ROWS, count: result[0] as number },
      { at: at + V6_ROWS, count: result[1] as number },
    ];
  }

  /** Tables are made with the first packet that needs them and stay where they are: asked again only when IPv6 shows itself. */
  #isHot(needsV6: boolean): boolean {
    if (this.#hotFor === (needsV6 ? 'both' : 'v4') || this.#hotFor === 'both') return true;
    const dimensions = [...this.sources, ...this.targets, this.flows];
    const isHot =
      dimensions.every((dimension) => dimension.isHot(needsV6)) &&
      this.#numbers().every((numbers) => numbers.current.address !== 0);
    if (isHot) this.#hotFor = needsV6 ? 'both' : 'v4';
    return isHot;
  }

  /** Makes room in all counters; call before 2^29 packets or 2^31 bytes more were counted. */
  settle(): void {
    for (const dimension of [...this.sources, ...this.targets]) dimension.settle();
    for (const dimension of this.#numbers()) dimension.table.settle();
    this.flows.settle();
  }

  /** What is left out from now on, and what a packet of the running second stands for. */
  shed(shedding: Shedding): void {
    this.#shedding = shedding;
    const levels = shedding.hasDetail ? this.levels : DETAIL_FROM_LEVEL;
    this.#countedSources = this.sources.slice(0, levels);
    this.#countedTargets = this.targets.slice(0, levels);
    this.#setScale(shedding.sampleRate);
  }

  #setScale(scale: number): void {
    for (const dimension of [...this.sources, ...this.targets]) dimension.setScale(scale);
    for (const dimension of this.#numbers()) dimension.table.setScale(scale);
    this.flows.setScale(scale);
  }

  /** Ends the running second `sec` in every table; each packet counted in it stands for `scale` packets (an integer >= 1). */
  rotate(scale: number, sec: number): void {
    for (const dimension of [...this.sources, ...this.targets]) dimension.rotate(scale, sec);
    for (const dimension of this.#numbers()) dimension.table.rotate(scale, sec);
    this.flows.rotate(scale, sec);
  }

  /** The clock was set: the windows are empty from here on. */
  forgetWindows(scale: number): void {
    for (const dimension of [...this.sources, ...this.targets]) dimension.forgetWindows(scale);
    for (const dimension of this.#numbers()) dimension.table.forgetWindows(scale);
    this.flows.forgetWindows(scale);
  }

  /** Takes over what `other` has counted. */
  copyFrom(other: LayerAggregate): void {
    for (const [level, dimension] of this.sources.entries())
      dimension.copyFrom(other.sources[level] as AddressDimension);
    for (const [level, dimension] of this.targets.entries())
      dimension.copyFrom(other.targets[level] as AddressDimension);
    const theirs = other.#numbers();
    for (const [i, dimension] of this.#numbers().entries())
      dimension.table.copyFrom((theirs[i] as NumberDimension).table);
    this.flows.copyFrom(other.flows);
    this.fragments += other.fragments;
    this.ipVersions.v4 += other.ipVersions.v4;
    this.ipVersions.v6 += other.ipVersions.v6;
  }

  #numbers(): NumberDimension[] {
    return [this.sourcePorts, this.targetPorts, this.protocols, this.tcpFlags, this.ttls];
  }
}
