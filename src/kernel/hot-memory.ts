/**
 * One piece of memory that TypeScript and the kernel share. Columns and tables are laid into it once, in the order they are
 * made, and live as long as it does; nothing is freed and it never grows, so views stay valid. Pages nobody touches cost
 * address space only.
 */

import { ROWS } from '../records/batch-layout.js';
import { classTable } from './class-table.js';
import { type Kernel, startKernel } from './kernel.js';
import { ALL_ROWS, DECAY_CHANCE, DECAY_COUNTS, FREE, REFLECTOR_OF_PORT, RESULT, RESULT_WORDS } from './layout.js';

const PAGE_BYTES = 65_536;
/** A cache line: no two structures share one. */
const LINE_BYTES = 64;
const DECAY_BASE = 1.08;

/** Chance of decay at each count, as a threshold on 31 random bits (HeavyKeeper, Gong et al. 2018: 1.08^-count). */
export const DECAY_CHANCES = Int32Array.from({ length: DECAY_COUNTS }, (_, count) =>
  Math.min(0x7fffffff, Math.floor(DECAY_BASE ** -count * 0x80000000)),
);

export class HotMemory {
  readonly kernel: Kernel;
  readonly buffer: ArrayBuffer;
  /** What a kernel function handed back besides its result. */
  readonly result: Float64Array;
  /** Row numbers 0.. in order: the list of a batch, or part of one, that needs no sorting. */
  readonly allRows: Int32Array;
  #free = FREE;

  private constructor(kernel: Kernel, buffer: ArrayBuffer) {
    this.kernel = kernel;
    this.buffer = buffer;
    this.result = new Float64Array(buffer, RESULT, RESULT_WORDS);
    this.allRows = new Int32Array(buffer, ALL_ROWS, ROWS);
    for (let row = 0; row < ROWS; row += 1) this.allRows[row] = row;
    new Int32Array(buffer, DECAY_CHANCE, DECAY_COUNTS).set(DECAY_CHANCES);
    new Uint8Array(buffer, REFLECTOR_OF_PORT, 65_536).set(classTable().reflectorOfPort);
  }

  /** Null where the engine has no WebAssembly (--jitless) or no SIMD: everything then runs in TypeScript. */
  static create(bytes: number): HotMemory | null {
    const started = startKernel(Math.ceil(bytes / PAGE_BYTES));
    return started === null ? null : new HotMemory(started.kernel, started.memory.buffer as ArrayBuffer);
  }

  /** Address of `bytes` zeroed bytes on a cache line of their own, or -1 when there is no room. */
  allocate(bytes: number): number {
    const address = this.#free;
    if (address + bytes > this.buffer.byteLength) return -1;
    this.#free = Math.ceil((address + bytes) / LINE_BYTES) * LINE_BYTES;
    return address;
  }
}

type TypedArrayMaker<T> = { new (length: number): T; new (buffer: ArrayBuffer, at: number, length: number): T };

/** `length` zeroed elements in the hot memory; in memory of their own when there is none, or no room in it. */
export function arrayIn<T extends ArrayBufferView>(
  memory: HotMemory | null,
  make: TypedArrayMaker<T> & { readonly BYTES_PER_ELEMENT: number },
  length: number,
): T {
  const address = memory === null ? -1 : memory.allocate(length * make.BYTES_PER_ELEMENT);
  return memory === null || address < 0 ? new make(length) : new make(memory.buffer, address, length);
}

/** Address of an array the kernel can reach; 0 when it lies elsewhere. */
export function addressIn(memory: HotMemory | null, array: ArrayBufferView): number {
  return memory !== null && array.buffer === memory.buffer ? array.byteOffset : 0;
}
