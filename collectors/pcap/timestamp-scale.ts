/**
 * pcapng timestamps: a 64-bit count of if_tsresol units (draft-ietf-opsawg-pcapng §4.2) to seconds and nanoseconds.
 * Exact for every resolution (10^-0 .. 10^-127, 2^-0 .. 2^-127), truncating below a nanosecond, without BigInt.
 */
import type { FrameBatch } from '../../src/records/frame-batch.js';

const TWO_16 = 65_536;
const TWO_32 = 4_294_967_296;
const NANO_PER_SEC = 1_000_000_000;
/** Counts below 2^53 (high word below 2^21) divide exactly as one double. */
const EXACT_HIGH = 0x20_0000;
const BINARY_FLAG = 0x80;
const DEFAULT_RESOLUTION = 6;

/** Quotient high word, quotient low word, remainder: scratch of divide(), so that nothing is allocated per packet. */
const quotient = new Float64Array(3);
const HIGH = 0;
const LOW = 1;
const REST = 2;

/** 64-bit by up to 37-bit division in 16-bit limbs; every intermediate stays below 2^53, where floor(a / b) is exact. */
function divide(high: number, low: number, divisor: number): void {
  const topPart = Math.floor(high / divisor);
  let rest = high - topPart * divisor;
  const lowUpper = Math.floor(low / TWO_16);
  let part = rest * TWO_16 + lowUpper;
  const upper = Math.floor(part / divisor);
  rest = part - upper * divisor;
  part = rest * TWO_16 + (low - lowUpper * TWO_16);
  const lower = Math.floor(part / divisor);
  rest = part - lower * divisor;
  quotient[HIGH] = topPart;
  quotient[LOW] = upper * TWO_16 + lower;
  quotient[REST] = rest;
}

export class TimestampScale {
  readonly #offsetSec: number;
  readonly #isBinary: boolean;
  /** Exponent of the resolution: units per second are 10^n or 2^n. */
  readonly #exponent: number;
  /** 10^min(n, 9). */
  readonly #unitsPerSec: number;

  /** `resolution` is the if_tsresol octet, `offsetSec` the if_tsoffset option. */
  constructor(resolution: number = DEFAULT_RESOLUTION, offsetSec = 0) {
    this.#offsetSec = offsetSec;
    this.#isBinary = (resolution & BINARY_FLAG) !== 0;
    this.#exponent = resolution & ~BINARY_FLAG;
    this.#unitsPerSec = 10 ** Math.min(this.#exponent, 9);
  }

  /** Stores the time of a packet block into `batch` at `row`. */
  store(high: number, low: number, batch: FrameBatch, row: number): void {
    if (this.#isBinary) this.#storeBinary(high, low, batch, row);
    else this.#storeDecimal(high, low, batch, row);
  }

  #storeDecimal(high: number, low: number, batch: FrameBatch, row: number): void {
    const unitsPerSec = this.#unitsPerSec;
    let exponent = this.#exponent;
    if (exponent <= 9 && high < EXACT_HIGH) {
      const units = high * TWO_32 + low;
      const sec = Math.floor(units / unitsPerSec);
      batch.sec[row] = sec + this.#offsetSec;
      batch.nsec[row] = (units - sec * unitsPerSec) * (NANO_PER_SEC / unitsPerSec);
      return;
    }
    quotient[HIGH] = high;
    quotient[LOW] = low;
    // Finer than a nanosecond: drop the digits below first, at most nine at a time.
    for (; exponent > 9; exponent = Math.max(9, exponent - 9)) {
      divide(quotient[HIGH], quotient[LOW], 10 ** Math.min(exponent - 9, 9));
    }
    divide(quotient[HIGH], quotient[LOW], unitsPerSec);
    batch.sec[row] = quotient[HIGH] * TWO_32 + quotient[LOW] + this.#offsetSec;
    batch.nsec[row] = quotient[REST] * (NANO_PER_SEC / unitsPerSec);
  }

  #storeBinary(high: number, low: number, batch: FrameBatch, row: number): void {
    // As a fixed-point number: `units` of the word the binary point lies in, and whole words above and below it.
    const exponent = this.#exponent;
    const isSplitHigh = exponent > 32;
    const unit = 2 ** (isSplitHigh ? exponent - 32 : exponent);
    const word = isSplitHigh ? high : low;
    const whole = Math.floor(word / unit);
    const sec = isSplitHigh ? whole : high * (TWO_32 / unit) + whole;
    let top = word - whole * unit;
    let bottom = isSplitHigh ? low : 0;
    // Multiply the fraction by 1000 three times and take what crosses the point: always below 2^53.
    let nsec = 0;
    for (let i = 0; i < 3; i += 1) {
      bottom *= 1000;
      const carry = Math.floor(bottom / TWO_32);
      bottom -= carry * TWO_32;
      top = top * 1000 + carry;
      const digits = Math.floor(top / unit);
      top -= digits * unit;
      nsec = nsec * 1000 + digits;
    }
    batch.sec[row] = sec + this.#offsetSec;
    batch.nsec[row] = nsec;
  }
}
