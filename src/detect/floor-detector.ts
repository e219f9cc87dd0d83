/**
 * The first detector: per target, rates over one second against floors, decided twice a second; two decisions of the last
 * three over a floor (or one at ten times it) make an attack, thirty seconds below half of it end it.
 * Its clock is the data: it is called for every half second of capture time, and a dead source ends nothing.
 */
import { SLOTS_PER_SECOND, type TargetSlot } from '../records/target-slot.js';
import { CLASS_COUNT, TRAFFIC_CLASSES, type TrafficClass } from '../records/traffic-class.js';
import { DEFAULT_FLOORS, type Floors, floorOf, REQUEST_CLASSES } from './floors.js';

export interface OverFloor {
  /** Traffic class index, or -1 for all traffic of the target. */
  readonly trafficClass: number;
  readonly what: 'packets' | 'bits' | 'requests';
  /** Per second. */
  readonly rate: number;
  readonly floor: number;
}

export interface TargetVerdict {
  readonly slot: TargetSlot;
  readonly state: 'suspect' | 'attack' | 'ending' | 'ended';
  /** Capture time at which the first of the windows that led here began, epoch seconds. */
  readonly sinceSec: number;
  /** End of the slot, epoch seconds. */
  readonly sec: number;
  /** End of the newest window over a floor. */
  readonly lastOverSec: number;
  /** Over one second. */
  readonly pps: number;
  /** Bit/s. */
  readonly bps: number;
  /** Requests per second over the request classes. */
  readonly rps: number;
  /** What is over its floor in this window; empty while ending. */
  readonly over: readonly OverFloor[];
  /** Classes the attack has been made of, largest now first. */
  readonly vectors: readonly VerdictVector[];
  /** What of this half second is attack; on the first attack verdict also of the half seconds since `sinceSec`. */
  readonly attack: readonly AttackPart[];
}

export interface VerdictVector {
  readonly trafficClass: number;
  /** Over the newest second. */
  readonly pps: number;
  /** Over a floor, or a large part of a target over one, in the newest second. */
  readonly isActive: boolean;
}

export interface AttackPart {
  /** End of the half second, epoch seconds. */
  readonly sec: number;
  readonly packets: number;
  readonly bytes: number;
  /** Packets by vector. */
  readonly byClass: ReadonlyMap<number, number>;
}

/** Targets remembered; the one unheard of longest goes first. */
const MAX_TARGETS = 1024;
const SLOT_SEC = 1 / SLOTS_PER_SECOND;
/** Decisions a second. */
const DECISIONS = 2;
const ENDING_DECISIONS = 30 * DECISIONS;
/** Share of packets or bytes that makes a class a vector when the target as a whole is over a floor. */
const VECTOR_SHARE = 0.2;
/** Weight of the newest quiet second in the usual request rate. */
const USUAL_WEIGHT = 0.05;
/** Quiet decisions before the usual rate is trusted: 10 s. */
const USUAL_AFTER = 10 * DECISIONS;
const AT_ONCE = 10;
/** Of sampled traffic a floor counts as reached only with so many packets seen: ±25 %, where one packet may stand for a thousand. */
const LEAST_SAMPLED = 16;

interface TargetState {
  previous: TargetSlot | null;
  /** Newest slots with their end, for the share of the attack before it was called one. */
  recent: { sec: number; slot: TargetSlot }[];
  hits: boolean[];
  state: 'quiet' | 'suspect' | 'attack' | 'ending';
  sinceSec: number;
  lastOverSec: number;
  below: number;
  vectors: Set<number>;
  usualRequests: number;
  quietDecisions: number;
  heardSec: number;
}

export class FloorDetector {
  readonly #targets = new Map<string, TargetState>();

  constructor(readonly floors: Floors = DEFAULT_FLOORS) {}

  /** Call for every half second in order, with an empty list where nothing came. `sec`: its end, epoch seconds. */
  evaluate(sec: number, slots: readonly TargetSlot[]): TargetVerdict[] {
    const verdicts: TargetVerdict[] = [];
    const heard = new Set<string>();
    for (const slot of slots) {
      heard.add(slot.target);
      this.#decide(this.#stateOf(slot.target, sec), slot, sec, verdicts);
    }
    for (const [target, state] of this.#targets) {
      if (heard.has(target) || (state.previous === null && state.state === 'quiet')) continue;
      const slot = state.previous ?? state.recent.at(-1)?.slot;
      if (slot !== undefined) this.#decide(state, emptySlot(slot), sec, verdicts);
    }
    return verdicts;
  }

  #stateOf(target: string, sec: number): TargetState {
    let state = this.#targets.get(target);
    if (state === undefined) {
      if (this.#targets.size >= MAX_TARGETS) this.#forgetOldest();
      state = {
        previous: null,
        recent: [],
        hits: [],
        state: 'quiet',
        sinceSec: sec,
        lastOverSec: sec,
        below: 0,
        vectors: new Set(),
        usualRequests: 0,
        quietDecisions: 0,
        heardSec: sec,
      };
      this.#targets.set(target, state);
    }
    state.heardSec = sec;
    return state;
  }

  #forgetOldest(): void {
    let oldest: string | null = null;
    let heardSec = Number.POSITIVE_INFINITY;
    for (const [target, state] of this.#targets) {
      if (state.state !== 'quiet' || state.heardSec >= heardSec) continue;
      oldest = target;
      heardSec = state.heardSec;
    }
    if (oldest !== null) this.#targets.delete(oldest);
  }

  #decide(state: TargetState, slot: TargetSlot, sec: number, verdicts: TargetVerdict[]): void {
    const window = sumOf(state.previous, slot);
    state.previous = slot.packets === 0 ? null : slot;
    state.recent = [...state.recent.slice(-3), { sec, slot }];
    const over = this.#overFloors(window, state);
    const isHit = over.length > 0;
    if (isHit) state.lastOverSec = sec;
    state.hits = [...state.hits.slice(-2), isHit];
    const wasAttack = state.state === 'attack' || state.state === 'ending';
    this.#step(state, over, window, sec);
    if (state.state === 'quiet') {
      this.#learnUsual(state, window);
      if (wasAttack) verdicts.push(verdictOf(state, 'ended', window, sec, over, [], new Set()));
      return;
    }
    const active = new Set(isHit ? vectorsOf(window, over) : []);
    for (const vector of active) state.vectors.add(vector);
    const isAttack = state.state !== 'suspect';
    const slots = isAttack && !wasAttack ? state.recent : isAttack ? [{ sec, slot }] : [];
    const attack = slots
      .filter((entry) => entry.sec > state.sinceSec)
      .map((entry) => attackShare(entry.sec, entry.slot, state.vectors));
    verdicts.push(verdictOf(state, state.state, window, sec, over, attack, active));
  }

  #step(state: TargetState, over: readonly OverFloor[], window: TargetSlot, sec: number): void {
    const hits = state.hits.filter(Boolean).length;
    const isHit = over.length > 0;
    if (state.state === 'quiet' && isHit) {
      state.state = 'suspect';
      // A target that received nothing in the half second before is under attack since this one, not for longer.
      const before = state.recent.at(-2);
      const hadPackets = before?.sec === sec - SLOT_SEC && before.slot.packets > 0;
      state.sinceSec = hadPackets ? sec - 2 * SLOT_SEC : sec - SLOT_SEC;
      state.vectors.clear();
    }
    if (state.state === 'suspect') {
      if (hits >= 2 || over.some(({ rate, floor }) => rate >= AT_ONCE * floor)) state.state = 'attack';
      else if (hits === 0) state.state = 'quiet';
      state.below = 0;
      return;
    }
    if (state.state === 'quiet') return;
    const isBelow = !isHit && this.#halfFloors(window, state);
    state.below = isBelow ? state.below + 1 : 0;
    // "Ending" is shown from the third quiet second on: a pulse is not an end.
    state.state = state.below === 0 ? 'attack' : state.below > 3 * DECISIONS ? 'ending' : state.state;
    if (state.below >= ENDING_DECISIONS) {
      state.state = 'quiet';
      state.hits = [];
      state.below = 0;
    }
  }

  #halfFloors(window: TargetSlot, state: TargetState): boolean {
    return this.#overFloors(window, state, 0.5).length === 0;
  }

  #learnUsual(state: TargetState, window: TargetSlot): void {
    state.quietDecisions += 1;
    const weight = Math.max(USUAL_WEIGHT, 1 / state.quietDecisions);
    state.usualRequests += (requestsOf(window) - state.usualRequests) * weight;
  }

  #requestFloor(state: TargetState): number {
    const { requestsPerSec, requestsOverUsual, requestsPerSecLeast } = this.floors;
    if (state.quietDecisions < USUAL_AFTER) return requestsPerSec;
    return Math.max(requestsPerSecLeast, requestsOverUsual * state.usualRequests);
  }

  #overFloors(window: TargetSlot, state: TargetState, factor = 1): OverFloor[] {
    const over: OverFloor[] = [];
    // An attack ends only when it is seen to end, so few packets are enough to hold it open.
    const least = window.sampleRate > 1 && factor === 1 ? LEAST_SAMPLED * window.sampleRate : 0;
    const check = (trafficClass: number, what: OverFloor['what'], rate: number, floor: number) => {
      const packets = trafficClass < 0 ? window.packets : (window.classPackets[trafficClass] as number);
      if (rate >= floor * factor && packets >= least) over.push({ trafficClass, what, rate, floor });
    };
    check(-1, 'packets', window.packets, this.floors.pps);
    check(-1, 'bits', window.bytes * 8, this.floors.bps);
    // By index: pairs of an iterator are 66 small objects for each target and decision.
    for (let i = 0; i < CLASS_COUNT; i += 1) {
      const entry = TRAFFIC_CLASSES[i] as TrafficClass;
      if (entry.kind === 'request') check(i, 'requests', window.classPackets[i] as number, this.#requestFloor(state));
      else check(i, 'packets', window.classPackets[i] as number, floorOf(entry, this.floors));
    }
    return over;
  }
}

function verdictOf(
  state: TargetState,
  name: TargetVerdict['state'],
  window: TargetSlot,
  sec: number,
  over: readonly OverFloor[],
  attack: readonly AttackPart[],
  active: ReadonlySet<number>,
): TargetVerdict {
  const vectors = [...state.vectors].map((trafficClass) => ({
    trafficClass,
    pps: window.classPackets[trafficClass] as number,
    isActive: active.has(trafficClass),
  }));
  return {
    slot: window,
    state: name,
    sinceSec: state.sinceSec,
    sec,
    lastOverSec: state.lastOverSec,
    pps: window.packets,
    bps: window.bytes * 8,
    rps: requestsOf(window),
    over,
    vectors: vectors.sort((a, b) => b.pps - a.pps),
    attack,
  };
}

function requestsOf(window: TargetSlot): number {
  return REQUEST_CLASSES.reduce((sum, i) => sum + (window.classPackets[i] as number), 0);
}

/** Classes over their own floor, and the large parts of a target that is over a general one. */
function vectorsOf(window: TargetSlot, over: readonly OverFloor[]): number[] {
  const own = over.filter(({ trafficClass }) => trafficClass >= 0).map(({ trafficClass }) => trafficClass);
  if (!over.some(({ trafficClass }) => trafficClass < 0)) return own;
  const large: number[] = [];
  for (let i = 0; i < CLASS_COUNT; i += 1) {
    const packets = (window.classPackets[i] as number) / Math.max(1, window.packets);
    const bytes = (window.classBytes[i] as number) / Math.max(1, window.bytes);
    if (packets >= VECTOR_SHARE || bytes >= VECTOR_SHARE) large.push(i);
  }
  return [...new Set([...own, ...large])];
}

function attackShare(sec: number, slot: TargetSlot, vectors: ReadonlySet<number>): AttackPart {
  let packets = 0;
  let bytes = 0;
  const byClass = new Map<number, number>();
  for (const i of vectors) {
    packets += slot.classPackets[i] as number;
    bytes += slot.classBytes[i] as number;
    byClass.set(i, slot.classPackets[i] as number);
  }
  return { sec, packets, bytes, byClass };
}

/** Two half seconds make the window of one second. */
function sumOf(before: TargetSlot | null, slot: TargetSlot): TargetSlot {
  if (before === null) return slot;
  return {
    ...slot,
    sampleRate: Math.max(before.sampleRate, slot.sampleRate),
    packets: before.packets + slot.packets,
    bytes: before.bytes + slot.bytes,
    classPackets: slot.classPackets.map((value, i) => value + (before.classPackets[i] as number)),
    classBytes: slot.classBytes.map((value, i) => value + (before.classBytes[i] as number)),
  };
}

const NOTHING: readonly number[] = new Array<number>(CLASS_COUNT).fill(0);

function emptySlot(like: TargetSlot): TargetSlot {
  return { ...like, packets: 0, bytes: 0, classPackets: NOTHING, classBytes: NOTHING };
}
