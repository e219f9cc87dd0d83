/**
 * The third trigger: what traffic looks like, read off sampled packets once a second over the last ten seconds and the last minute. It finds attacks
 * far below any floor, so its targets may receive a packet a second: it names those that are due, and what they received before it was sure.
 */

import { formatAddress } from '../../format/address.js';
import { HTTP_GET, PSH_ACK } from '../../kernel/class-numbers.js';
import type { PacketSamples } from '../../records/packet-samples.js';
import { SLOW_REQUEST, TRAFFIC_CLASSES } from '../../records/traffic-class.js';
import { mix32 } from '../../sketch/hash.js';
import type { Rates, TargetRef } from '../rate-window.js';
import { type CrossedLimit, type EarlierSecond, NOTHING_CROSSED, type Trigger } from '../trigger.js';
import { RecentKeys } from './recent-keys.js';
import { SecondHistory } from './second-history.js';
import { KEYS, LONG_KEYS, leastOf, SHORT_KEYS, type ShapeFinding, shapesOf } from './shape-rules.js';
import { addTo, MOST_FLOWS, pairOf, ShapeWindow } from './shape-sums.js';

const SHORT_SEC = 5;
const LONG_SEC = 30;
/** Targets looked at; the one unheard of longest goes. 256 × 2 windows × 2 generations of some classes of at most 10 KiB. */
const MOST_TARGETS = 256;
/** Who said something to whom within the last minute. */
const MOST_PAIRS = 8192;
/** Fewer packets in a window are no attack of any shape. */
const LEAST_PACKETS = 10;
/** Requests are looked at so often, and from so many in a minute on. */
const LOOK_EVERY_SEC = 5;
const LEAST_REQUESTS = 50;
/** Packets of a second that say something by themselves. */
const ENOUGH_COUNTED = 20;
const AGREEING_PART = 0.6;
/** Limited broadcast; all nodes of a link (RFC 4291 §2.7.1). */
const EVERYBODY = new Set(['255.255.255.255', 'ff02::1']);

/** What requests are found to be: 0..1, and a sentence. */
export interface RequestFinding {
  readonly share: number;
  readonly words: string;
}

interface ShapeState extends TargetRef {
  readonly isEverybody: boolean;
  /** Second of the newest row for it. */
  heardSec: number;
  readonly short: ShapeWindow;
  readonly long: ShapeWindow;
  readonly seconds: SecondHistory;
  /** Found by what requests say, which this does not see. */
  told: ShapeFinding | null;
  /** Of the newest second: what is sure, and what is enough to go on. */
  begin: readonly ShapeFinding[];
  goOn: readonly ShapeFinding[];
}

export class ShapeTrigger implements Trigger {
  readonly name = 'shape';
  readonly #targets = new Map<number | string, ShapeState>();
  readonly #byName = new Map<string, ShapeState>();
  readonly #said = new RecentKeys(LONG_SEC, MOST_PAIRS);
  readonly #asked = new RecentKeys(LONG_SEC, MOST_PAIRS);
  readonly #heard = new RecentKeys(LONG_SEC, MOST_PAIRS);
  readonly #touched = new Set<ShapeState>();
  #due: TargetRef[] = [];

  /** First of two looks at a row of second `sec`: who spoke to whom. */
  noteSender({ src, dst, dstPort }: PacketSamples, row: number, sec: number): void {
    const from = hostKey(src, row * 4);
    this.#said.add(pairOf(from, hostKey(dst, row * 4)), sec);
    this.#asked.add(pairOf(from, dstPort[row] as number), sec);
    this.#heard.add(from, sec);
  }

  /** Second look: the row counts for its target, for `weight` packets. */
  addRow(rows: PacketSamples, row: number, sec: number, weight: number): void {
    const { version, src, dst, srcPort, dstPort, trafficClass, wireLen } = rows;
    const state = this.#stateOf(version[row] as 4 | 6, dst, row * 4, sec);
    const source = hostKey(src, row * 4);
    const target = hostKey(dst, row * 4);
    const ofClass = trafficClass[row] as number;
    const port = srcPort[row] as number;
    const bytes = (wireLen[row] as number) * weight;
    const isReflection = TRAFFIC_CLASSES[ofClass]?.kind === 'reflection';
    const wasAsked = this.#said.has(pairOf(target, source)) || (isReflection && this.#asked.has(pairOf(target, port)));
    for (const window of [state.short, state.long]) {
      const all = window.at(sec);
      all.packets += weight;
      const sums = all.of(ofClass);
      sums.rows += 1;
      sums.packets += weight;
      sums.bytes += bytes;
      sums.lastSec = sec + 1;
      if (!wasAsked) sums.unasked += weight;
      const wanted = window === state.long ? LONG_KEYS[ofClass] : SHORT_KEYS[ofClass];
      const keys = (wanted as number) | (state.isEverybody ? KEYS.sources : 0);
      if (keys & KEYS.sources) addTo(sums.sources, source, weight);
      if (keys & KEYS.sourcePorts) addTo(sums.sourcePorts, port, weight);
      if (keys & KEYS.ports) addTo(sums.ports, dstPort[row] as number, weight);
      if (keys & KEYS.pairs) addTo(sums.pairs, pairOf(port, wireLen[row] as number), weight);
    }
    state.seconds.add(sec, ofClass, weight, bytes);
    this.#touched.add(state);
  }

  /** A segment that leaves a request unfinished; `dst`, `src`: four words each. */
  addSlowPart(
    version: 4 | 6,
    src: Int32Array,
    dst: Int32Array,
    at: number,
    srcPort: number,
    sec: number,
    weight: number,
  ): void {
    const state = this.#stateOf(version, dst, at, sec);
    const source = hostKey(src, at);
    for (const window of [state.short, state.long]) {
      const all = window.at(sec);
      const sums = all.of(SLOW_REQUEST);
      sums.rows += 1;
      sums.packets += weight;
      sums.lastSec = sec + 1;
      addTo(sums.sources, source, weight);
      addTo(all.slowFlows, pairOf(source, srcPort), weight, MOST_FLOWS);
    }
    state.seconds.add(sec, SLOW_REQUEST, weight, 0);
    // Its packet comes again among the rows, as what its header says.
    state.seconds.add(sec, PSH_ACK, -weight, 0);
    this.#touched.add(state);
  }

  /** The second is over: what is there now holds until the next one ends. `look`: asked for each target that received requests; null: nothing to be found. */
  endSecond(sec = Number.NaN, look: ((target: TargetRef) => RequestFinding | null) | null = null): void {
    this.#due = [];
    for (const state of this.#touched) {
      if (look !== null && Math.floor(sec) % LOOK_EVERY_SEC === 0) this.#lookAt(state, sec, look);
      const { isEverybody } = state;
      const isWorthIt = state.long.packets >= LEAST_PACKETS && (isEverybody || state.long.hasAtLeast(leastOf));
      const span = isWorthIt ? { short: state.short.sums(), long: state.long.sums() } : null;
      const target = {
        isEverybody,
        wasHeard: this.#heard.has(hostKey(state.words, 0)),
      };
      state.goOn = span === null ? [] : shapesOf(span, target, 0.5);
      // What is too little to go on is too little to begin with.
      state.begin = span === null || state.goOn.length === 0 ? [] : shapesOf(span, target, 1);
      if (state.told !== null && sec - state.told.lastSec <= state.told.goesOnSec) {
        state.begin = [...state.begin, state.told];
        state.goOn = [...state.goOn, state.told];
      }
      if (state.begin.length > 0) this.#due.push(state);
    }
    // Sampled rows come in no order.
    this.#due.sort((a, b) => (a.target < b.target ? -1 : 1));
    this.#touched.clear();
  }

  #lookAt(state: ShapeState, sec: number, look: (target: TargetRef) => RequestFinding | null): void {
    const requests = state.long.packetsOf(HTTP_GET);
    const found = requests >= LEAST_REQUESTS ? look(state) : null;
    state.told =
      found === null
        ? null
        : { ...found, trafficClass: HTTP_GET, limit: 0.8, ofAll: 0, lastSec: sec + 1, goesOnSec: LOOK_EVERY_SEC * 2 };
  }

  /** Targets to be looked at now, however little they received. */
  due(): readonly TargetRef[] {
    return this.#due;
  }

  crossed(rates: Rates, sec: number, factor: number): readonly CrossedLimit[] {
    const state = this.#byName.get(rates.target);
    const found = factor < 1 ? state?.goOn : state?.begin;
    if (found === undefined || found.length === 0) return NOTHING_CROSSED;
    return found
      .filter((finding) => sec - finding.lastSec <= finding.goesOnSec && agrees(rates, finding))
      .map(({ trafficClass, share, limit, words }) => ({
        trigger: 'shape',
        trafficClass,
        what: 'score',
        rate: share,
        limit,
        words,
      }));
  }

  /** The seconds of the last minute in which the target received something. */
  history({ target }: TargetRef): readonly EarlierSecond[] {
    const state = this.#byName.get(target);
    return state === undefined ? [] : state.seconds.read(state);
  }

  /** The clock stepped back. */
  clear(): void {
    this.#targets.clear();
    this.#byName.clear();
    this.#touched.clear();
    for (const keys of [this.#said, this.#asked, this.#heard]) keys.clear();
    this.#due = [];
  }

  #stateOf(version: 4 | 6, words: Int32Array, at: number, sec: number): ShapeState {
    const key =
      version === 4 ? (words[at + 3] as number) : `${words[at]} ${words[at + 1]} ${words[at + 2]} ${words[at + 3]}`;
    let state = this.#targets.get(key);
    if (state === undefined) {
      if (this.#targets.size >= MOST_TARGETS) this.#forgetOldest();
      state = newState(version, words.slice(at, at + 4), sec);
      this.#byName.set(state.target, state);
      this.#targets.set(key, state);
    } else if (state.heardSec !== sec) {
      // In the order in which they were heard of; once a second, for a Map that is turned over leaves garbage.
      state.heardSec = sec;
      this.#targets.delete(key);
      this.#targets.set(key, state);
    }
    return state;
  }

  #forgetOldest(): void {
    for (const [key, state] of this.#targets) {
      this.#targets.delete(key);
      this.#byName.delete(state.target);
      this.#touched.delete(state);
      return;
    }
  }
}

/** A sample may be an odd one: where the last second was counted packet by packet, it must not say otherwise. */
function agrees({ packets, classPackets }: Rates, { trafficClass, ofAll }: ShapeFinding): boolean {
  return packets < ENOUGH_COUNTED || (classPackets[trafficClass] as number) >= AGREEING_PART * ofAll * packets;
}

function newState(version: 4 | 6, words: Int32Array, heardSec: number): ShapeState {
  const [w0, w1, w2, w3] = words as unknown as [number, number, number, number];
  const target = formatAddress(version, w0, w1, w2, w3);
  return {
    target,
    isEverybody: EVERYBODY.has(target),
    heardSec,
    version,
    words,
    length: version === 4 ? 32 : 128,
    short: new ShapeWindow(SHORT_SEC),
    long: new ShapeWindow(LONG_SEC),
    seconds: new SecondHistory(),
    told: null,
    begin: [],
    goOn: [],
  };
}

/** Four words as one; IPv4 by its last, so that it is the address. */
function hostKey(words: Int32Array, at: number): number {
  const last = words[at + 3] as number;
  if (words[at] === 0 && words[at + 1] === 0) return last;
  return mix32(mix32(mix32(words[at] as number) ^ (words[at + 1] as number)) ^ mix32(words[at + 2] as number) ^ last);
}
