/** `m`: from what the user has chosen to a request for a plan. Never acts. */

import { blockRefusal } from '../../incident/block-refusal.js';
import type { MitigationRequest } from '../../mitigation/types.js';
import { isUnconfirmed, openMitigation } from './ui-mitigation.js';
import { chosenIncident, shownTick, type UiState, type UiStep, withNotice } from './ui-state.js';
import { chosenKeys } from './ui-tables.js';

// An incident's own list of sources: enough to matter, few enough to read before deciding.
const MAX_INCIDENT_SOURCES = 32;

interface Choice {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly incidentId: string;
}

export function openFromChoice(state: UiState): UiStep {
  if (state.mitigation && isUnconfirmed(state.mitigation)) {
    // The open question first: the panel comes back as it was left.
    return { state: { ...state, overlay: { kind: 'mitigation' } }, effects: [] };
  }
  const choice = choiceOf(state);
  if (typeof choice === 'string') return { state: withNotice(state, choice, 'suspect'), effects: [] };
  const { backend, ttlSec, confirmWindowSec, allow, cannotAct } = state.options;
  const incident = shownTick(state)?.incidents.find(({ id }) => id === choice.incidentId);
  const request: MitigationRequest = {
    backend,
    blockSources: choice.sources,
    blockTargets: choice.targets,
    allow,
    ttlSec,
    confirmWindowSec,
    incidentId: choice.incidentId,
    why: incident?.vectors[0]?.id ?? 'manual',
    ...(incident === undefined ? {} : { sourcesVerdict: incident.sources.verdict }),
  };
  const { view, effects } = openMitigation(request, state.nowMs, cannotAct, cautionOf(state, choice));
  return { state: { ...state, overlay: { kind: 'mitigation' }, mitigation: view }, effects };
}

/** `M`: who sends to a target, counted by the kernel where capture cannot keep up. Never acts. */
export function openSenders(state: UiState): UiStep {
  if (state.mitigation && isUnconfirmed(state.mitigation)) return openFromChoice(state);
  const targets = targetsOf(state);
  if (targets.length === 0)
    return { state: withNotice(state, 'Choose a target or an incident first.', 'suspect'), effects: [] };
  const { backend, ttlSec, confirmWindowSec, cannotAct } = state.options;
  const request: MitigationRequest = {
    backend,
    blockSources: [],
    blockTargets: [],
    allow: [],
    countSenders: targets,
    ttlSec,
    confirmWindowSec,
    incidentId: '',
    why: 'senders',
  };
  const caution = 'It drops nothing; it costs a look-up for each packet to the target.';
  const { view, effects } = openMitigation(request, state.nowMs, cannotAct, caution);
  return { state: { ...state, overlay: { kind: 'mitigation' }, mitigation: view }, effects };
}

function targetsOf(state: UiState): readonly string[] {
  if (state.focus === 'targets') return chosenKeys(state.tables.targets);
  const target = chosenIncident(state)?.target;
  return target === undefined ? [] : [target];
}

/** What to drop, or why `m` cannot know. */
function choiceOf(state: UiState): Choice | string {
  const open = (shownTick(state)?.incidents ?? []).filter((incident) => incident.state !== 'ended');
  const incidentId = open[0]?.id ?? '';
  if (state.focus === 'incidents') {
    const incident = chosenIncident(state);
    if (!incident) return 'There is no incident of now to answer.';
    if (incident.scope === 'site')
      return 'Its rules are made on screen 4: choose there what to stop, m opens the preview.';
    const refusal = blockRefusal(incident);
    if (refusal !== null) return refusal;
    if (incident.sources.verdict === 'spoofed') {
      return 'Its sources are forged: blocking addresses would only hit bystanders. Group with a, then choose prefixes.';
    }
    const sources = incident.sources.top.slice(0, MAX_INCIDENT_SOURCES).map((source) => source.key);
    return sources.length > 0 ? { sources, targets: [], incidentId: incident.id } : 'No source of it is known yet.';
  }
  if (state.screen !== 'overview' && state.screen !== 'talkers')
    return 'Choose a source or a target first (screen 1 or 2).';
  const keys = chosenKeys(state.tables[state.focus]);
  if (keys.length === 0) return 'Choose a row first.';
  if (state.focus === 'sources') return { sources: keys, targets: [], incidentId };
  if (state.focus === 'targets') return { sources: [], targets: keys, incidentId };
  return 'Sources, targets and their prefixes can be blocked; ports and flows cannot yet.';
}

function cautionOf(state: UiState, choice: Choice): string | null {
  if (choice.targets.length > 0)
    return 'Blocking a target takes it off the net for everybody, not only for the attack.';
  const isSpoofed = shownTick(state)?.incidents.some(
    (incident) => incident.state !== 'ended' && incident.sources.verdict === 'spoofed',
  );
  return isSpoofed ? 'The sources look forged: the addresses of the next second may be others.' : null;
}
