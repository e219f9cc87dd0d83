/** What is usual of each target, learned and asked for: shared by the triggers that compare with it. IPv6 hosts are known by their /64. */
import { formatPrefix } from '../../format/address.js';
import { DEFAULT_FLOORS, type Floors } from '../floors.js';
import { isHost, type Rates } from '../rate-window.js';
import { TargetState } from '../target-state.js';
import { BaselineStore } from './baseline-store.js';
import { FEATURE_COUNT, readFeatures } from './features.js';
import { Learner } from './learner.js';
import { UsualNow } from './usual.js';

/** Twice what the detector remembers, and a little. */
const MOST_LEARNERS = 4096;
/** Steps (10 s) a target is seen before it gets a profile, and again after each refusal: who is scanned is seen for seconds. */
const ADMITTED_AFTER = 60;
const HOST64 = 64;

export interface Known {
  readonly learner: Learner;
  readonly usual: UsualNow;
}

export interface BaselinesOptions {
  /** False: what is known is used, nothing is learned. */
  readonly learns?: boolean;
  readonly store?: BaselineStore;
}

export class Baselines {
  readonly store: BaselineStore;
  readonly learns: boolean;
  readonly #byKey = new WeakMap<object, Known>();
  /** By name; the one made longest ago is forgotten first, and made anew when it is still heard of. */
  readonly #byName = new Map<string, Known>();
  readonly #values = new Array<number>(FEATURE_COUNT).fill(0);

  constructor({ learns = true, store = new BaselineStore() }: BaselinesOptions = {}) {
    this.learns = learns;
    this.store = store;
  }

  of(rates: Rates): Known {
    const known = this.#byKey.get(rates.key);
    if (known !== undefined) return known;
    const name = nameOf(rates);
    const same = this.#byName.get(name) ?? this.#make(name);
    this.#byKey.set(rates.key, same);
    return same;
  }

  #make(name: string): Known {
    for (const oldest of this.#byName.keys()) {
      if (this.#byName.size < MOST_LEARNERS) break;
      this.#byName.delete(oldest);
    }
    const known = { learner: new Learner(name), usual: new UsualNow(phaseOf(name)) };
    this.#byName.set(name, known);
    return known;
  }

  /** What is usual now; null: not known. */
  usualOf(rates: Rates, sec: number): UsualNow | null {
    if (this.store.size === 0) return null;
    const { learner, usual } = this.of(rates);
    return usual.look(sec, floorsOf(rates, sec), isHost(rates), () => this.store.get(learner.target)) ? usual : null;
  }

  /** The rates by feature. Lent until the next call. */
  valuesOf(rates: Rates): readonly number[] {
    readFeatures(rates, this.#values);
    return this.#values;
  }

  learn(rates: Rates, sec: number): void {
    // A /64 is taught by its hosts, whether it is a prefix of ours or not.
    if (!this.learns || (rates.version === 6 && rates.length === HOST64)) return;
    const { learner } = this.of(rates);
    const profile = this.store.get(learner.target) ?? this.#admit(learner, sec);
    learner.learn(sec, this.valuesOf(rates), profile);
  }

  #admit(learner: Learner, sec: number) {
    if (learner.steps < ADMITTED_AFTER || learner.steps % ADMITTED_AFTER !== 0) return null;
    if (learner.askedAt === learner.steps) return null;
    learner.askedAt = learner.steps;
    return this.store.admit(learner.target, sec, learner.steps, learner.pps);
  }

  freeze(rates: Rates): void {
    this.of(rates).learner.freeze();
  }

  thaw(rates: Rates): void {
    const { learner } = this.of(rates);
    learner.thaw(this.store.get(learner.target));
  }

  /** A tick of a target under attack, `values` of it. */
  doubt(rates: Rates, sec: number, values: readonly number[]): void {
    const { key, version, length } = rates;
    // Of a /64 the hosts would have to be summed up: what is new there is learned when it is no attack any more.
    if (!this.learns || !(key instanceof TargetState) || !key.isOpen || (version === 6 && length > HOST64)) return;
    const isSettled = key.over.some(({ trigger }) => trigger !== 'baseline' && trigger !== 'ramp');
    const { learner } = this.of(rates);
    learner.doubtful.note(sec, values, isSettled, this.store.get(learner.target));
  }
}

function nameOf(rates: Rates): string {
  const { version, length, words } = rates;
  if (version === 4 || length <= HOST64) return rates.target;
  return formatPrefix({ version, words: [words[0] as number, words[1] as number, 0, 0], length: HOST64 });
}

/** Seconds of a minute, by name: the same in every run. */
function phaseOf(name: string): number {
  let sum = 0;
  for (let i = 0; i < name.length; i += 1) sum = (sum * 31 + name.charCodeAt(i)) % 6007;
  return sum % 60;
}

/** Those of the target's group, once they were looked up. */
function floorsOf({ key }: Rates, sec: number): Floors {
  return (key instanceof TargetState ? key.group?.at(sec) : null) ?? DEFAULT_FLOORS;
}
