/**
 * What is over a limit and may be no attack all the same: a scan goes through ports as fast as a flood, and a crowd of people sends as many requests.
 * Asked before a suspicion becomes an attack, and at every decision while requests are over a limit.
 */
import type { Rates } from './rate-window.js';
import type { CrossedLimit } from './trigger.js';

/** One argument, with its numbers. +1 speaks for an attack, -1 for a crowd, 0 is undecided. */
export interface Vote {
  readonly name: string;
  readonly vote: -1 | 0 | 1;
  readonly words: string;
}

export interface Judgement {
  readonly isAttack: boolean;
  readonly votes: readonly Vote[];
  /** A sentence for the evidence; null: the votes say it. */
  readonly words: string | null;
}

export interface Judge {
  /** Null: there is no such question. `sinceSec`: when the suspicion began. `isOpen`: it was called an attack before. */
  judge(rates: Rates, over: readonly CrossedLimit[], sec: number, sinceSec: number, isOpen: boolean): Judgement | null;
}
