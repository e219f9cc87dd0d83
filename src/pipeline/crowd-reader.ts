/** The sampled requests of a target as sums: those of now, and those of before a suspicion, kept while it lasts because the ring goes on. */

import type { MessageRing } from '../aggregate/message-ring.js';
import { type RequestTraits, Trait, type TraitRows } from '../aggregate/request-traits.js';
import { CrowdSums } from '../detect/crowd/crowd-sums.js';
import { ENOUGH_ROWS } from '../detect/crowd/crowd-votes.js';
import type { TargetRef } from '../detect/rate-window.js';
import { mix32 } from '../sketch/hash.js';

/** Seconds looked back on before a suspicion, and those next to it that may be part of it. */
const BEFORE_SEC = 120;
const MARGIN_SEC = 2;
/** A crowd that grows for minutes is part of what came just before it. */
const RAMP_SEC = 60;
const NOW_SEC = 10;
/** Suspicions whose past is kept; the oldest goes. */
const MOST_KEPT = 32;

export interface CrowdPicture {
  readonly now: CrowdSums;
  readonly before: CrowdSums | null;
  /** False: of ClientHellos. */
  readonly hasHeads: boolean;
}

export class CrowdReader {
  readonly #before = new Map<string, { readonly sinceSec: number; readonly sums: CrowdSums | null }>();

  constructor(readonly traits: RequestTraits) {}

  picture(target: TargetRef, sec: number, sinceSec: number): CrowdPicture | null {
    const { requests, hellos } = this.traits;
    const fromSec = Math.max(sinceSec, sec - NOW_SEC);
    const ofRequests = requests === null ? null : sumsOf(requests, target, fromSec, sec);
    const ofHellos = hellos === null ? null : sumsOf(hellos, target, fromSec, sec);
    const hasHeads = (ofRequests?.requests ?? 0) >= (ofHellos?.requests ?? 0);
    const now = hasHeads ? ofRequests : ofHellos;
    const ring = hasHeads ? requests : hellos;
    if (now === null || ring === null || now.rows === 0) return null;
    return { now, before: this.#beforeOf(ring, target, sinceSec), hasHeads };
  }

  /** Over a minute, whatever came before. */
  lastMinute(target: TargetRef, sec: number): CrowdSums | null {
    const { requests } = this.traits;
    return requests === null ? null : sumsOf(requests, target, sec - 60, sec);
  }

  #beforeOf(ring: MessageRing<TraitRows>, target: TargetRef, sinceSec: number): CrowdSums | null {
    const kept = this.#before.get(target.target);
    if (kept?.sinceSec === sinceSec) return kept.sums;
    const toSec = sinceSec - MARGIN_SEC;
    let sums = sumsOf(ring, target, toSec - BEFORE_SEC, toSec - RAMP_SEC);
    if (sums.rows < ENOUGH_ROWS) sums = sumsOf(ring, target, toSec - BEFORE_SEC, toSec);
    const found = sums.rows < ENOUGH_ROWS ? null : sums;
    this.#before.delete(target.target);
    this.#before.set(target.target, { sinceSec, sums: found });
    if (this.#before.size > MOST_KEPT) this.#before.delete(this.#before.keys().next().value as string);
    return found;
  }

  clear(): void {
    this.#before.clear();
    this.traits.clear();
  }
}

function sumsOf(ring: MessageRing<TraitRows>, { words }: TargetRef, fromSec: number, toSec: number): CrowdSums {
  const isTo = ({ dst }: TraitRows, row: number) =>
    dst[row * 4 + 3] === words[3] &&
    dst[row * 4 + 2] === words[2] &&
    dst[row * 4 + 1] === words[1] &&
    dst[row * 4] === words[0];
  const { rows, weights } = ring.rowsOf(fromSec, toSec, isTo);
  const { samples } = ring;
  const sums = new CrowdSums();
  for (const [i, row] of rows.entries()) {
    const traits = samples.traits[row] as number;
    const [w0, w1, w2, w3] = [0, 1, 2, 3].map((word) => samples.src[row * 4 + word] as number) as [
      number,
      number,
      number,
      number,
    ];
    const isV4 = w0 === 0 && w1 === 0;
    sums.add({
      sec: samples.sec[row] as number,
      source: isV4 ? w3 : mix32(mix32(mix32(w0) ^ w1) ^ mix32(w2) ^ w3),
      network: isV4 ? w3 & ~0xff : mix32(mix32(w0) ^ (w1 & ~0xffff)),
      signature: samples.signature[row] as number,
      agent: samples.agent[row] as number,
      path: samples.path[row] as number,
      queryNames: samples.queryNames[row] as number,
      isAsset: (traits & Trait.asset) !== 0,
      hasCookie: (traits & Trait.cookie) !== 0,
      hasReferer: (traits & Trait.referer) !== 0,
      hasQuery: (traits & Trait.query) !== 0,
      weight: weights[i] as number,
    });
  }
  return sums;
}
