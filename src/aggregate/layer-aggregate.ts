/** Everything counted about one IP header (outer or inner) of the packets it is given. */
import { Has, type HeaderColumns } from '../records/packet-batch.js';
import { PREFIX_LEVELS } from '../records/prefix-levels.js';
import { AddressDimension, NumberDimension, type TableOptions } from './dimension.js';
import { FlowDimension } from './flow-dimension.js';

/** Protocol keys: IPv6 next-header values sit behind the 256 IPv4 protocol numbers. */
const V6_PROTOCOLS_AT = 256;

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

  /** `levels`: how many of PREFIX_LEVELS are kept, 1..4. */
  constructor(
    readonly options: TableOptions,
    readonly levels: number,
  ) {
    const addresses = () => PREFIX_LEVELS.slice(0, levels).map(({ v4, v6 }) => new AddressDimension(v4, v6, options));
    this.sources = addresses();
    this.targets = addresses();
    this.sourcePorts = new NumberDimension(65536, options);
    this.targetPorts = new NumberDimension(65536, options);
    this.protocols = new NumberDimension(512, options);
    this.tcpFlags = new NumberDimension(512, options);
    this.ttls = new NumberDimension(256, options);
    this.flows = new FlowDimension(options);
  }

  /**
   * Counts the rows `rows[0..count)` of `columns`, which all have an IP header; each stands for `weight` packets (an
   * integer; 1 unless sampled). Called once per batch; allocates nothing.
   */
  add(columns: HeaderColumns, wireLen: Uint32Array, rows: Int32Array, count: number, weight: number): void {
    for (const dimension of this.sources) addAddresses(dimension, columns, columns.src, wireLen, rows, count, weight);
    for (const dimension of this.targets) addAddresses(dimension, columns, columns.dst, wireLen, rows, count, weight);
    this.#addHeaders(columns, wireLen, rows, count, weight);
    this.#addPorts(columns, wireLen, rows, count, weight);
    const { flows } = this;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      flows.add(columns, row, weight, (wireLen[row] as number) * weight);
    }
  }

  #addHeaders(columns: HeaderColumns, wireLen: Uint32Array, rows: Int32Array, count: number, weight: number): void {
    const protocols = this.protocols.current;
    const ttls = this.ttls.current;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const bytes = (wireLen[row] as number) * weight;
      const isV4 = columns.version[row] === 4;
      const has = columns.has[row] as number;
      if (isV4) this.ipVersions.v4 += weight;
      else this.ipVersions.v6 += weight;
      protocols.addKey((columns.protocol[row] as number) + (isV4 ? 0 : V6_PROTOCOLS_AT), weight, bytes);
      if ((has & Has.ttl) !== 0) ttls.addKey(columns.ttl[row] as number, weight, bytes);
      if ((has & (Has.firstFragment | Has.laterFragment | Has.atomicFragment)) !== 0) this.fragments += weight;
    }
  }

  #addPorts(columns: HeaderColumns, wireLen: Uint32Array, rows: Int32Array, count: number, weight: number): void {
    const sourcePorts = this.sourcePorts.current;
    const targetPorts = this.targetPorts.current;
    const flags = this.tcpFlags.current;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const has = columns.has[row] as number;
      const bytes = (wireLen[row] as number) * weight;
      if ((has & Has.tcpFlags) !== 0) flags.addKey((columns.tcpFlags[row] as number) & 0x1ff, weight, bytes);
      if ((has & Has.ports) === 0) continue;
      sourcePorts.addKey(columns.srcPort[row] as number, weight, bytes);
      targetPorts.addKey(columns.dstPort[row] as number, weight, bytes);
    }
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

function addAddresses(
  dimension: AddressDimension,
  columns: HeaderColumns,
  words: Int32Array,
  wireLen: Uint32Array,
  rows: Int32Array,
  count: number,
  weight: number,
): void {
  const { version } = columns;
  for (let i = 0; i < count; i += 1) {
    const row = rows[i] as number;
    dimension.add(version[row] as number, words, row, weight, (wireLen[row] as number) * weight);
  }
}
