/** What is asked of the edge, in a few words; not cleaned. */
import type { EdgeAction } from '../types.js';

const TOLD = 3;

export function edgeActionWords(action: EdgeAction): string {
  switch (action.of) {
    case 'waf-rule':
      return `${plain(action.action)} requests where ${action.expression}`;
    case 'rate-limit':
      return `${plain(action.action)} above ${action.requests} requests in ${action.periodSec} s of one ${action.characteristics.join(' and ')}, where ${action.expression}`;
    case 'ip-list':
      return `${action.action === null ? 'list' : plain(action.action)} ${told(action.items)}`;
    case 'ip-access':
      return `${plain(action.mode)} ${action.target.replace('_', ' ')} ${action.value} (IP access rule)`;
    case 'under-attack':
      return "I'm-under-attack mode: every visitor is challenged";
    case 'security-level':
      return `security level ${action.value}`;
    case 'network-firewall':
      return `${action.action} packets where ${action.expression}`;
    case 'http-ddos-override':
    case 'network-ddos-override': {
      const of = action.ruleId ?? action.category ?? 'the whole ruleset';
      const changes = [
        action.sensitivity && `sensitivity ${action.sensitivity}`,
        action.action && plain(action.action),
      ];
      return `${action.of === 'http-ddos-override' ? 'HTTP' : 'network'} DDoS protection: ${changes.filter(Boolean).join(', ')} for ${of}`;
    }
    case 'bot-settings':
      return `bot settings: ${Object.entries(action.settings)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}`;
    case 'spectrum-firewall':
      return `IP firewall of Spectrum application ${action.appId} ${action.ipFirewall ? 'on' : 'off'}`;
    case 'advertise':
      return `${action.advertised ? 'advertise' : 'withdraw'} BGP prefix ${action.bgpPrefixId}`;
  }
}

function told(items: readonly string[]): string {
  const more = items.length - TOLD;
  return `${items.slice(0, TOLD).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function plain(action: string): string {
  return action.replaceAll('_', ' ');
}
