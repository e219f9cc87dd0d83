/**
 * The hot loops in WebAssembly: written in AssemblyScript (wasm/), built by scripts/kernel.mjs, 9 kB. Every function does what
 * a function in TypeScript does as well, on the same memory and with the same result; those are the reference the tests
 * compare with, and what runs where there is no WebAssembly. Addresses are bytes; `batch` is the address of a batch
 * (src/records/batch-layout.ts), `columns` that of one of its two groups of header columns, `rows` that of a list of row
 * numbers. Nothing here checks its arguments: callers pass addresses of a HotMemory only.
 */
import bytes from 'kernel:wasm';
import type { RecordWalker } from '../records/collector.js';

/** `walkPcap` is PcapParser's loop: it returns the first row not filled; result[0] = address reached. */
export interface Kernel extends RecordWalker {
  /** decodeCommonFrames, and the class of each row. Returns how many rows it left, listed in REST_ROWS; result[0] = rows of IPv6 among the others. */
  decodeCommon(batch: number, count: number, slab: number): number;
  /** First row after `from` of another second or outside of its nanoseconds [fromNs, toNs), or `count`; result = bytes [on the wire, captured] of the rows before it. */
  tickEnd(batch: number, from: number, count: number, fromNs: number, toNs: number): number;
  /** First row after `from` with another link type, or `count`. */
  linkTypeEnd(batch: number, from: number, count: number): number;
  /** Lists the rows with an outer IP header in IP_ROWS and returns how many; result = [tunnelled, of all rows those not ok]. */
  ipRows(batch: number, from: number, to: number): number;
  /** Sorts rows into V4_ROWS and V6_ROWS; result = [rows of IPv4, rows of IPv6]. */
  splitVersions(batch: number, columns: number, rows: number, count: number): void;
  /** DirectTable.addColumn for five columns, and when `mix` is not 0 for traffic class and length. Returns the fragments. */
  countNumbers(
    batch: number,
    srcPorts: number,
    dstPorts: number,
    protocols: number,
    tcpFlags: number,
    ttls: number,
    mix: number,
    lengths: number,
    longest: number,
    columns: number,
    rows: number,
    count: number,
  ): number;
  /** DecayTable.addRows for IPv4 addresses under a mask, and the registers of its HyperLogLog. */
  addWords(batch: number, table: number, rows: number, count: number, column: number, mask: number): void;
  /** DirectTable.addRows for IPv4 prefixes: addresses shifted right. */
  addShifted(batch: number, table: number, rows: number, count: number, column: number, shift: number): void;
  /** DecayTable.addRows for IPv6 addresses under a mask of four words. */
  addQuads(
    batch: number,
    table: number,
    rows: number,
    count: number,
    column: number,
    mask0: number,
    mask1: number,
    mask2: number,
    mask3: number,
  ): void;
  /** DecayTable.addRows for flows; `table` 0 feeds the registers only. */
  addFlows4(
    batch: number,
    table: number,
    rows: number,
    count: number,
    columns: number,
    seed: number,
    registers: number,
  ): void;
  addFlows6(
    batch: number,
    table: number,
    rows: number,
    count: number,
    columns: number,
    seed: number,
    registers: number,
  ): void;
  /** How many registers of a HyperLogLog have each rank; result = one count a rank, from 0 on. */
  countRanks(registers: number): void;
  /** TargetClasses.add for each row. */
  addTargets(batch: number, targets: number, rows: number, count: number): void;
  /** TargetSamples.#nextMarked: the index behind the run in which a target is due, or 0; result[0] = which target. `isV4`: no row is IPv6. */
  nextMarked(batch: number, marks: number, rows: number, from: number, count: number, isV4: boolean): number;
  /** listWantedRows: lists rows of from..to in REST_ROWS and returns how many. */
  wantedRows(
    batch: number,
    from: number,
    to: number,
    slab: number,
    wanted: number,
    isPlain: boolean,
    hasPlaces: boolean,
  ): number;
}

let module: WebAssembly.Module | undefined;

/**
 * A kernel over `pages` (64 KiB each) of fresh memory. Null when the engine cannot run it, or when it may not reserve the 8 GB of
 * address space that V8 guards a memory with (ulimit -v).
 */
export function startKernel(pages: number): { kernel: Kernel; memory: WebAssembly.Memory } | null {
  try {
    module ??= new WebAssembly.Module(bytes);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const instance = new WebAssembly.Instance(module, { env: { memory } });
    return { kernel: instance.exports as unknown as Kernel, memory };
  } catch {
    return null;
  }
}
