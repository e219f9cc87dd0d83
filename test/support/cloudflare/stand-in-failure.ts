/** What can go wrong with a call, and when. */
import type { EdgeRequest } from './stand-in-request.js';

/** before: nothing was done; after: it was done, and the answer is lost. 500 and 409 do nothing; "500-after" does. */
export type FailureHow = 'reset-before' | 'reset-after' | 500 | '500-after' | 429 | 409 | 'timeout';
export type FailureWhen = number | ((request: EdgeRequest) => boolean);

export class Failures {
  #when: FailureWhen | null = null;
  #how: FailureHow = 500;
  #seen = 0;
  #stays = false;
  /** Failures that came to pass. */
  happened = 0;

  /** The n-th call from now on (1 is the next), or the first that the predicate wants; `stays`: and every call after it. */
  set(when: FailureWhen, how: FailureHow, stays: boolean): void {
    this.#stays = stays;
    this.#when = when;
    this.#how = how;
    this.#seen = 0;
    this.happened = 0;
  }

  clear(): void {
    this.#when = null;
  }

  take(request: EdgeRequest): FailureHow | null {
    const when = this.#when;
    if (when === null) return null;
    this.#seen += 1;
    if (typeof when === 'number' ? this.#seen !== when : !when(request)) return null;
    this.#when = this.#stays ? () => true : null;
    this.happened += 1;
    return this.#how;
  }
}
