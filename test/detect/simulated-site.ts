/** A host's traffic over simulated weeks, for tests: a daily season, noise that lasts, and whatever a test adds. */

import { AttackDetector } from '../../src/detect/attack-detector.js';
import type { BaselineStore } from '../../src/detect/baseline/baseline-store.js';
import { BaselineTrigger } from '../../src/detect/baseline/baseline-trigger.js';
import { Baselines } from '../../src/detect/baseline/baselines.js';
import { hourOfWeek } from '../../src/detect/baseline/hour-of-week.js';
import { STEP_SEC } from '../../src/detect/baseline/week-profile.js';
import { RampTrigger } from '../../src/detect/ramp-trigger.js';
import { slotOf } from '../../src/detect/slots.fixture.js';
import { Random } from '../../src/scenario/random.js';

export const DAY_SEC = 86_400;
/** A Monday, 00:00 UTC. */
export const MONDAY = 1_699_833_600;

export interface SiteOptions {
  readonly seed: number;
  /** Median packets a second. */
  readonly pps: number;
  /** Of log(x). */
  readonly sigma: number;
  /** Of the noise, from one second to the next. */
  readonly memory?: number;
  /** Day over night. */
  readonly season?: number;
}

/** Packets a second of log-AR(1) noise around a day's wave. Call with seconds in order. */
export class SimulatedSite {
  readonly #random: Random;
  #noise = 0;

  constructor(readonly options: SiteOptions) {
    this.#random = new Random(options.seed);
  }

  /** `times`: what a test makes of it. */
  packetsAt(sec: number, times = 1): number {
    const { pps, sigma, memory = 0.9, season = 1 } = this.options;
    this.#noise = memory * this.#noise + Math.sqrt(1 - memory * memory) * this.#normal();
    const wave = (Math.log(season) / 2) * Math.cos(((sec / DAY_SEC - 15 / 24) % 1) * 2 * Math.PI);
    return Math.round(pps * times * Math.exp(wave + sigma * this.#noise));
  }

  /** Box-Muller. */
  #normal(): number {
    const u = 1 - this.#random.next();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.#random.next());
  }
}

export const HOST = '203.0.113.7';
/** Of a packet of a slot of the tests. */
const SLOT_BYTES = 100;

/** A second of acknowledgements, most of what a server receives. */
export function secondOf(packets: number, target = HOST) {
  const slot = slotOf(target, { 'tcp-ack': packets });
  return { hosts: packets > 0 ? [slot] : [], prefixes: [] };
}

/** Teaches what a live run of `days` would have taught, from `fromSec` on, in a tenth of the time: steps of 10 s made of their ten seconds. */
export function teach(store: BaselineStore, fromSec: number, days: number, packetsAt: (sec: number) => number): void {
  const profile = store.get(HOST) ?? store.admit(HOST, fromSec, 1, 1);
  if (profile === null) throw new Error('teach: the store has no place.');
  for (let step = fromSec; step < fromSec + days * DAY_SEC; step += STEP_SEC) {
    let [sum, peak] = [0, 0];
    for (let sec = step + 1; sec <= step + STEP_SEC; sec += 1) {
      const packets = packetsAt(sec);
      sum += packets;
      peak = Math.max(peak, packets);
    }
    const mean = sum / STEP_SEC;
    profile.add(hourOfWeek(step), measures(mean), measures(peak), step + STEP_SEC);
  }
}

/** By feature, in its units: packets, and their bytes. */
function measures(pps: number): number[] {
  return [pps, (pps * SLOT_BYTES * 8) / 8000, 0, 0, 0, 0];
}

/** A detector with the triggers that compare with the week, at one tick a second. */
export function weekDetector(store: BaselineStore): AttackDetector {
  const baselines = new Baselines({ store });
  return new AttackDetector({
    ticksPerSecond: 1,
    triggers: [new BaselineTrigger(baselines), new RampTrigger(baselines)],
  });
}

export interface Alarm {
  /** Seconds after the begin of the run. */
  readonly after: number;
  readonly triggers: readonly string[];
  readonly words: readonly (string | null)[];
}

/** Attacks called from `fromSec` on; `packetsAt` is asked for every second. */
export function alarmsOf(
  detector: AttackDetector,
  fromSec: number,
  seconds: number,
  packetsAt: (sec: number) => number,
  untilFirst = false,
): Alarm[] {
  const alarms: Alarm[] = [];
  let isOpen = false;
  for (let after = 1; after <= seconds; after += 1) {
    const sec = fromSec + after;
    for (const { state, over } of detector.evaluate(sec, secondOf(packetsAt(sec)))) {
      if (state === 'attack' && !isOpen) {
        const triggers = [...new Set(over.map(({ trigger }) => trigger))];
        alarms.push({ after, triggers, words: over.map(({ words }) => words) });
      }
      isOpen = state === 'attack' || state === 'ending';
    }
    if (untilFirst && alarms.length > 0) break;
  }
  return alarms;
}
