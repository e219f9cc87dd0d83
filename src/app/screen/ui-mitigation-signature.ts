/** `m` on the diff screen: the rule that is shown, as a request for a plan. Never acts. */
import { blockRefusal } from '../../incident/block-refusal.js';
import type { MitigationRequest } from '../../mitigation/types.js';
import { ruleWords } from '../../signature/words.js';
import { openMitigation } from './ui-mitigation.js';
import { cannotActWith, shownTick, type UiState, type UiStep, withNotice } from './ui-state.js';

export function openFromDiff(state: UiState): UiStep {
  const { match, rule, phase, isMeasuring } = state.diff;
  const say = (text: string): UiStep => ({ state: withNotice(state, text, 'suspect'), effects: [] });
  const isAtEdge = state.options.backend === 'cloudflare' || state.edge.isWatched;
  if (match.kind !== 'packet' && !isAtEdge)
    return say(
      'A rule of requests is for a WAF: y copies it, or start with --cloudflare ZONE. Packets are dropped here.',
    );
  if (match.clauses.length === 0) return say('There is no rule yet: Space takes values in.');
  if (phase === 'working' || isMeasuring || rule === null) return say('The rule is still being measured: a moment.');
  const { ttlSec, confirmWindowSec, allow } = state.options;
  const backend = match.kind === 'packet' ? state.options.backend : 'cloudflare';
  const incident = (shownTick(state)?.incidents ?? []).find(
    ({ target, state: now }) => target === match.target && now !== 'ended',
  );
  const refusal = incident === undefined ? null : blockRefusal(incident);
  if (refusal !== null && backend !== 'cloudflare') return say(refusal);
  const request: MitigationRequest = {
    backend,
    blockSources: [],
    blockTargets: [],
    allow,
    signature: {
      rule: match,
      recall: rule.recall,
      collateral: rule.collateral,
      goodHits: rule.goodHits,
      words: ruleWords(match),
    },
    ttlSec,
    confirmWindowSec,
    incidentId: incident?.id ?? '',
    why: incident?.vectors[0]?.id ?? 'signature',
    ...(refusal === null ? {} : { edgeRuleAction: 'managed_challenge' as const }),
  };
  const { view, effects } = openMitigation(request, state.nowMs, cannotActWith(state, backend), refusal);
  return { state: { ...state, overlay: { kind: 'mitigation' }, mitigation: view }, effects };
}
