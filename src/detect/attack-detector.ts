/**
 * Is this abnormal: per target the last second against the limits of the triggers. The first tick over one begins a suspicion; half a second
 * apart, two decisions of three make an attack (one at ten times a limit at once), thirty seconds below half of every limit end it. What
 * comes back within five minutes is known again at once. Its clock is the data: it is called for every tick of capture time in order, and a dead
 * source ends nothing. Hosts come first, then prefixes without the hosts that are under attack themselves (see carpet.ts).
 */
import { DEFAULT_DETECTION, type DetectionConfig } from '../config/threshold-config.js';
import { UDP_FRAGMENT } from '../kernel/class-numbers.js';
import { type TargetSlot, TICKS_PER_SECOND, type TickSlots } from '../records/target-slot.js';
import { carpetsAmong } from './carpet.js';
import { decide, holdOrEnd } from './decide.js';
import { DEFAULT_FLOORS, type Floors } from './floors.js';
import type { Judge } from './judge.js';
import type { Rates, TargetRef } from './rate-window.js';
import { TargetMemory } from './target-memory.js';
import type { TargetState } from './target-state.js';
import { tellVerdict } from './tell-verdict.js';
import { type CrossedLimit, NOTHING_CROSSED, type Trigger } from './trigger.js';
import { TriggerList } from './trigger-list.js';
import { fragmentOwner, sinceOnset, vectorsOf } from './vectors.js';
import type { TargetVerdict } from './verdict.js';
import { slotWithout, without } from './without.js';

/** Targets remembered. Half of them may be open, so that there is always one to forget. */
const MOST_HOSTS = 1024;
const MOST_PREFIXES = 512;
/** Hosts that receive less are remembered only when they once received more; below every floor by far. */
const LEAST_PPS = 10;
/** Decisions a second. */
const DECISIONS = 2;
/** Vectors stay known so long after they were last over a limit. */
const ARMED_SEC = 300;
/** Bursts of one target that come within this are no chance. */
const AGAIN_SEC = 10;
/** Ticks kept to be told of when a suspicion becomes an attack. */
const UNTOLD_SEC = 4;

export interface DetectorOptions {
  /** Where the configuration says nothing. */
  readonly floors?: Floors;
  readonly ticksPerSecond?: number;
  readonly detection?: DetectionConfig;
  /** Besides floors. */
  readonly triggers?: readonly Trigger[];
  /** Null: whatever is over a limit is an attack. */
  readonly judge?: Judge | null;
}

export class AttackDetector {
  readonly ticksPerSecond: number;
  readonly #triggers: TriggerList;
  readonly #judge: Judge | null;
  readonly #hosts: TargetMemory;
  readonly #prefixes: TargetMemory;
  #verdicts: TargetVerdict[] = [];
  #tick = Number.NEGATIVE_INFINITY;

  constructor(options: DetectorOptions = {}) {
    const { floors = DEFAULT_FLOORS, ticksPerSecond = TICKS_PER_SECOND, detection = DEFAULT_DETECTION } = options;
    this.ticksPerSecond = ticksPerSecond;
    this.#hosts = new TargetMemory(MOST_HOSTS, ticksPerSecond);
    this.#prefixes = new TargetMemory(MOST_PREFIXES, ticksPerSecond);
    this.#judge = options.judge ?? null;
    this.#triggers = new TriggerList(floors, options.triggers ?? [], detection);
  }

  /** Other floors, groups and triggers from the next tick on. Nothing is forgotten: open attacks end when they are over by the new ones. */
  setDetection(detection: DetectionConfig): void {
    this.#triggers.setDetection(detection);
    for (const state of [...this.#hosts.all(), ...this.#prefixes.all()]) state.group = null;
  }

  /** Call for every tick in order, with empty lists where nothing came. `sec`: its end, epoch seconds. `isLast`: no other one comes. */
  evaluate(sec: number, { hosts, prefixes }: TickSlots, isLast = false): TargetVerdict[] {
    const tick = Math.round(sec * this.ticksPerSecond);
    this.#verdicts = [];
    if (tick <= this.#tick) this.#startOver(tick, sec);
    this.#tick = tick;
    const large = this.#worthIt(hosts);
    for (const slot of large) this.#take(this.#hosts, slot, tick);
    for (const slot of prefixes) this.#take(this.#prefixes, slot, tick);
    const openPrefixes = this.#prefixes.open().filter(({ state }) => state !== 'quiet');
    for (const slot of large) this.#suspectHost(slot, openPrefixes, tick, sec);
    for (const state of this.#hosts.open()) this.#follow(state, this.#overOf(state, sec), tick, sec, isLast);
    this.#judgePrefixes(prefixes, tick, sec, isLast);
    if (tick % this.ticksPerSecond === 0) this.#learn(tick, sec);
    return this.#verdicts;
  }

  /** Under suspicion or attack. */
  open(): TargetState[] {
    return this.#hosts.open();
  }

  /** Hosts that received something within the last second. */
  recentHosts(): TargetState[] {
    return this.#hosts.heardSince(this.#tick - this.ticksPerSecond + 1);
  }

  /** Of a scan over everything each host has a packet or two. */
  #worthIt(hosts: readonly TargetSlot[]): readonly TargetSlot[] {
    const due = this.#triggers.due();
    const names = new Set(due.map(({ target }) => target));
    const large = hosts.filter(
      ({ target, packets }) =>
        packets * this.ticksPerSecond >= LEAST_PPS || this.#hosts.has(target) || names.has(target),
    );
    const missing = due.filter(({ target }) => !large.some((slot) => slot.target === target));
    return missing.length === 0 ? large : [...large, ...missing.map(emptySlot)];
  }

  #take(memory: TargetMemory, slot: TargetSlot, tick: number): void {
    const state = memory.of(slot, tick);
    state.window.add(tick, slot);
    state.heard = tick;
    if (state.state !== 'quiet') state.untold.push({ tick, slot: this.#ownSlot(state, tick, slot) });
  }

  /** The clock stepped back: what is open goes on from here. */
  #startOver(tick: number, sec: number): void {
    for (const memory of [this.#hosts, this.#prefixes]) {
      for (const state of memory.all()) {
        state.window.clear();
        state.heard = Number.NEGATIVE_INFINITY;
        state.untold = [];
        state.armedUntil.clear();
        state.dropped = Number.NEGATIVE_INFINITY;
        state.lastHeldSec = sec;
        state.nextDecision = tick;
      }
    }
  }

  #overOf(state: TargetState, sec: number): readonly CrossedLimit[] {
    state.window.advance(this.#tick);
    return this.#triggers.crossed(state, sec, 1);
  }

  #suspectHost(slot: TargetSlot, openPrefixes: readonly TargetState[], tick: number, sec: number): void {
    const state = this.#hosts.of(slot, tick);
    if (state.state !== 'quiet') return;
    const over = this.#triggers.crossed(state, sec, 1);
    // What is over its limit inside of an attacked prefix is part of that attack.
    if (over.length === 0 || openPrefixes.some((prefix) => prefix.holds(state))) return;
    this.#open(this.#hosts, state, over, tick);
  }

  #open(memory: TargetMemory, state: TargetState, over: readonly CrossedLimit[], tick: number): void {
    if (memory.isFull) return;
    memory.setOpen(state, true);
    state.state = 'suspect';
    // One burst is no attack; two are.
    state.hits = tick - state.dropped <= AGAIN_SEC * this.ticksPerSecond ? [true] : [];
    state.nextDecision = tick;
    state.untold = state.onset(over).map(({ tick: at, slot }) => ({ tick: at, slot: this.#ownSlot(state, at, slot) }));
    state.sinceSec = ((state.untold[0]?.tick ?? tick) - 1) / this.ticksPerSecond;
    if (state.isHost) this.#addEarlier(state, over);
    state.judgement = null;
    state.ofFloors.clear();
    state.vectors.clear();
    state.isReturn = vectorsOf(state, over).some((i) => (state.armedUntil.get(i) ?? 0) * this.ticksPerSecond > tick);
  }

  /** What came before the second that is looked at, where a trigger knows it. */
  #addEarlier(state: TargetState, over: readonly CrossedLimit[]): void {
    if (over.some(({ what }) => what !== 'score')) return;
    const history = sinceOnset(this.#triggers.history(state, over), over);
    const [first, last] = [history[0], history.at(-1)];
    state.earlier = 0;
    if (first === undefined || last === undefined || first.sec - 1 >= state.sinceSec) return;
    const earlier = history.map(({ sec, slot }) => ({ tick: Math.round(sec * this.ticksPerSecond), slot }));
    const after = state.untold.filter(({ tick }) => tick > last.sec * this.ticksPerSecond);
    state.untold = [...earlier, ...after];
    state.earlier = earlier.length;
    state.sinceSec = first.sec - 1;
  }

  #judgePrefixes(slots: readonly TargetSlot[], tick: number, sec: number, isLast: boolean): void {
    const open = this.#prefixes.open().filter(({ isOpen }) => isOpen);
    // What lies in an attacked prefix is part of that attack.
    const quiet = slots
      .map((slot) => this.#prefixes.of(slot, tick))
      .filter((state) => !open.some((prefix) => prefix.holds(state)));
    const over = quiet.filter((state) => this.#triggers.crossed(state, sec, 1).length > 0);
    const carpets = over.length === 0 ? [] : this.#carpets(over, tick, sec);
    const carpetOf = new Map(carpets.map((carpet) => [carpet.state, carpet.over]));
    for (const [state, limits] of carpetOf) if (state.state === 'quiet') this.#openPrefix(state, limits, tick);
    for (const state of this.#prefixes.open()) {
      state.window.advance(tick);
      const limits = state.isOpen
        ? this.#triggers.crossed(this.#ownOf(state), sec, 1)
        : (carpetOf.get(state) ?? NOTHING_CROSSED);
      this.#follow(state, limits, tick, sec, isLast);
    }
  }

  #carpets(over: readonly TargetState[], tick: number, sec: number) {
    const open = this.#prefixes.open().filter(({ isOpen }) => isOpen);
    const hosts = this.#hosts.heardSince(tick - this.ticksPerSecond + 1);
    for (const host of hosts) host.window.advance(tick);
    const isApart = (host: TargetState) => host.state !== 'quiet' || !this.#triggers.isWatched(host);
    const apart = hosts.filter((host) => isApart(host) && !open.some((prefix) => prefix.holds(host)));
    const prefixes = this.#prefixes.heardSince(tick - this.ticksPerSecond + 1).filter(({ isOpen }) => !isOpen);
    for (const prefix of prefixes) prefix.window.advance(tick);
    const ratesOf = (state: TargetState) => without(state, [...outermost(open), ...apart]);
    return carpetsAmong(
      over,
      prefixes,
      hosts.filter((host) => !isApart(host)),
      ratesOf,
      (rates) => this.#triggers.crossed(rates, sec, 1),
    );
  }

  /** A suspicion moves on to the prefix that explains it now. */
  #openPrefix(state: TargetState, limits: readonly CrossedLimit[], tick: number): void {
    this.#open(this.#prefixes, state, limits, tick);
    for (const other of this.#prefixes.open()) {
      if (other === state || other.state !== 'suspect' || !(other.holds(state) || state.holds(other))) continue;
      if (other.hits.length > state.hits.length) {
        state.hits = other.hits.slice();
        state.nextDecision = other.nextDecision;
      }
      other.hits = [false, false];
      other.nextDecision = tick;
    }
  }

  /** What a prefix under attack receives besides the hosts that have incidents of their own. */
  #ownOf(state: TargetState): Rates {
    return state.isHost ? state : without(state, this.#attackedIn(state));
  }

  #ownSlot(state: TargetState, tick: number, slot: TargetSlot): TargetSlot {
    return state.isHost ? slot : slotWithout(slot, tick, this.#attackedIn(state));
  }

  #attackedIn(state: TargetState): TargetState[] {
    return this.#hosts.open().filter((host) => host.isOpen && state.holds(host));
  }

  /** One tick of a target under suspicion or attack. */
  #follow(state: TargetState, over: readonly CrossedLimit[], tick: number, sec: number, isLast: boolean): void {
    const before = state.state;
    const isDecision = tick >= state.nextDecision;
    state.over = over;
    if (over.length > 0) this.#noteOver(state, over, sec);
    else state.active.clear();
    if (before === 'suspect')
      decide(state, over, isDecision ? tick - Math.max(1, Math.floor(this.ticksPerSecond / DECISIONS)) + 1 : null);
    else this.#hold(state, over, sec);
    if (isLast && state.state === 'suspect' && over.length > 0 && state.isAll) this.#callAll(state);
    if (over.length > 0 && (isDecision || state.state !== before)) this.#askJudge(state, over, before, sec);
    if (before === 'suspect' && state.isOpen && state.judgement?.isAttack === false) state.state = 'suspect';
    if (before === 'suspect' && state.isOpen) this.#triggers.attackBegan(state, sec);
    if (state.isOpen) for (const vector of state.active) state.armedUntil.set(vector, sec + ARMED_SEC);
    if (isDecision) state.nextDecision = tick + Math.max(1, this.ticksPerSecond / DECISIONS);
    const most = UNTOLD_SEC * this.ticksPerSecond + state.earlier;
    if (state.untold.length > most) state.untold = state.untold.slice(-most);
    if (isDecision || isLast || state.state !== before)
      this.#verdicts.push(tellVerdict(state, this.#ownOf(state), before, sec, this.ticksPerSecond));
    if (state.state === 'quiet') this.#close(state, before, sec);
  }

  /** The capture is over before a second look: what was seen is all there is. */
  #callAll(state: TargetState): void {
    const first = state.untold[0]?.tick ?? Number.POSITIVE_INFINITY;
    const earlier = state.earlier > 0 ? [] : state.window.slots().filter(({ tick }) => tick < first);
    const own = earlier.map(({ tick, slot }) => ({ tick, slot: this.#ownSlot(state, tick, slot) }));
    state.untold = [...own, ...state.untold];
    state.sinceSec = Math.min(state.sinceSec, ((own[0]?.tick ?? Number.POSITIVE_INFINITY) - 1) / this.ticksPerSecond);
    state.state = 'attack';
  }

  /** What may be no attack stays a suspicion; what was called one is not taken back. */
  #askJudge(state: TargetState, over: readonly CrossedLimit[], before: TargetState['state'], sec: number): void {
    const isOpen = before !== 'suspect';
    const judgement = this.#judge?.judge(state, over, sec, state.sinceSec, isOpen) ?? null;
    if (judgement !== null || !isOpen) state.judgement = judgement;
  }

  #noteOver(state: TargetState, over: readonly CrossedLimit[], sec: number): void {
    state.lastOverSec = sec;
    state.lastHeldSec = sec;
    state.active.clear();
    for (const { trigger, trafficClass } of over) if (trigger === 'floor') state.ofFloors.add(trafficClass);
    for (const vector of vectorsOf(state, over)) {
      state.active.add(vector);
      state.vectors.add(vector);
    }
    if (fragmentOwner(state, state.vectors) >= 0) state.vectors.delete(UDP_FRAGMENT);
  }

  #hold(state: TargetState, over: readonly CrossedLimit[], sec: number): void {
    const isHeld = over.length > 0 || this.#triggers.crossed(this.#ownOf(state), sec, 0.5).length > 0;
    if (isHeld) state.lastHeldSec = sec;
    // Whole ticks: seconds of today have fractions that are not exact.
    const below = Math.round((sec - state.lastHeldSec) * this.ticksPerSecond) / this.ticksPerSecond;
    holdOrEnd(state, below);
  }

  #close(state: TargetState, before: TargetState['state'], sec: number): void {
    (state.isHost ? this.#hosts : this.#prefixes).setOpen(state, false);
    state.hits = [];
    state.untold = [];
    state.active.clear();
    if (before === 'suspect') {
      state.dropped = this.#tick;
      return;
    }
    this.#triggers.attackEnded(state, sec);
  }

  #learn(tick: number, sec: number): void {
    const open = this.#prefixes.open();
    const from = tick - this.ticksPerSecond + 1;
    for (const state of [...this.#hosts.heardSince(from), ...this.#prefixes.heardSince(from)]) {
      if (state.state !== 'quiet' || open.some((prefix) => prefix.holds(state))) continue;
      state.window.advance(tick);
      this.#triggers.learn(state, this.#ownOf(state), sec);
    }
  }
}

/** A host that is to be looked at though nothing came for it. */
function emptySlot({ target, version, words, length }: TargetRef): TargetSlot {
  const nothing = { packets: 0, bytes: 0, classes: [], classPackets: [], classBytes: [], sampleRate: 1, hosts: 1 };
  return { target, version, words, length, ...nothing };
}

/** Those that lie in no other. */
function outermost(prefixes: readonly TargetState[]): TargetState[] {
  return prefixes.filter((inner) => !prefixes.some((outer) => outer !== inner && outer.holds(inner)));
}
