/**
 * What is left of a table that is added to no more: all of its rows while they are few, else those that can rank. Rows lie
 * packed behind each other, so a quiet network costs next to nothing, and a flood of random keys little more.
 * A row that is left out counts less than those kept at that time: no row ever shows more than the truth.
 */
import { nextRandom } from './hash.js';
import type { KeyTable } from './key-table.js';
import type { TableEntries } from './table-entries.js';

/** Up to so many rows are all kept: 4096 × (16 + 4 a key word) B = 80 KiB for one-word keys. */
export const KEPT_ROWS = 4096;
/** Of more rows about so many by packets, and as many by bytes: twice what the longest list on a screen shows. */
const KEPT_BY_EACH = 1024;
/** Rows of one size that do not all fit tell nothing apart: they only fill up to what the longest list on a screen shows. */
const FILL = 512;

/** Which rows are looked at is the same every time: equal tables keep equal rows. */
const RANDOM_FROM = 0x2545f491;
/** Room is made for so many rows more at once. */
const STEP = 64;

/** Bins of a histogram of counts: one a value below 64, above 32 a power of two (3 % wide), all from 2^31 on in the last. */
const EXACT_BINS = 64;
const BINS_A_POWER = 32;
const BINS = EXACT_BINS + 25 * BINS_A_POWER + 1;

function binOf(value: number): number {
  if (value < EXACT_BINS) return value | 0;
  if (value >= 2 ** 31) return BINS - 1;
  const power = 31 - Math.clz32(value);
  return EXACT_BINS + (power - 6) * BINS_A_POWER + ((value >>> (power - 5)) & (BINS_A_POWER - 1));
}

/** Smallest value of a bin. */
function lowest(bin: number): number {
  if (bin < EXACT_BINS) return bin;
  const at = bin - EXACT_BINS;
  return (BINS_A_POWER + (at % BINS_A_POWER)) * 2 ** (1 + Math.floor(at / BINS_A_POWER));
}

/** Says of values one after another which are among the largest. */
class Cut {
  readonly #bins = new Int32Array(BINS);
  /** Values from here on are kept; those from `#filling` to here while there is room. */
  #above = 0;
  #filling = 0;
  #room = 0;

  /** Prepares for `count` values, by looking at a random quarter; call `isKept` for each of them once, in order. */
  measure(values: Float64Array, count: number): void {
    const bins = this.#bins.fill(0);
    let random = RANDOM_FROM;
    let looked = 0;
    for (let i = 0; i < count; i += 1 + (random >>> 29)) {
      bins[binOf(values[i] as number)]! += 1;
      looked += 1;
      random = nextRandom(random);
    }
    const weight = count / Math.max(1, looked);
    let kept = 0;
    let bin = BINS - 1;
    while (bin > 0 && kept + (bins[bin] as number) * weight <= KEPT_BY_EACH) {
      kept += (bins[bin] as number) * weight;
      bin -= 1;
    }
    this.#above = bin === BINS - 1 ? Number.POSITIVE_INFINITY : lowest(bin + 1);
    this.#filling = lowest(bin);
    this.#room = Math.max(0, FILL - Math.round(kept));
  }

  isKept(value: number): boolean {
    if (value >= this.#above) return true;
    if (value < this.#filling || this.#room === 0) return false;
    this.#room -= 1;
    return true;
  }
}

const byPackets = new Cut();
const byBytes = new Cut();

/** Leaves only the rows that can rank. */
function keepHeavy(entries: TableEntries): void {
  const { count, slots, packets, bytes } = entries;
  byPackets.measure(packets, count);
  byBytes.measure(bytes, count);
  let kept = 0;
  for (let i = 0; i < count && kept < KEPT_ROWS; i += 1) {
    const isMany = byPackets.isKept(packets[i] as number);
    if (!byBytes.isKept(bytes[i] as number) && !isMany) continue;
    slots[kept] = slots[i] as number;
    packets[kept] = packets[i] as number;
    bytes[kept] = bytes[i] as number;
    kept += 1;
  }
  entries.count = kept;
}

export class HeavyRows {
  count = 0;
  /** count × keyWords, row-major. */
  #keys = new Int32Array(0);
  #packets = new Float64Array(0);
  #bytes = new Float64Array(0);

  constructor(readonly keyWords: number) {}

  /** Takes over what `entries` were read from `table`, each packet standing for `scale`; what both held before is gone. */
  take(table: KeyTable, entries: TableEntries, scale: number): void {
    if (entries.count > KEPT_ROWS) keepHeavy(entries);
    const { count, slots, packets, bytes } = entries;
    this.#reserve(count);
    this.count = count;
    const { keyWords } = this;
    for (let i = 0; i < count; i += 1) {
      table.keyAt(slots[i] as number, this.#keys, i * keyWords);
      this.#packets[i] = (packets[i] as number) * scale;
      this.#bytes[i] = (bytes[i] as number) * scale;
    }
  }

  copyFrom(other: HeavyRows): void {
    this.#reserve(other.count);
    this.count = other.count;
    this.#keys.set(other.#keys.subarray(0, other.count * this.keyWords));
    this.#packets.set(other.#packets.subarray(0, other.count));
    this.#bytes.set(other.#bytes.subarray(0, other.count));
  }

  addTo(table: KeyTable): void {
    const { keyWords } = this;
    for (let i = 0; i < this.count; i += 1) {
      table.addMany(this.#keys, i * keyWords, this.#packets[i] as number, this.#bytes[i] as number);
    }
  }

  /** Keys in no particular order: `words[at ..]`, lent. */
  visitKeys(each: (words: Int32Array, at: number) => void): void {
    for (let i = 0; i < this.count; i += 1) each(this.#keys, i * this.keyWords);
  }

  #reserve(count: number): void {
    if (count <= this.#packets.length) return;
    const capacity = Math.ceil(count / STEP) * STEP;
    this.#keys = new Int32Array(capacity * this.keyWords);
    this.#packets = new Float64Array(capacity);
    this.#bytes = new Float64Array(capacity);
  }
}
