/**
 * The profiles of at most 1000 targets: those that are largest and were seen longest stay. Of 126 KiB each, so 126 MiB when a thousand targets were
 * all seen in every hour of a week; a server that watches itself has one or two.
 */
import { WeekProfile } from './week-profile.js';

const MOST_TARGETS = 1000;
const WEEK_SEC = 7 * 86_400;

export class BaselineStore {
  readonly #profiles = new Map<string, WeekProfile>();

  constructor(readonly most = MOST_TARGETS) {}

  get(target: string): WeekProfile | null {
    return this.#profiles.get(target) ?? null;
  }

  get size(): number {
    return this.#profiles.size;
  }

  /** By target, so that what is written does not depend on who came first. */
  entries(): [string, WeekProfile][] {
    return [...this.#profiles].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Read from a file. Beyond the bound it is left out. */
  put(target: string, profile: WeekProfile): boolean {
    if (this.#profiles.size >= this.most && !this.#profiles.has(target)) return false;
    this.#profiles.set(target, profile);
    return true;
  }

  /** A profile for a target that was seen for some minutes; null: all that are here matter more. `steps`, `pps`: of the candidate. */
  admit(target: string, sec: number, steps: number, pps: number): WeekProfile | null {
    if (this.#profiles.size >= this.most && !this.#makePlace(worth(steps, pps, 0), sec)) return null;
    const profile = new WeekProfile(sec);
    profile.heardSec = sec;
    this.#profiles.set(target, profile);
    return profile;
  }

  #makePlace(than: number, sec: number): boolean {
    let least = than;
    let name: string | null = null;
    for (const [target, { learnedSteps, pps, heardSec }] of this.#profiles) {
      const of = worth(learnedSteps, pps, sec - heardSec);
      if (of >= least) continue;
      least = of;
      name = target;
    }
    return name !== null && this.#profiles.delete(name);
  }

  forget(target: string): boolean {
    return this.#profiles.delete(target);
  }

  clear(): void {
    this.#profiles.clear();
  }
}

/** Halved with every week nothing came. */
function worth(steps: number, pps: number, silentSec: number): number {
  return steps * Math.log2(2 + pps) * 2 ** (-Math.max(0, silentSec) / WEEK_SEC);
}
