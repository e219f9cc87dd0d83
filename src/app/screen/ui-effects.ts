/** Carries out what the reducer of the mitigation panel asks for; every outcome, good or bad, comes back as a result. */
import { messageOf } from '../../errors.js';
import type { MitigationDoor } from '../../mitigation/door.js';
import type { AnalysisDoor } from '../analysis/analysis-door.js';
import type { Feed } from '../ingest/feed.js';
import type { MitigationEffect, MitigationResult } from './ui-mitigation.js';
import { backendOfLive, cannotActWith, type UiState } from './ui-state.js';

/** The preview measures on this much of the past. */
const IMPACT_SECONDS = 60;

export interface EffectDoors {
  readonly feed: Feed;
  readonly analysis: AnalysisDoor | null;
  readonly mitigation: MitigationDoor | null;
}

const NO_DOOR = 'Mitigation is not available here.';

/** Never rejects. */
export async function runEffect(
  effect: MitigationEffect,
  doors: EffectDoors,
  state: UiState,
): Promise<MitigationResult> {
  const { feed, mitigation: door } = doors;
  switch (effect.kind) {
    case 'plan': {
      const { request } = effect;
      if (!door) return { kind: 'planFailed', request, message: state.options.cannotAct ?? NO_DOOR };
      return door.plan(request).then(
        (plan) => ({ kind: 'planned', request, plan }),
        (error) => ({ kind: 'planFailed', request, message: messageOf(error) }),
      );
    }
    case 'impact': {
      const { request } = effect;
      return feed
        .estimateImpact({ sources: request.blockSources, targets: request.blockTargets, seconds: IMPACT_SECONDS })
        .then(
          (impact) => ({ kind: 'impact', request, impact }),
          (error) => ({ kind: 'impactFailed', request, message: messageOf(error) }),
        );
    }
    case 'measureAtEdge':
      return measureAtEdge(effect, doors);
    case 'apply': {
      const planId = effect.plan.id;
      const why = cannotActWith(state, effect.plan.adapter);
      if (!door || why !== null) return { kind: 'applyFailed', planId, message: why ?? NO_DOOR };
      return door.apply(effect.plan).then(
        ({ id, confirmByMs }) => ({ kind: 'applied', planId, id, confirmByMs }),
        (error) => ({ kind: 'applyFailed', planId, message: messageOf(error) }),
      );
    }
    case 'confirm': {
      const { id } = effect;
      const why = cannotActOn(state, id);
      if (!door || why !== null) return { kind: 'confirmFailed', id, message: why ?? NO_DOOR };
      return door.confirm(id).then(
        () => ({ kind: 'confirmed', id }),
        (error) => ({ kind: 'confirmFailed', id, message: messageOf(error) }),
      );
    }
    case 'extend': {
      const { id } = effect;
      const why = cannotActOn(state, id);
      if (!door || why !== null) return { kind: 'extendFailed', id, message: why ?? NO_DOOR };
      return door.extend(id, null).then(
        () => ({ kind: 'extended', id }),
        (error) => ({ kind: 'extendFailed', id, message: messageOf(error) }),
      );
    }
    case 'undo': {
      const { id } = effect;
      const why = cannotActOn(state, id);
      if (!door || why !== null) return { kind: 'undoFailed', id, message: why ?? NO_DOOR };
      return door.undo(id).then(
        () => ({ kind: 'undone', id }),
        (error) => ({ kind: 'undoFailed', id, message: messageOf(error) }),
      );
    }
  }
}

function cannotActOn(state: UiState, id: string): string | null {
  const { mitigation, actions } = state;
  const live = actions.find((action) => action.id === id);
  const plan = mitigation?.plan?.id === id ? mitigation.plan : null;
  return cannotActWith(
    state,
    plan?.adapter ?? (live === undefined ? state.options.backend : backendOfLive(state, live)),
  );
}

/** By the rows of the newest analysis, which is of that host: it is on screen 3, or was asked for with this. */
async function measureAtEdge(
  { request, match }: MitigationEffect & { readonly kind: 'measureAtEdge' },
  { analysis }: EffectDoors,
): Promise<MitigationResult> {
  try {
    if (analysis === null) throw new Error('there is no analysis here');
    await analysis.settled();
    const { rule } = await analysis.measure(match);
    if (rule === null) throw new Error('no sampled request of the host to measure it on');
    return { kind: 'measuredAtEdge', request, rule };
  } catch (error) {
    return { kind: 'measureAtEdgeFailed', request, message: messageOf(error) };
  }
}
