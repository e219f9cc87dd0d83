/** What a target receives while it is quiet, by traffic class: of a host a moving mean, of a prefix the median of the last minutes. */
import { CLASS_COUNT } from '../records/traffic-class.js';
import type { Rates } from './rate-window.js';

/** Quiet seconds before anything is said. */
const ENOUGH_SEC = 10;

export interface UsualRates {
  learn(rates: Rates): void;
  /** Packets a second of the class (-1: of all); null: too little seen. */
  of(trafficClass: number): number | null;
}

/** Weight of the newest second: half of it is of the last 14. */
const WEIGHT = 0.05;

export class UsualMean implements UsualRates {
  /** Empty before the first second. */
  #means: number[] = [];
  #all = 0;
  #seconds = 0;

  learn({ packets, classPackets }: Rates): void {
    if (this.#seconds === 0) this.#means = new Array<number>(CLASS_COUNT).fill(0);
    this.#seconds += 1;
    const weight = Math.max(WEIGHT, 1 / this.#seconds);
    this.#all += (packets - this.#all) * weight;
    for (let i = 0; i < CLASS_COUNT; i += 1) {
      const mean = this.#means[i] as number;
      const now = classPackets[i] as number;
      if (mean !== now) this.#means[i] = mean + (now - mean) * weight;
    }
  }

  of(trafficClass: number): number | null {
    if (this.#seconds < ENOUGH_SEC) return null;
    return trafficClass < 0 ? this.#all : (this.#means[trafficClass] as number);
  }
}

/** One second in so many is kept: two minutes are 60 lists of what a prefix received, some 300 B each. */
const EVERY_SEC = 2;
const KEPT = 60;

interface Second {
  readonly packets: number;
  readonly classes: readonly number[];
  readonly classPackets: readonly number[];
}

export class UsualMedian implements UsualRates {
  readonly #seconds: Second[] = [];
  #seen = 0;

  learn({ packets, classes, classPackets }: Rates): void {
    this.#seen += 1;
    if (this.#seen % EVERY_SEC !== 0) return;
    const kept = [...classes];
    this.#seconds[(this.#seen / EVERY_SEC - 1) % KEPT] = {
      packets,
      classes: kept,
      classPackets: kept.map((i) => classPackets[i] as number),
    };
  }

  of(trafficClass: number): number | null {
    if (this.#seen < ENOUGH_SEC) return null;
    const values = this.#seconds.map(({ packets, classes, classPackets }) =>
      trafficClass < 0 ? packets : (classPackets[classes.indexOf(trafficClass)] ?? 0),
    );
    values.sort((a, b) => a - b);
    return values[values.length >> 1] as number;
  }
}
