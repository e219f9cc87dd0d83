/** Which permission of a token a call takes, by the names of Cloudflare's token groups. */
import type { EdgeRequest } from './stand-in-request.js';

const PHASES: Readonly<Record<string, string>> = {
  http_request_firewall_custom: 'Zone WAF',
  http_ratelimit: 'Zone WAF',
  ddos_l7: 'HTTP DDoS Managed Ruleset',
  ddos_l4: 'L4 DDoS Managed Ruleset',
  magic_transit: 'Magic Firewall',
};

/** "" where any token will do. `phaseOf` tells the phase of a ruleset by its id. */
export function permissionOf(request: EdgeRequest, phaseOf: (id: string) => string | undefined): string {
  const area = areaOf(request, phaseOf);
  if (area === '') return '';
  return `${area} ${request.method === 'GET' || area.includes('Analytics') ? 'Read' : 'Write'}`;
}

function areaOf({ segments, body }: EdgeRequest, phaseOf: (id: string) => string | undefined): string {
  const [base, , word, next, after] = segments;
  if (base === 'graphql') return 'Account Analytics';
  if (base === 'user' || word === 'tokens') return '';
  switch (word) {
    case 'rulesets': {
      const bodyPhase = (body as { phase?: string } | undefined)?.phase;
      const phase = next === undefined ? bodyPhase : next === 'phases' ? after : phaseOf(next);
      return phase === undefined ? '' : (PHASES[phase] ?? 'Account Rulesets');
    }
    case 'rules':
      return 'Account Filter Lists';
    case 'firewall':
      return base === 'zones' ? 'Firewall Services' : 'Account Firewall Access Rules';
    case 'settings':
    case 'spectrum':
      return 'Zone Settings';
    case 'bot_management':
      return 'Bot Management';
    case 'addressing':
      return 'IP Prefixes: BGP On Demand';
    case 'mnm':
      return 'Magic Network Monitoring Config';
    case 'intel':
      return 'Intel';
    case 'alerting':
      return 'Notifications';
    case 'logpush':
      return 'Logs';
    default:
      return '';
  }
}
