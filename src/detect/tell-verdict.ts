/** The verdict on a target under suspicion or attack, of what the detector knows now; the ticks it tells of are told then. */
import { UDP_FRAGMENT } from '../kernel/class-numbers.js';
import { requestsOf } from './floor-trigger.js';
import type { Rates } from './rate-window.js';
import type { TargetState } from './target-state.js';
import { attackPart, fragmentOwner } from './vectors.js';
import type { TargetVerdict, VerdictVector } from './verdict.js';

/** `rates`: its second, of a prefix without hosts that have verdicts of their own. `before`: its state before this tick. */
export function tellVerdict(
  state: TargetState,
  rates: Rates,
  before: TargetState['state'],
  sec: number,
  ticksPerSecond: number,
): TargetVerdict {
  const owner = fragmentOwner(rates, state.vectors);
  const vectors = vectorRates(state, rates, owner);
  const attackPps = vectors.reduce((sum, { pps }) => sum + pps, 0);
  const { target, version, words, length } = state;
  return {
    target: { target, version, words, length },
    state: state.state !== 'quiet' ? state.state : before === 'suspect' ? 'dropped' : 'ended',
    sinceSec: state.sinceSec,
    sec,
    lastOverSec: state.lastOverSec,
    pps: rates.packets,
    bps: rates.bytes * 8,
    rps: requestsOf(rates),
    over: state.over,
    vectors,
    attack: untoldOf(state).map(({ tick, slot }) => attackPart(tick / ticksPerSecond, slot, state.vectors, owner)),
    isReturn: state.isReturn,
    goodPps: Math.max(0, rates.packets - attackPps),
    goodBeforePps: goodBefore(state),
    judgement: state.judgement,
    hosts: state.hosts,
  };
}

/** Of a suspicion nothing is told: it may not last. */
function untoldOf(state: TargetState): TargetState['untold'] {
  if (state.state === 'suspect') return [];
  const { untold } = state;
  state.untold = [];
  return state.isOpen ? untold : [];
}

function goodBefore(state: TargetState): number | null {
  const all = state.before(-1);
  if (all === null) return null;
  return Math.max(
    0,
    [...state.vectors].reduce((sum, i) => sum - (state.before(i) ?? 0), all),
  );
}

function vectorRates(state: TargetState, { classPackets }: Rates, owner: number): VerdictVector[] {
  const fragments = classPackets[UDP_FRAGMENT] as number;
  return [...state.vectors]
    .map((trafficClass) => ({
      trafficClass,
      pps: (classPackets[trafficClass] as number) + (trafficClass === owner ? fragments : 0),
      isActive: state.active.has(trafficClass),
    }))
    .sort((a, b) => b.pps - a.pps);
}
