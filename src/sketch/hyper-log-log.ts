/**
 * Distinct count in 128 KiB: HyperLogLog with 2^17 registers (Flajolet et al. 2007; standard error 0.29 %), read with the
 * improved raw estimator of Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 4,
 * which needs neither bias tables nor a switch to linear counting. Mergeable by maximum.
 */
import { addressIn, arrayIn, type HotMemory } from '../kernel/hot-memory.js';
import { REGISTER_BITS } from '../kernel/layout.js';
import { hashWords, mix32 } from './hash.js';

const PRECISION = REGISTER_BITS;
const REGISTERS = 1 << PRECISION;
/** Bits the rank is taken from, the lower ones of the hash; ranks are 1..16. */
const RANK_BITS = 32 - PRECISION;
/** Behind the last bit, so that there is a first one. */
const RANK_END = 1 << (31 - RANK_BITS);

export class HyperLogLog {
  /** Where the kernel finds the registers; 0 when it cannot. */
  readonly address: number;
  readonly #ranks: Uint8Array;
  readonly #memory: HotMemory | null;

  constructor(memory: HotMemory | null = null) {
    this.#memory = memory;
    this.#ranks = arrayIn(memory, Uint8Array, REGISTERS);
    this.address = addressIn(memory, this.#ranks);
  }

  /** Equal neighbours count once. One-word keys. */
  addWords(keys: Int32Array, count: number, seed: number): void {
    for (let i = 0; i < count; i += 1) {
      if (i > 0 && keys[i] === keys[i - 1]) continue;
      this.addHash(mix32((keys[i] as number) ^ seed));
    }
  }

  /** Keys of four words, row-major. */
  addFourWords(keys: Int32Array, count: number, seed: number): void {
    for (let i = 0; i < count; i += 1) this.addHash(hashWords(keys, i * 4, 4, seed));
  }

  /** One key by a well mixed 32-bit hash: the upper bits pick the register, leading zeros of the lower ones are the rank. */
  addHash(hash: number): void {
    const at = hash >>> (32 - PRECISION);
    const rank = Math.clz32((hash << (32 - RANK_BITS)) | RANK_END) + 1;
    if (rank > (this.#ranks[at] as number)) this.#ranks[at] = rank;
  }

  merge(other: HyperLogLog): void {
    for (let i = 0; i < REGISTERS; i += 1) {
      if ((other.#ranks[i] as number) > (this.#ranks[i] as number)) this.#ranks[i] = other.#ranks[i] as number;
    }
  }

  clear(): void {
    this.#ranks.fill(0);
  }

  /** How many registers have each rank. Most are empty when few keys were seen, so eight are looked at together. */
  #countRanks(): Float64Array {
    if (this.#memory !== null && this.address !== 0) {
      // A loop this long would wake V8's optimiser, which costs a short report more time and memory than all else.
      this.#memory.kernel.countRanks(this.address);
      return this.#memory.result.slice(0, RANK_BITS + 2);
    }
    const counts = new Float64Array(RANK_BITS + 2);
    const ranks = this.#ranks;
    const eights = new Float64Array(ranks.buffer, ranks.byteOffset, REGISTERS / 8);
    for (let i = 0; i < eights.length; i += 1) {
      if (eights[i] === 0) counts[0]! += 8;
      else for (let at = i * 8; at < i * 8 + 8; at += 1) counts[ranks[at] as number]! += 1;
    }
    return counts;
  }

  estimate(): number {
    const counts = this.#countRanks();
    let z = REGISTERS * tau(1 - (counts[RANK_BITS + 1] as number) / REGISTERS);
    for (let rank = RANK_BITS; rank >= 1; rank -= 1) z = 0.5 * (z + (counts[rank] as number));
    z += REGISTERS * sigma((counts[0] as number) / REGISTERS);
    return ((REGISTERS / (2 * Math.LN2)) * REGISTERS) / z;
  }
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = share;
  for (let before = Number.NaN; z !== before; ) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - share;
  for (let before = Number.NaN; z !== before; ) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
