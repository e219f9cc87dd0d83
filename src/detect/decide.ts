/** From one state of a target to the next. Called for every tick of a target under suspicion or attack. */
import type { TargetState } from './target-state.js';
import type { CrossedLimit } from './trigger.js';

/** Multiple of a limit that needs no second look. */
const AT_ONCE = 10;
const ENDS_AFTER_SEC = 30;
/** "Ending" is shown from then on: a pulse is not an end. */
const ENDING_AFTER_SEC = 3;

/**
 * A suspicion becomes an attack when two of three decisions are over a limit, when it is far over one, or when it is known from before; it is gone
 * when none is. `halfFrom`: at a decision the first tick of the newest half second; null: no decision is due.
 */
export function decide(state: TargetState, over: readonly CrossedLimit[], halfFrom: number | null): void {
  if (halfFrom !== null) {
    const isHit = over.length > 0 && (state.hits.length === 0 || state.goesOn(over, halfFrom));
    state.hits = [...state.hits.slice(-2), isHit];
  }
  const hits = state.hits.filter(Boolean).length;
  const isAtOnce = over.some(({ what, rate, limit }) => what !== 'score' && rate >= AT_ONCE * limit);
  if (hits >= 2 || isAtOnce || (state.isReturn && over.length > 0)) state.state = 'attack';
  else if (hits === 0) state.state = 'quiet';
}

/** `belowSec`: seconds since it was last over half of a limit; 0: it is. */
export function holdOrEnd(state: TargetState, belowSec: number): void {
  state.isReturn = false;
  if (belowSec <= 0) state.state = 'attack';
  else if (belowSec >= ENDS_AFTER_SEC) state.state = 'quiet';
  else if (belowSec > ENDING_AFTER_SEC) state.state = 'ending';
}
