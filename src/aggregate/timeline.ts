/** Packets and bytes per second of capture time, for the report (every second seen) and for the chart (the newest ones). */

/** A day and more of seconds; later new seconds are counted in `overflow`. 100 000 × 16 B = 1.6 MB. */
const MAX_SECONDS = 100_000;
/** Seconds the chart looks back on: 15 minutes. */
export const SERIES_SECONDS = 900;

export class Timeline {
  readonly #indexOf = new Map<number, number>();
  #seconds = new Float64Array(256);
  #packets = new Float64Array(256);
  #bytes = new Float64Array(256);
  #lastSec = Number.NaN;
  #lastIndex = 0;
  /** Packets in seconds beyond the bound. */
  overflow = 0;

  add(sec: number, packets: number, bytes: number): void {
    if (sec !== this.#lastSec && !this.#moveTo(sec)) {
      this.overflow += packets;
      return;
    }
    this.#packets[this.#lastIndex]! += packets;
    this.#bytes[this.#lastIndex]! += bytes;
  }

  #moveTo(sec: number): boolean {
    let index = this.#indexOf.get(sec);
    if (index === undefined) {
      index = this.#indexOf.size;
      if (index >= MAX_SECONDS) return false;
      if (index === this.#seconds.length) this.#grow();
      this.#indexOf.set(sec, index);
      this.#seconds[index] = sec;
    }
    this.#lastSec = sec;
    this.#lastIndex = index;
    return true;
  }

  #grow(): void {
    const grown = (old: Float64Array<ArrayBuffer>) => {
      const next = new Float64Array(old.length * 2);
      next.set(old);
      return next;
    };
    this.#seconds = grown(this.#seconds);
    this.#packets = grown(this.#packets);
    this.#bytes = grown(this.#bytes);
  }

  /** Every second seen, in order of time. */
  seconds(): { second: number; packets: number; bytes: number }[] {
    return [...this.#indexOf.values()]
      .map((i) => ({
        second: this.#seconds[i] as number,
        packets: this.#packets[i] as number,
        bytes: this.#bytes[i] as number,
      }))
      .sort((a, b) => a.second - b.second);
  }
}

/** The newest SERIES_SECONDS seconds; a second without data is NaN, one without packets is 0. */
export interface RecentSeconds {
  /** Second of index 0. */
  readonly startSec: number;
  readonly packets: readonly number[];
  readonly bytes: readonly number[];
  readonly attackPackets: readonly number[];
  readonly attackBytes: readonly number[];
}

export class RecentSeries {
  readonly #sec = new Float64Array(SERIES_SECONDS).fill(Number.NaN);
  readonly #packets = new Float64Array(SERIES_SECONDS);
  readonly #bytes = new Float64Array(SERIES_SECONDS);
  readonly #attackPackets = new Float64Array(SERIES_SECONDS);
  readonly #attackBytes = new Float64Array(SERIES_SECONDS);
  #firstSec = Number.NaN;
  #newestSec = Number.NaN;

  add(sec: number, packets: number, bytes: number): void {
    const slot = this.#slotOf(sec);
    if (slot < 0) return;
    this.#packets[slot]! += packets;
    this.#bytes[slot]! += bytes;
  }

  /** Adds to what is known to be attack in that second. */
  addAttack(sec: number, packets: number, bytes: number): void {
    const slot = this.#slotOf(sec);
    if (slot < 0) return;
    this.#attackPackets[slot]! += packets;
    this.#attackBytes[slot]! += bytes;
  }

  /** The seconds from `fromSec` to before `toSec` had no source: they show as a gap. */
  markGap(fromSec: number, toSec: number): void {
    const from = Math.max(fromSec, toSec - SERIES_SECONDS);
    for (let sec = from; sec < toSec; sec += 1) {
      const slot = this.#slotOf(sec);
      if (slot >= 0 && this.#packets[slot] === 0) this.#packets[slot] = Number.NaN;
    }
  }

  #slotOf(sec: number): number {
    const slot = ((sec % SERIES_SECONDS) + SERIES_SECONDS) % SERIES_SECONDS;
    if (this.#sec[slot] === sec) return slot;
    if (sec <= this.#newestSec - SERIES_SECONDS) return -1;
    this.#sec[slot] = sec;
    this.#packets[slot] = 0;
    this.#bytes[slot] = 0;
    this.#attackPackets[slot] = 0;
    this.#attackBytes[slot] = 0;
    if (!(this.#firstSec <= sec)) this.#firstSec = sec;
    if (!(this.#newestSec >= sec)) this.#newestSec = sec;
    return slot;
  }

  /** Sums of one second, zeros where nothing was counted. */
  at(sec: number): { packets: number; bytes: number } {
    const slot = ((sec % SERIES_SECONDS) + SERIES_SECONDS) % SERIES_SECONDS;
    if (this.#sec[slot] !== sec) return { packets: 0, bytes: 0 };
    return { packets: this.#packets[slot] as number, bytes: this.#bytes[slot] as number };
  }

  /** Forgets everything: the clock stepped back. */
  clear(): void {
    this.#sec.fill(Number.NaN);
    this.#firstSec = Number.NaN;
    this.#newestSec = Number.NaN;
  }

  /** The seconds before `endSec`: one that is still running would look like a drop. */
  read(endSec = Number.POSITIVE_INFINITY): RecentSeconds {
    const startSec = Math.max(this.#firstSec, this.#newestSec - SERIES_SECONDS + 1);
    const series = {
      startSec,
      packets: [] as number[],
      bytes: [] as number[],
      attackPackets: [] as number[],
      attackBytes: [] as number[],
    };
    for (let sec = startSec; sec <= this.#newestSec && sec < endSec; sec += 1) {
      const slot = ((sec % SERIES_SECONDS) + SERIES_SECONDS) % SERIES_SECONDS;
      const known = this.#sec[slot] === sec;
      const packets = known ? (this.#packets[slot] as number) : 0;
      const isGap = Number.isNaN(packets);
      series.packets.push(packets);
      series.bytes.push(isGap ? Number.NaN : known ? (this.#bytes[slot] as number) : 0);
      series.attackPackets.push(known && !isGap ? Math.min(packets, this.#attackPackets[slot] as number) : 0);
      series.attackBytes.push(known && !isGap ? (this.#attackBytes[slot] as number) : 0);
    }
    return series;
  }
}
