/**
 * Capture time → pcapng time: 64 bits of nanoseconds, unsigned, since an offset of the interface. The offset is a multiple of
 * 2^34 s (544 years), so that times before 1970 and beyond 2514 come back as they were (if_tsoffset, draft §4.2).
 */

const NANO = 1_000_000_000;
const TWO_16 = 65_536;
const TWO_32 = 4_294_967_296;
/** 2^34 s in nanoseconds are 1.72e19, below 2^64 = 1.84e19. */
const ERA_SEC = 2 ** 34;
/** Offsets are signed 64-bit numbers. A reader can give later times (65 billion times the age of the universe); they count as the last ones. */
const LAST_ERA_SEC = 2 ** 63 - ERA_SEC;
const FIRST_ERA_SEC = -(2 ** 63);

/** One second, split: `eraSec` + (`high`, `low`) nanoseconds. Reused; no object a second. */
export class BlockSecond {
  sec = Number.NaN;
  /** Offset of the interface. */
  eraSec = 0;
  high = 0;
  low = 0;

  /** A second that is none (NaN) counts as 0: a block has to say one. */
  set(sec: number): void {
    this.sec = sec;
    const second = Number.isNaN(sec) ? 0 : Math.floor(sec);
    const era = Math.floor(second / ERA_SEC) * ERA_SEC;
    this.eraSec = Math.max(FIRST_ERA_SEC, Math.min(LAST_ERA_SEC, era));
    const inEra = Math.max(0, Math.min(ERA_SEC - 1, second - this.eraSec));
    // inEra × 10^9 in pieces below 2^53.
    const upper = Math.floor(inEra / TWO_16);
    const lower = (inEra % TWO_16) * NANO;
    const top = Math.floor((upper * NANO) / TWO_16);
    const sum = ((upper * NANO) % TWO_16) * TWO_16 + lower;
    const carry = Math.floor(sum / TWO_32);
    this.high = top + carry;
    this.low = sum - carry * TWO_32;
  }
}
