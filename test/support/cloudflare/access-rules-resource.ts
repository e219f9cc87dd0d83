/** IP access rules of a zone or an account. */
import type { EdgeState, Json } from './edge-state.js';
import { answer, type EdgeAnswer, type EdgeRequest, pageOf, refuse } from './stand-in-request.js';

export class AccessRulesResource {
  constructor(readonly state: EdgeState) {}

  readonly handle = (request: EdgeRequest): EdgeAnswer | null => {
    const [base, id, firewall, word, , ruleId] = request.segments;
    if (firewall !== 'firewall' || word !== 'access_rules') return null;
    const scope = this.state.scopeOf(base, id);
    if (scope === null) return refuse(404, 10_001, 'could not route');
    const { accessRules } = scope;
    if (ruleId === undefined) {
      if (request.method === 'GET')
        return pageOf(
          accessRules.filter((rule) => isAsked(rule, request.query)),
          request.query,
        );
      return request.method === 'POST' ? this.#add(accessRules, request.body as Json) : null;
    }
    const at = accessRules.findIndex((rule) => rule['id'] === ruleId);
    if (at < 0) return refuse(404, 10_001, 'firewallaccessrules.api.not_found');
    const found = accessRules[at] as Json;
    if (request.method === 'DELETE') {
      accessRules.splice(at, 1);
      return answer({ id: ruleId });
    }
    if (request.method !== 'PATCH') return null;
    const { mode = found['mode'], notes = found['notes'] } = request.body as Json;
    accessRules[at] = { ...found, mode, notes };
    return answer(accessRules[at]);
  };

  #add(rules: Json[], { mode, configuration, notes = '' }: Json): EdgeAnswer {
    const { target, value } = configuration as { target: string; value: string };
    if (rules.some((rule) => JSON.stringify(rule['configuration']) === JSON.stringify({ target, value })))
      return refuse(400, 10_009, 'firewallaccessrules.api.duplicate_of_existing');
    if (target === 'country' && mode === 'block' && this.state.plan !== 'enterprise')
      return refuse(403, 10_014, 'firewallaccessrules.api.not_entitled.country_block');
    const times = { created_on: TIME, modified_on: TIME };
    const made = {
      id: this.state.newId(),
      mode,
      allowed_modes: MODES,
      configuration: { target, value },
      notes,
      ...times,
    };
    rules.push(made);
    return answer(made);
  }
}

const TIME = '2026-01-01T00:00:00Z';
const MODES = ['block', 'challenge', 'whitelist', 'js_challenge', 'managed_challenge'];

function isAsked(rule: Json, query: URLSearchParams): boolean {
  const notes = query.get('notes');
  const { target, value } = rule['configuration'] as { target: string; value: string };
  return (
    (notes === null || String(rule['notes']).toLowerCase().includes(notes.toLowerCase())) &&
    (query.get('configuration.target') ?? target) === target &&
    (query.get('configuration.value') ?? value) === value
  );
}
