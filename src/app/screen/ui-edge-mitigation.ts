/** `m` and `U` on screen 4 of an edge: the chosen rows, or the attack mode of the zone, as a request for a plan. Never acts. */

import type { MitigationRequest } from '../../mitigation/types.js';
import type { EdgeRole } from '../../records/edge-role.js';
import type { AttributeValue, Predicate, RuleMatch } from '../../signature/rule.js';
import { ruleWords } from '../../signature/words.js';
import { compareHost } from './ui-diff.js';
import { chosenTextsOf, edgeHostOf, roleWord } from './ui-edge.js';
import { isOnNetwork, notOnNetwork } from './ui-edge-network.js';
import { lackingFor } from './ui-edge-rights.js';
import { isUnconfirmed, openMitigation } from './ui-mitigation.js';
import { openFromChoice } from './ui-mitigation-request.js';
import { cannotActWith, type UiState, type UiStep, withNotice } from './ui-state.js';

/** What a WAF can match of what is counted. */
const ATTRIBUTES: Readonly<Partial<Record<EdgeRole, string>>> = {
  edgeClients: 'ip.src',
  edgeHosts: 'http.host',
  edgePaths: 'http.path',
  edgeUserAgents: 'http.userAgent',
  edgeJa4: 'tls.ja4',
  edgeJa3: 'tls.ja3',
  edgeMethods: 'http.method',
  edgeProtocols: 'http.version',
  edgeCountries: 'ip.country',
  edgeAsns: 'ip.asn',
};
/** In a path's place of numbers and random words. */
const MASK = '#';

/** The marked rows, or the one under the cursor, within what the screen is narrowed to. */
export function openFromEdge(state: UiState): UiStep {
  if (state.mitigation && isUnconfirmed(state.mitigation)) return openFromChoice(state);
  if (!state.edge.isWatched) return say(state, NOT_AT_THE_EDGE);
  if (isOnNetwork(state)) return notOnNetwork(state);
  const lacking = lackingFor(state, 'mitigate');
  if (lacking !== null) return say(state, `The token lacks "${lacking}": no rule can be made.`);
  const chosen = chosenTextsOf(state);
  if (chosen === null || chosen.keys.length === 0) return say(state, 'Choose a row first.');
  const parts = [
    ...state.edge.filter.filter(({ role }) => role !== chosen.role).map(({ role, value }) => ({ role, keys: [value] })),
    chosen,
  ];
  const predicates: Predicate[] = [];
  for (const { role, keys } of parts) {
    const predicate = predicateOf(role, keys);
    if (typeof predicate === 'string') return say(state, predicate);
    predicates.push(predicate);
  }
  const rule: RuleMatch = { kind: 'request', target: null, clauses: [{ predicates }] };
  const { allow } = state.options;
  const isPrefixes = predicates.length === 1 && predicates[0]?.attribute === 'ip.src';
  return open(
    state,
    {
      ...plainRequest(state),
      allow,
      ...(isPrefixes
        ? { blockSources: chosen.keys }
        : { signature: { rule, recall: null, collateral: null, words: ruleWords(rule) } }),
      // Who is asked to prove that it is a browser loses less than who is turned away.
      edgeRuleAction: isPrefixes ? 'block' : 'managed_challenge',
      why: 'edge-rows',
    },
    rule,
  );
}

/** I'm under attack: every visitor of the zone is challenged. */
export function openUnderAttack(state: UiState): UiStep {
  if (state.mitigation && isUnconfirmed(state.mitigation)) return openFromChoice(state);
  if (!state.edge.isWatched) return say(state, NOT_AT_THE_EDGE);
  const lacking = lackingFor(state, 'underAttack');
  if (lacking !== null) return say(state, `The token lacks "${lacking}": the level cannot be set.`);
  return open(state, { ...plainRequest(state), edge: { of: 'under-attack' }, why: 'under-attack' });
}

const NOT_AT_THE_EDGE = 'To act at the edge start with --cloudflare ZONE.';

function plainRequest({ options }: UiState): MitigationRequest {
  const { ttlSec, confirmWindowSec } = options;
  return {
    backend: 'cloudflare',
    blockSources: [],
    blockTargets: [],
    allow: [],
    ttlSec,
    confirmWindowSec,
    incidentId: '',
    why: 'manual',
  };
}

/** `match`: what is to be measured on the requests of the host that is looked at. */
function open(state: UiState, request: MitigationRequest, match: RuleMatch | null = null): UiStep {
  const { view, effects } = openMitigation(request, state.nowMs, cannotActWith(state, 'cloudflare'), null);
  const opened: UiState = { ...state, overlay: { kind: 'mitigation' }, mitigation: view };
  const host = edgeHostOf(state);
  if (match === null || host === null) return { state: opened, effects };
  const compared = compareHost(opened, host);
  return {
    state: compared.state,
    effects: [...effects, ...compared.effects, { kind: 'measureAtEdge', request, match }],
  };
}

const say = (state: UiState, text: string): UiStep => ({ state: withNotice(state, text, 'suspect'), effects: [] });

/** A predicate, or why there is none. */
function predicateOf(role: EdgeRole, keys: readonly string[]): Predicate | string {
  const attribute = ATTRIBUTES[role];
  if (attribute === undefined)
    return `A WAF cannot match by ${roleWord(role).toLowerCase()}: choose clients, paths, JA4…`;
  if (role === 'edgePaths' && keys.some((key) => key.includes(MASK)))
    return 'That path stands for many (#): d finds what they have in common.';
  const values = keys.map(
    (key): AttributeValue =>
      role === 'edgeAsns' ? Number(key) : role === 'edgeClients' ? prefixText(key) : latin1(key),
  );
  const sorted = [...new Set(values)].sort((a, b) => (a < b ? -1 : 1));
  const [only] = sorted;
  return sorted.length === 1 && only !== undefined
    ? { attribute, operator: 'eq', value: only }
    : { attribute, operator: 'in', value: sorted };
}

function prefixText(address: string): string {
  return address.includes('/') ? address : `${address}/${address.includes(':') ? 128 : 32}`;
}

/** Rules hold bytes, a character each. */
function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
