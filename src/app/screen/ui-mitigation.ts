/**
 * The mitigation panel as a pure state machine: preview -> applying -> armed -> confirmed, or undone, or ended by itself.
 * Nothing acts but the effects it returns, and `apply` is returned for one key only, never in the first 600 ms.
 */
import type { MitigationView } from '../../../components/panels/mitigation-view.js';
import type { EdgeRuleAction, LiveMitigation, MitigationPlan, MitigationRequest } from '../../mitigation/types.js';
import type { MeasuredRule, RuleMatch } from '../../signature/rule.js';
import type { ImpactEstimate } from '../../snapshot/snapshot.js';

/** A key press meant for what was there before must not act. */
export const APPLY_GUARD_MS = 600;

export type MitigationEffect =
  | { readonly kind: 'plan'; readonly request: MitigationRequest }
  | { readonly kind: 'impact'; readonly request: MitigationRequest }
  /** What a rule would do to a host's requests, by sampled ones. */
  | {
      readonly kind: 'measureAtEdge';
      readonly request: MitigationRequest;
      readonly match: RuleMatch;
    }
  | { readonly kind: 'apply'; readonly plan: MitigationPlan }
  | { readonly kind: 'confirm'; readonly id: string }
  | { readonly kind: 'undo'; readonly id: string }
  | { readonly kind: 'extend'; readonly id: string };

/** What came of an effect. `request` or `id` say which one, so that a late answer to an old question is not taken. */
export type MitigationResult =
  | { readonly kind: 'planned'; readonly request: MitigationRequest; readonly plan: MitigationPlan }
  | { readonly kind: 'planFailed'; readonly request: MitigationRequest; readonly message: string }
  | { readonly kind: 'impact'; readonly request: MitigationRequest; readonly impact: ImpactEstimate }
  | { readonly kind: 'impactFailed'; readonly request: MitigationRequest; readonly message: string }
  | { readonly kind: 'measuredAtEdge'; readonly request: MitigationRequest; readonly rule: MeasuredRule }
  | { readonly kind: 'measureAtEdgeFailed'; readonly request: MitigationRequest; readonly message: string }
  | { readonly kind: 'applied'; readonly planId: string; readonly id: string; readonly confirmByMs: number }
  | { readonly kind: 'applyFailed'; readonly planId: string; readonly message: string }
  | { readonly kind: 'confirmed'; readonly id: string }
  | { readonly kind: 'confirmFailed'; readonly id: string; readonly message: string }
  | { readonly kind: 'undone'; readonly id: string }
  | { readonly kind: 'undoFailed'; readonly id: string; readonly message: string }
  | { readonly kind: 'extended'; readonly id: string }
  | { readonly kind: 'extendFailed'; readonly id: string; readonly message: string };

export interface MitigationStep {
  readonly view: MitigationView;
  readonly effects: readonly MitigationEffect[];
}

const stay = (view: MitigationView): MitigationStep => ({ view, effects: [] });

export function openMitigation(
  request: MitigationRequest,
  nowMs: number,
  cannotAct: string | null,
  caution: string | null,
): MitigationStep {
  const view: MitigationView = {
    request,
    phase: 'preview',
    plan: null,
    planError: null,
    impact: null,
    impactError: null,
    measured: null,
    measureError: null,
    actError: null,
    cannotAct,
    caution,
    guardUntilMs: nowMs + APPLY_GUARD_MS,
    appliedAtMs: null,
    confirmByMs: null,
    live: null,
    droppingPps: null,
    scroll: 0,
  };
  // What a signature hits was measured with it.
  const hasPrefixes = request.backend !== 'cloudflare' && request.blockSources.length + request.blockTargets.length > 0;
  return { view, effects: [{ kind: 'plan', request }, ...(hasPrefixes ? [{ kind: 'impact' as const, request }] : [])] };
}

/** True while closing the program would leave a rule nobody has decided on. */
export const isUnconfirmed = (view: MitigationView | null): boolean =>
  view !== null && (view.phase === 'applying' || view.phase === 'armed' || view.phase === 'confirming');

/** `A`. Does nothing unless a plan that may be applied has been on the screen long enough. */
export function pressApply(view: MitigationView, nowMs: number): MitigationStep {
  const { plan } = view;
  const mayApply = view.phase === 'preview' && plan !== null && plan.refused === null && view.cannotAct === null;
  if (!mayApply || nowMs < view.guardUntilMs) return stay(view);
  return { view: { ...view, phase: 'applying', actError: null }, effects: [{ kind: 'apply', plan }] };
}

/** `n`: the narrower request a refusal offers. */
export function pressNarrow(view: MitigationView, nowMs: number): MitigationStep {
  const narrowed = view.plan?.refused?.narrowed;
  if (view.phase !== 'preview' || !narrowed) return stay(view);
  return openMitigation(narrowed, nowMs, view.cannotAct, view.caution);
}

const EDGE_ACTIONS: readonly EdgeRuleAction[] = ['block', 'managed_challenge', 'js_challenge', 'log'];

/** `x`: the same rule of requests with the next action. What it would hit stays what it is. */
export function pressAction(view: MitigationView, nowMs: number): MitigationStep {
  const { request } = view;
  const isOfRequests =
    request.backend === 'cloudflare' && request.edge === undefined && request.signature?.rule.kind !== 'packet';
  if (view.phase !== 'preview' || !isOfRequests) return stay(view);
  const at = EDGE_ACTIONS.indexOf(request.edgeRuleAction ?? 'block');
  const edgeRuleAction = EDGE_ACTIONS[(at + 1) % EDGE_ACTIONS.length] as EdgeRuleAction;
  const { view: next, effects } = openMitigation({ ...request, edgeRuleAction }, nowMs, view.cannotAct, view.caution);
  return { view: { ...next, measured: view.measured, measureError: view.measureError }, effects };
}

export function pressConfirm(view: MitigationView): MitigationStep {
  if (view.phase !== 'armed' || !view.plan) return stay(view);
  return { view: { ...view, phase: 'confirming', actError: null }, effects: [{ kind: 'confirm', id: view.plan.id }] };
}

export function pressUndo(view: MitigationView): MitigationStep {
  const mayUndo = view.phase === 'armed' || view.phase === 'confirmed' || view.phase === 'confirming';
  if (!mayUndo || !view.plan) return stay(view);
  return { view: { ...view, phase: 'undoing', actError: null }, effects: [{ kind: 'undo', id: view.plan.id }] };
}

export function takeResult(view: MitigationView, result: MitigationResult, nowMs: number): MitigationView {
  switch (result.kind) {
    case 'planned':
      // The commands have only now come on the screen: the guard starts anew.
      return result.request === view.request
        ? { ...view, plan: result.plan, planError: null, guardUntilMs: nowMs + APPLY_GUARD_MS }
        : view;
    case 'planFailed':
      return result.request === view.request ? { ...view, planError: result.message } : view;
    case 'impact':
      return result.request === view.request ? { ...view, impact: result.impact } : view;
    case 'impactFailed':
      return result.request === view.request ? { ...view, impactError: result.message } : view;
    case 'measuredAtEdge':
      return result.request === view.request ? { ...view, measured: result.rule } : view;
    case 'measureAtEdgeFailed':
      return result.request === view.request ? { ...view, measureError: result.message } : view;
    case 'applied':
      if (view.plan?.id !== result.planId || view.phase !== 'applying') return view;
      return {
        ...view,
        phase: 'armed',
        plan: { ...view.plan, id: result.id },
        appliedAtMs: nowMs,
        confirmByMs: result.confirmByMs,
      };
    case 'applyFailed':
      return view.plan?.id === result.planId && view.phase === 'applying'
        ? { ...view, phase: 'preview', actError: result.message }
        : view;
    case 'confirmed':
      return view.plan?.id === result.id ? { ...view, phase: 'confirmed' } : view;
    case 'confirmFailed':
      return view.plan?.id === result.id && view.phase === 'confirming'
        ? { ...view, phase: 'armed', actError: result.message }
        : view;
    case 'undone':
      return view.plan?.id === result.id ? { ...view, phase: 'undone', live: null } : view;
    // Of an action on its screen, not of the panel.
    case 'extended':
    case 'extendFailed':
      return view;
    case 'undoFailed':
      return view.plan?.id === result.id && view.phase === 'undoing'
        ? { ...view, phase: view.live?.state === 'confirmed' ? 'confirmed' : 'armed', actError: result.message }
        : view;
  }
}

/** What the kernel holds, looked at every second. `sinceMs`: time since the last look. */
export function takeList(
  view: MitigationView,
  live: readonly LiveMitigation[],
  nowMs: number,
  sinceMs: number,
): MitigationView {
  const isApplied = view.phase === 'armed' || view.phase === 'confirmed' || view.phase === 'confirming';
  if (!isApplied || !view.plan) return view;
  const mine = live.find((action) => action.id === view.plan?.id && action.state !== 'ended') ?? null;
  if (!mine) {
    // It may be listed a moment after it was applied; past its time and gone means the kernel ended it.
    const isOver =
      view.phase === 'confirmed' ? view.live !== null : view.confirmByMs !== null && nowMs > view.confirmByMs;
    return isOver ? { ...view, phase: 'expired', live: null, droppingPps: null } : view;
  }
  const droppingPps =
    view.live && sinceMs > 0 ? Math.max(0, ((mine.packets - view.live.packets) / sinceMs) * 1000) : null;
  return { ...view, live: mine, droppingPps: droppingPps ?? view.droppingPps };
}
