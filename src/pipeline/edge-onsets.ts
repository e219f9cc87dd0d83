/**
 * When a host begins to get far more requests than before. The baseline is the median of the last two minutes, second by second, which a flood of
 * less than one minute does not move; while an onset lasts it stands still.
 */

/** Hosts whose rate is known; others are those that get least. */
const HOSTS = 64;
const BASELINE_SEC = 120;
/** Before that nothing is known to be unusual. */
const LEAST_SEC = 10;
const LEAST_RPS = 50;
const FACTOR = 4;
/** Of the last LOOKED_AT seconds so many. */
const NEEDED = 2;
const LOOKED_AT = 3;
const QUIET_FACTOR = 2;
const QUIET_RPS = 25;
const QUIET_SEC = 30;
/** Of sampled traffic one record stands for many: fewer of them in a second are chance. */
const LEAST_RECORDS = 16;
/** Onsets that are over and still told. */
const ENDED = 32;

export interface EdgeOnset {
  readonly host: string;
  /** The first second of it, epoch seconds. */
  readonly sinceSec: number;
  /** Null: it goes on. */
  readonly endSec: number | null;
  /** Requests a second: of the newest second while it goes on, else the most there were. */
  readonly rps: number;
  readonly baselineRps: number;
}

interface HostRate {
  /** Requests of the last seconds, newest last. */
  readonly seconds: number[];
  /** Seconds above the line, of the last LOOKED_AT. */
  over: number[];
  onset: EdgeOnset | null;
  mostRps: number;
  /** First of the quiet seconds that go on; NaN: the newest is not. */
  quietSince: number;
}

export class EdgeOnsets {
  readonly #hosts = new Map<string, HostRate>();
  #ended: EdgeOnset[] = [];
  /** Seconds seen so far, up to BASELINE_SEC. */
  #seen = 0;

  /**
   * Second `sec` is over, with so many requests to each of the largest hosts; the others had none. `interval`: requests a record stood for.
   * Returns the onsets that it began.
   */
  endSecond(sec: number, requests: ReadonlyMap<string, number>, interval: number): EdgeOnset[] {
    for (const host of requests.keys()) this.#track(host);
    const begun: EdgeOnset[] = [];
    for (const [host, rate] of this.#hosts) {
      const rps = requests.get(host) ?? 0;
      if (rate.onset !== null) this.#goOn(host, rate, sec, rps);
      else if (this.#begins(host, rate, sec, rps, interval)) begun.push(rate.onset as unknown as EdgeOnset);
      else remember(rate, rps);
    }
    this.#seen = Math.min(this.#seen + 1, BASELINE_SEC);
    this.#forgetSmallest();
    return begun;
  }

  /** Those that go on, the largest first, then those that are over, newest first. */
  onsets(): EdgeOnset[] {
    const open = [...this.#hosts.values()].flatMap(({ onset }) => (onset === null ? [] : [onset]));
    return [...open.sort((a, b) => b.rps - a.rps), ...this.#ended.toReversed()];
  }

  /** The newest of the host; null: there was none. */
  of(host: string): EdgeOnset | null {
    return this.#hosts.get(host)?.onset ?? this.#ended.findLast((onset) => onset.host === host) ?? null;
  }

  /** The clock was set: what was usual is not known any more. */
  clear(): void {
    this.#hosts.clear();
    this.#seen = 0;
  }

  /** A host that nobody saw had no requests since the stream began. */
  #track(host: string): void {
    if (this.#hosts.has(host)) return;
    const seconds = new Array<number>(this.#seen).fill(0);
    this.#hosts.set(host, { seconds, over: [], onset: null, mostRps: 0, quietSince: Number.NaN });
  }

  #begins(host: string, rate: HostRate, sec: number, rps: number, interval: number): boolean {
    if (rate.seconds.length < LEAST_SEC || rps < LEAST_RPS || rps < LEAST_RECORDS * interval) return false;
    const baselineRps = median(rate.seconds);
    if (rps < FACTOR * baselineRps) return false;
    rate.over = [...rate.over.filter((over) => over > sec - LOOKED_AT), sec];
    if (rate.over.length < NEEDED) return false;
    rate.onset = { host, sinceSec: rate.over[0] as number, endSec: null, rps, baselineRps };
    rate.mostRps = rps;
    rate.quietSince = Number.NaN;
    rate.over = [];
    return true;
  }

  #goOn(host: string, rate: HostRate, sec: number, rps: number): void {
    const onset = rate.onset as EdgeOnset;
    rate.mostRps = Math.max(rate.mostRps, rps);
    rate.onset = { ...onset, rps };
    if (rps >= Math.max(QUIET_RPS, QUIET_FACTOR * onset.baselineRps)) {
      rate.quietSince = Number.NaN;
      return;
    }
    if (Number.isNaN(rate.quietSince)) rate.quietSince = sec;
    if (sec - rate.quietSince + 1 < QUIET_SEC) return;
    this.#ended = this.#ended.filter((ended) => ended.host !== host).slice(1 - ENDED);
    this.#ended.push({ ...onset, endSec: rate.quietSince, rps: rate.mostRps });
    rate.onset = null;
  }

  #forgetSmallest(): void {
    if (this.#hosts.size <= HOSTS) return;
    const usual = [...this.#hosts].filter(([, { onset }]) => onset === null);
    const bySize = usual.map(([host, { seconds }]) => ({ host, size: sumOf(seconds) })).sort((a, b) => a.size - b.size);
    for (const { host } of bySize.slice(0, this.#hosts.size - HOSTS)) this.#hosts.delete(host);
  }
}

function remember(rate: HostRate, rps: number): void {
  rate.seconds.push(rps);
  if (rate.seconds.length > BASELINE_SEC) rate.seconds.shift();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
