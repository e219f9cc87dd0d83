/**
 * Requests that rise to three times what is usual: the question whether that is a crowd or an attack begins here, below the floors and whether it came in
 * a moment or over minutes. What is usual is the median of a time that ended a minute ago, so that a slow rise does not become it.
 */
import { HTTP_GET, HTTP_POST, TLS_HELLO } from '../../kernel/class-numbers.js';
import { isHost, type Rates } from '../rate-window.js';
import { type CrossedLimit, NOTHING_CROSSED, type Trigger } from '../trigger.js';

export const PEOPLE_CLASSES: readonly number[] = [HTTP_GET, HTTP_POST, TLS_HELLO];
const RISE = 3;
const GOES_ON_RISE = 2;
const LEAST_RPS = 50;
/** Seconds kept, and those of them that are too new to be usual. */
const KEPT_SEC = 180;
const NEW_SEC = 60;
const ENOUGH_SEC = 10;
const MEAN_SEC = 3;

interface Past {
  /** Oldest first. */
  readonly seconds: { readonly sec: number; readonly rps: number }[];
  isAttacked: boolean;
  /** As of the newest second. */
  usual: number | null;
}

export class RequestRise implements Trigger {
  readonly name = 'shape';
  readonly #past = new WeakMap<object, Past>();

  crossed(rates: Rates, sec: number, factor: number): readonly CrossedLimit[] {
    if (!isHost(rates)) return NOTHING_CROSSED;
    const rps = requestsIn(rates);
    const past = this.#past.get(rates.key);
    if (past === undefined && rps === 0) return NOTHING_CROSSED;
    const of: Past = past ?? { seconds: [], isAttacked: false, usual: null };
    if (past === undefined) this.#past.set(rates.key, of);
    if (Number.isInteger(Math.round(sec * 1e6) / 1e6)) note(of, sec, rps);
    const { usual } = of;
    if (usual === null) return NOTHING_CROSSED;
    const limit = Math.max(LEAST_RPS, RISE * usual);
    // What is usual holds no attack open.
    const least = Math.max(limit * factor, GOES_ON_RISE * usual);
    if (!(rps >= least) || !(meanOf(of, sec) >= least)) return NOTHING_CROSSED;
    const largest = PEOPLE_CLASSES.reduce((most, i) =>
      (rates.classPackets[i] as number) > (rates.classPackets[most] as number) ? i : most,
    );
    return [{ trigger: 'shape', trafficClass: largest, what: 'requests', rate: rps, limit, words: null }];
  }

  attackBegan({ key }: Rates): void {
    const past = this.#past.get(key);
    if (past !== undefined) past.isAttacked = true;
  }

  attackEnded({ key }: Rates): void {
    const past = this.#past.get(key);
    if (past !== undefined) past.isAttacked = false;
  }

  /** Requests a second: while it was quiet, and so many seconds ago; null: not known. */
  usual({ key }: Rates): number | null {
    return this.#past.get(key)?.usual ?? null;
  }

  ago({ key }: Rates, sec: number, seconds: number): number | null {
    const at = this.#past.get(key)?.seconds.findLast((second) => second.sec <= sec - seconds);
    return at === undefined || at.sec < sec - 2 * seconds - MEAN_SEC ? null : at.rps;
  }
}

export function requestsIn({ classPackets }: Pick<Rates, 'classPackets'>): number {
  return PEOPLE_CLASSES.reduce((sum, i) => sum + (classPackets[i] as number), 0);
}

function note(past: Past, sec: number, rps: number): void {
  const { seconds, isAttacked } = past;
  if (isAttacked || seconds.at(-1)?.sec === sec) return;
  seconds.push({ sec, rps });
  while (seconds.length > 0 && (seconds[0]?.sec as number) <= sec - KEPT_SEC) seconds.shift();
  past.usual = usualOf(past, sec);
}

/** Of what is older than a minute, or of the older half while there is no minute. */
function usualOf({ seconds }: Past, sec: number): number | null {
  const old = seconds.filter((second) => second.sec <= sec - NEW_SEC);
  const of = old.length >= ENOUGH_SEC ? old : seconds.slice(0, seconds.length >> 1);
  if (of.length < ENOUGH_SEC) return null;
  const sorted = of.map(({ rps }) => rps).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

function meanOf({ seconds, isAttacked }: Past, sec: number): number {
  if (isAttacked) return Number.POSITIVE_INFINITY;
  const newest = seconds.filter((second) => second.sec > sec - MEAN_SEC - 1);
  return newest.reduce((sum, { rps }) => sum + rps, 0) / Math.max(1, newest.length);
}
