/** A request -> what it comes to at the edge. Reads, changes nothing. Throws UserError for what the edge cannot do. */
import { UserError } from '../../errors.js';
import type { NormalRequest } from '../plan/normal-request.js';
import { requestWords } from '../request-words.js';
import type { EdgeAction, EdgeRuleAction, MitigationRequest } from '../types.js';
import { Draft, type DraftContext } from './draft.js';
import { draftIpAccess, draftIpList, draftPrefixes } from './draft-addresses.js';
import { draftHttpOverride, draftNetworkOverride } from './draft-overrides.js';
import { draftNetworkFirewall, draftRateLimit, draftSignature, draftWafRule } from './draft-rules.js';
import { draftAdvertise, draftBotSettings, draftSecurityLevel, draftSpectrum } from './draft-values.js';
import { edgeActionWords } from './edge-words.js';

/** `normal`: the prefixes of the request, checked; null: it has none. */
export async function draftRequest(context: DraftContext, normal: NormalRequest | null): Promise<Draft> {
  const draft = new Draft(context);
  const { request } = context;
  const action: EdgeRuleAction = request.sampleOnly === undefined ? (request.edgeRuleAction ?? 'block') : 'log';
  if (normal !== null) {
    for (const warning of normal.warnings) draft.warn(warning);
    await draftPrefixes(draft, normal, action);
  }
  if (request.signature != null) await draftSignature(draft, request.signature, action);
  if (request.edge !== undefined) await draftAction(draft, request.edge);
  draft.words = [request.edge === undefined ? '' : edgeActionWords(request.edge), prefixWords(request, action)]
    .filter((words) => words !== '')
    .join('; ');
  return draft;
}

function prefixWords(request: MitigationRequest, action: EdgeRuleAction): string {
  const words = requestWords(request);
  return words === '' ? '' : `${action.replaceAll('_', ' ')} ${words}`;
}

async function draftAction(draft: Draft, action: EdgeAction): Promise<void> {
  switch (action.of) {
    case 'waf-rule':
      return draftWafRule(draft, action);
    case 'rate-limit':
      return draftRateLimit(draft, action);
    case 'ip-list':
      return draftIpList(draft, action);
    case 'ip-access':
      return draftIpAccess(draft, action);
    case 'under-attack':
      return draftSecurityLevel(draft, 'under_attack');
    case 'security-level':
      return draftSecurityLevel(draft, action.value);
    case 'network-firewall':
      return draftNetworkFirewall(draft, action);
    case 'http-ddos-override':
      return draftHttpOverride(draft, action);
    case 'network-ddos-override':
      return draftNetworkOverride(draft, action);
    case 'bot-settings':
      return draftBotSettings(draft, action);
    case 'spectrum-firewall':
      return draftSpectrum(draft, action);
    case 'advertise':
      return draftAdvertise(draft, action);
    default: // a request may come from a file
      throw new UserError('EDGE_CANNOT', 'the edge does nothing of that name', 'See "ddostop mitigate --help".');
  }
}
