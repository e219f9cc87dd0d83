/** What an account has besides rules and lists: prefixes, flow rules, reputation, notifications, tokens. */
import type { EdgeState, Json } from './edge-state.js';
import { answer, type EdgeAnswer, type EdgeRequest, pageOf, refuse } from './stand-in-request.js';

/** Cloudflare refuses to announce a prefix again so soon after it was withdrawn, ms. */
const QUIET_MS = 15 * 60_000;

export interface AccountFacts {
  readonly history: readonly Json[];
  readonly reputation: readonly Json[];
  readonly tokenStatus: () => string;
}

export class AccountResource {
  constructor(
    readonly state: EdgeState,
    readonly facts: AccountFacts,
  ) {}

  readonly handle = (request: EdgeRequest): EdgeAnswer | null => {
    const { segments, method, query } = request;
    const [base, id, ...rest] = segments;
    if (base === 'user' && id === 'tokens' && rest[0] === 'verify') return this.#token();
    if (base !== 'accounts' || id !== this.state.account.id) return null;
    switch (rest.slice(0, 2).join('/')) {
      case 'tokens/verify':
        return this.#token();
      case 'addressing/prefixes':
        return this.#prefixes(request, rest[2], rest[5]);
      case 'mnm/rules':
        return method === 'GET' ? answer(this.state.mnmRules) : null;
      case 'intel/ip':
        return answer(this.facts.reputation.filter(({ ip }) => ip === (query.get('ipv4') ?? query.get('ipv6'))));
      case 'alerting/v3':
        return pageOf(this.facts.history, query);
      default:
        return null;
    }
  };

  #token(): EdgeAnswer {
    return answer({ id: 'ed17574386854bf78a67040be0a770b0', status: this.facts.tokenStatus() });
  }

  #prefixes({ method, body, atMs }: EdgeRequest, prefixId?: string, bgpId?: string): EdgeAnswer | null {
    const own = this.state.bgpPrefixes.filter((one) => one.prefixId === prefixId);
    if (bgpId === undefined) return answer(own.map(shown));
    const found = own.find(({ id }) => id === bgpId);
    if (found === undefined) return refuse(404, 1001, 'prefix not found');
    if (method === 'PATCH') {
      const { advertised } = (body as { on_demand: { advertised: boolean } }).on_demand;
      if (advertised && !found.advertised && atMs - found.changedAtMs < QUIET_MS)
        return refuse(429, 1002, 'the prefix was withdrawn less than 15 minutes ago');
      if (advertised !== found.advertised) found.changedAtMs = atMs;
      found.advertised = advertised;
    } else if (method !== 'GET') return null;
    return answer(shown(found));
  }
}

function shown({ id, cidr, advertised }: { id: string; cidr: string; advertised: boolean }): Json {
  return { id, cidr, on_demand: { advertised, on_demand_enabled: true, on_demand_locked: false } };
}
