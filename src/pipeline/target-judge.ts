/** Scans and crowds, told from floods by the sampled packets and requests of their targets. */

import type { RequestTraits } from '../aggregate/request-traits.js';
import { type Samples, visitTarget } from '../aggregate/sampled-rows.js';
import { ATTACK_VOTES, crowdVotes, disguiseVote, ENOUGH_ROWS, netVotes } from '../detect/crowd/crowd-votes.js';
import { PEOPLE_CLASSES, type RequestRise, requestsIn } from '../detect/crowd/request-rise.js';
import type { Judge, Judgement } from '../detect/judge.js';
import { isHost, type Rates, type TargetRef } from '../detect/rate-window.js';
import { isScan } from '../detect/shape/shape-rules.js';
import { addTo, ClassSums, pairOf } from '../detect/shape/shape-sums.js';
import type { CrossedLimit } from '../detect/trigger.js';
import { formatExact } from '../format/number-format.js';
import { SYN, SYN_ECN } from '../kernel/class-numbers.js';
import { TRAFFIC_CLASSES } from '../records/traffic-class.js';
import { CrowdReader } from './crowd-reader.js';

const LOOK_BACK_SEC = 2;
/** Requests of a minute from which a program in disguise is an attack by itself. */
const LEAST_REQUESTS = 100;
/** Arguments for an attack that a program in disguise must give. */
const DISGUISED_VOTES = 4;
/** What came before is quiet when now is so much more. */
const RISEN = 2;
const PEOPLE = new Set(PEOPLE_CLASSES);

export class TargetJudge implements Judge {
  readonly #crowds: CrowdReader;

  constructor(
    readonly samples: Samples,
    traits: RequestTraits,
    readonly rise: RequestRise,
  ) {
    this.#crowds = new CrowdReader(traits);
  }

  judge(rates: Rates, over: readonly CrossedLimit[], sec: number, sinceSec: number, isOpen: boolean): Judgement | null {
    if (!isHost(rates)) return null;
    if (!isOpen && over.every(isProbe)) {
      const ports = this.#scannedPorts(rates, over, sec);
      if (ports > 0) {
        const words = `not volumetric: a scan of ${formatExact(ports)} ports or more`;
        return { isAttack: false, votes: [], words };
      }
    }
    return over.some(({ trafficClass }) => PEOPLE.has(trafficClass)) ? this.#crowd(rates, over, sec, sinceSec) : null;
  }

  /** Requests that come from a program which hides what it is, at any rate: the sentence, or null. */
  disguised(target: TargetRef, sec: number): { readonly share: number; readonly words: string } | null {
    const sums = this.#crowds.lastMinute(target, sec);
    if (sums === null || sums.requests < LEAST_REQUESTS || sums.rows < ENOUGH_ROWS) return null;
    const disguise = disguiseVote(sums);
    if (disguise.vote < 1) return null;
    const pace = { now: 0, before: null, fiveSecAgo: null, halfMinuteAgo: null };
    // What a disguise imitates says nothing against it.
    if (crowdVotes(sums, null, pace, true).filter(({ vote }) => vote > 0).length < DISGUISED_VOTES) return null;
    const words = `${formatExact(Math.round(sums.requests))} requests within a minute by a program in disguise (${disguise.words}): a low-rate attack`;
    return { share: 1, words };
  }

  clear(): void {
    this.#crowds.clear();
  }

  #crowd(rates: Rates, over: readonly CrossedLimit[], sec: number, sinceSec: number): Judgement | null {
    const picture = this.#crowds.picture(rates, sec, sinceSec);
    if (picture === null) return null;
    const pace = {
      now: requestsIn(rates),
      before: this.rise.usual(rates),
      fiveSecAgo: this.rise.ago(rates, sec, 5),
      halfMinuteAgo: this.rise.ago(rates, sec, 30),
    };
    const isRisen = pace.before !== null && pace.now >= RISEN * pace.before;
    const votes = crowdVotes(picture.now, isRisen ? picture.before : null, pace, picture.hasHeads);
    const net = netVotes(votes);
    // What is over another limit is an attack whatever its requests are, unless they speak for a crowd.
    const others = over.filter(({ trafficClass, what }) => !PEOPLE.has(trafficClass) || what === 'score');
    const isOther = others.some(({ trafficClass }) => trafficClass >= 0) || (others.length > 0 && net >= 0);
    return { isAttack: isOther || net >= ATTACK_VOTES, votes, words: null };
  }

  /** 0: it is no scan. */
  #scannedPorts(rates: Rates, over: readonly CrossedLimit[], sec: number): number {
    const wanted = new Set(over.map(({ trafficClass }) => trafficClass));
    const sums = new ClassSums();
    const toSec = Math.floor(sec) + 1;
    visitTarget(this.samples, rates, toSec - 1 - LOOK_BACK_SEC, toSec, (rows, row, weight) => {
      if (!wanted.has(rows.trafficClass[row] as number)) return;
      const at = row * 4;
      sums.packets += weight;
      addTo(sums.sources, pairOf(rows.src[at + 3] as number, rows.src[at + 1] as number), weight);
      addTo(sums.sourcePorts, rows.srcPort[row] as number, weight);
      addTo(sums.ports, rows.dstPort[row] as number, weight, MOST_PORTS);
    });
    return isScan(sums) ? sums.ports.size : 0;
  }
}

const MOST_PORTS = 1024;

/** What scanners send: SYNs, and what no stack sends. */
function isProbe({ trafficClass }: CrossedLimit): boolean {
  return trafficClass === SYN || trafficClass === SYN_ECN || TRAFFIC_CLASSES[trafficClass]?.kind === 'illegal';
}
