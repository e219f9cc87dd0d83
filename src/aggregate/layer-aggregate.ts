/** Everything counted about one IP header (outer or inner) of the packets it is given. */
import { Has, type HeaderColumns } from '../records/packet-batch.js';
import { PREFIX_LEVELS } from '../records/prefix-levels.js';
import { AddressDimension, NumberDimension, type TableOptions } from './dimension.js';
import { FlowDimension } from './flow-dimension.js';
import { RowColumns } from './row-columns.js';

/** Protocol keys: IPv6 next-header values sit behind the 256 IPv4 protocol numbers. */
const V6_PROTOCOLS_AT = 256;
const ANY_FRAGMENT = Has.firstFragment | Has.laterFragment | Has.atomicFragment;

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

  readonly #columns: RowColumns;

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
    this.sourcePorts = new NumberDimension(65536, options);
    this.targetPorts = new NumberDimension(65536, options);
    this.protocols = new NumberDimension(512, options);
    this.tcpFlags = new NumberDimension(512, options);
    this.ttls = new NumberDimension(256, options);
    this.flows = new FlowDimension(options);
    this.#columns = new RowColumns(batchRows);
  }

  /**
   * Counts the rows `rows[0..count)` of `columns`, which all have an IP header; each stands for `weight` packets (an
   * integer; 1 unless sampled). Called once per batch; allocates nothing.
   */
  add(columns: HeaderColumns, wireLen: Uint32Array, rows: Int32Array, count: number, weight: number): void {
    const dense = this.#columns;
    dense.fill(columns, wireLen, rows, count, weight);
    const { v4, v6 } = dense;
    for (const dimension of this.sources) {
      dimension.addV4(v4.src, v4.bytes, v4.count, weight);
      dimension.addV6(v6.src, v6.bytes, v6.count, weight);
    }
    for (const dimension of this.targets) {
      dimension.addV4(v4.dst, v4.bytes, v4.count, weight);
      dimension.addV6(v6.dst, v6.bytes, v6.count, weight);
    }
    this.flows.add(dense, weight);
    this.#addNumbers(columns, wireLen, rows, count, weight);
    this.ipVersions.v4 += v4.count * weight;
    this.ipVersions.v6 += v6.count * weight;
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
    this.fragments += fragments;
  }

  /** Ends the running second in every table. */
  rotate(): void {
    for (const dimension of [...this.sources, ...this.targets]) dimension.rotate();
    for (const dimension of this.#numbers()) dimension.table.rotate();
    this.flows.rotate();
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
