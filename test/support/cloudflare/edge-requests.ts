/** One request of every kind that the edge can carry out, hostile texts included. */
import type { MitigationRequest } from '../../../src/mitigation/types.js';
import { quoteText } from '../../../src/signature/compile/cloudflare-text.js';
import { APP_ID, BGP_ID, edgeRequest, PREFIX_ID } from './edge-lab.js';

const HOSTILE = quoteText('x" or true or "\u001b[2J\\');

export const EDGE_REQUESTS: readonly (readonly [name: string, request: MitigationRequest])[] = [
  ['waf block', edge({ of: 'waf-rule', expression: `http.user_agent eq ${HOSTILE}`, action: 'block' })],
  [
    'waf managed challenge, an address left out',
    edgeRequest({
      allow: ['198.51.100.9'],
      edge: {
        of: 'waf-rule',
        expression: 'http.host eq "a" or ssl',
        action: 'managed_challenge',
        description: 'x\u001b[2J',
      },
    }),
  ],
  ['waf js challenge', edge({ of: 'waf-rule', expression: 'ssl', action: 'js_challenge' })],
  ['waf log', edge({ of: 'waf-rule', expression: 'ssl', action: 'log' })],
  ['waf skip', edge({ of: 'waf-rule', expression: 'ip.src eq 192.0.2.1', action: 'skip', isAsked: true })],
  [
    'rate limit',
    edge({
      of: 'rate-limit',
      expression: 'http.request.uri.path eq "/login"',
      characteristics: ['ip.src'],
      periodSec: 10,
      requests: 50,
      timeoutSec: 60,
      action: 'block',
    }),
  ],
  [
    'own list with a rule',
    edge({ of: 'ip-list', name: null, items: ['198.51.100.0/24', '2001:db8::1'], listKind: 'ip', action: 'block' }),
  ],
  ["somebody's list", edge({ of: 'ip-list', name: 'office', items: ['198.51.100.7'], listKind: 'ip', action: null })],
  [
    'list of AS numbers',
    edge({ of: 'ip-list', name: 'bad_asns', items: ['AS64496'], listKind: 'asn', action: 'managed_challenge' }),
  ],
  ['access rule', edge({ of: 'ip-access', mode: 'block', target: 'ip', value: '198.51.100.7' })],
  ['access rule of a country', edge({ of: 'ip-access', mode: 'block', target: 'country', value: 'XX', isAsked: true })],
  ['under attack', edge({ of: 'under-attack' })],
  ['security level', edge({ of: 'security-level', value: 'high' })],
  [
    'network firewall',
    edge({ of: 'network-firewall', expression: 'ip.proto eq "udp" and udp.srcport in {53 123}', action: 'block' }),
  ],
  ['http override', edge({ of: 'http-ddos-override', sensitivity: 'medium' })],
  [
    'network override of a rule',
    edge({ of: 'network-ddos-override', action: 'log', ruleId: 'fdfdac75430c4c47a959592f0aa5e68a' }),
  ],
  ['bots', edge({ of: 'bot-settings', settings: { fight_mode: true, enable_js: true } })],
  ['spectrum firewall', edge({ of: 'spectrum-firewall', appId: APP_ID, ipFirewall: true })],
  ['advertise', edge({ of: 'advertise', prefixId: PREFIX_ID, bgpPrefixId: BGP_ID, advertised: true })],
  [
    'few sources',
    edgeRequest({ blockSources: ['198.51.100.0/24', '2001:db8::/48'], edgeRuleAction: 'managed_challenge' }),
  ],
  ['many sources', edgeRequest({ blockSources: Array.from({ length: 40 }, (_, i) => `198.51.${i}.0/24`) })],
  ['targets', edgeRequest({ blockTargets: ['203.0.113.5'] })],
  [
    'signature of requests',
    edgeRequest({
      signature: {
        rule: {
          kind: 'request',
          target: null,
          clauses: [
            {
              predicates: [
                { attribute: 'tls.ja4', operator: 'eq', value: 't13d1516h2_8daaf6152771_b186095e22b6' },
                { attribute: 'http.userAgent', operator: 'eq', value: 'a"b\\' },
              ],
            },
          ],
        },
        recall: null,
        collateral: null,
        words: 'one JA4',
      },
    }),
  ],
];

function edge(action: NonNullable<MitigationRequest['edge']>): MitigationRequest {
  return edgeRequest({ edge: action });
}
