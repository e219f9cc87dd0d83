/** The verdict on a target under suspicion or attack, of what the detector knows now; the ticks it tells of are told then. */
import { UDP_FRAGMENT } from '../kernel/class-numbers.js';
import { requestsOf } from './floor-trigger.js';
import type { TargetState } from './target-state.js';
import { attackPart, fragmentOwner } from './vectors.js';
import type { TargetVerdict, VerdictVector } from './verdict.js';

/** `before`: the state of the target before this tick. */
export function tellVerdict(
  state: TargetState,
  before: TargetState['state'],
  sec: number,
  ticksPerSecond: number,
): TargetVerdict {
  const owner = fragmentOwner(state, state.vectors);
  const vectors = vectorRates(state, owner);
  const attackPps = vectors.reduce((sum, { pps }) => sum + pps, 0);
  const { target, version, words, length } = state;
  return {
    target: { target, version, words, length },
    state: state.state !== 'quiet' ? state.state : before === 'suspect' ? 'dropped' : 'ended',
    sinceSec: state.sinceSec,
    sec,
    lastOverSec: state.lastOverSec,
    pps: state.packets,
    bps: state.bytes * 8,
    rps: requestsOf(state),
    over: state.over,
    vectors,
    attack: untoldOf(state).map(({ tick, slot }) => attackPart(tick / ticksPerSecond, slot, state.vectors, owner)),
    isReturn: state.isReturn,
    goodPps: Math.max(0, state.packets - attackPps),
    goodBeforePps: goodBefore(state),
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

function vectorRates(state: TargetState, owner: number): VerdictVector[] {
  const fragments = state.classPackets[UDP_FRAGMENT] as number;
  return [...state.vectors]
    .map((trafficClass) => ({
      trafficClass,
      pps: (state.classPackets[trafficClass] as number) + (trafficClass === owner ? fragments : 0),
      isActive: state.active.has(trafficClass),
    }))
    .sort((a, b) => b.pps - a.pps);
}
