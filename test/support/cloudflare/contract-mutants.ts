/** Bodies that the API description must refuse: each is a sound one with one thing wrong in it. */
import { ACCOUNT_ID, ZONE_ID } from './stand-in.js';

type Json = Record<string, unknown>;

export const SOME_ID = 'ea95132c15732412d22c1476fa83f27a';
const ZONE = `/zones/${ZONE_ID}`;
const ACCOUNT = `/accounts/${ACCOUNT_ID}`;
const RULE: Json = { action: 'block', expression: 'ssl', description: 'd', ref: 'r', enabled: false };
const RATE = { characteristics: ['cf.colo.id', 'ip.src'], period: 10, requests_per_period: 5, mitigation_timeout: 60 };
const ACCESS: Json = { mode: 'block', configuration: { target: 'ip', value: '192.0.2.1' }, notes: 'n' };
const APP: Json = { protocol: 'tcp/22', dns: { type: 'CNAME', name: 'ssh.example.com' }, ip_firewall: true };
const OVERRIDE: Json = {
  ...RULE,
  action: 'execute',
  action_parameters: {
    id: SOME_ID,
    overrides: { sensitivity_level: 'low', categories: [{ category: 'botnets', action: 'log' }] },
  },
};

/** Method, path, a sound body, and the same with one thing wrong in it. */
export const MUTANTS: readonly (readonly [
  method: string,
  path: string,
  body: unknown,
  mutants: Readonly<Record<string, unknown>>,
])[] = [
  [
    'POST',
    `${ZONE}/rulesets/${SOME_ID}/rules`,
    { ...RULE, position: { before: '' } },
    {
      'an action of no word': { ...RULE, action: 'Block!' },
      'an expression that is too long': { ...RULE, expression: 'x'.repeat(4097) },
      'no expression text': { ...RULE, expression: '' },
      'two positions': { ...RULE, position: { before: '', index: 1 } },
      'a position of no rule id': { ...RULE, position: { after: 'first' } },
      'enabled as text': { ...RULE, enabled: 'no' },
      'a rate limit without a period': { ...RULE, ratelimit: { characteristics: RATE.characteristics } },
      'a rate limit with a field of no name': { ...RULE, ratelimit: { ...RATE, requests: 5 } },
    },
  ],
  [
    'PATCH',
    `${ZONE}/rulesets/${SOME_ID}/rules/${SOME_ID}`,
    { ...RULE, ratelimit: RATE },
    { 'a period as text': { ...RULE, ratelimit: { ...RATE, period: '10' } } },
  ],
  [
    'POST',
    `${ACCOUNT}/rulesets`,
    { name: 'n', kind: 'root', phase: 'ddos_l4', rules: [OVERRIDE] },
    {
      'no phase': { name: 'n', kind: 'root', rules: [] },
      'a kind of no name': { name: 'n', kind: 'account', phase: 'ddos_l4', rules: [] },
      'a sensitivity of no name': {
        name: 'n',
        kind: 'root',
        phase: 'ddos_l4',
        rules: [{ ...OVERRIDE, action_parameters: { id: SOME_ID, overrides: { sensitivity_level: 'off' } } }],
      },
    },
  ],
  [
    'POST',
    `${ACCOUNT}/rules/lists`,
    { name: 'a_list', kind: 'ip' },
    { 'a kind of no name': { name: 'a', kind: 'cidr' }, 'a name with a dash': { name: 'a-b', kind: 'ip' } },
  ],
  [
    'POST',
    `${ACCOUNT}/rules/lists/${SOME_ID}/items`,
    [{ ip: '192.0.2.0/24', comment: 'c' }],
    { 'no list': { ip: '192.0.2.0/24' }, 'an address as number': [{ ip: 7 }] },
  ],
  ['DELETE', `${ACCOUNT}/rules/lists/${SOME_ID}/items`, { items: [{ id: SOME_ID }] }, { 'no items': { items: [] } }],
  [
    'POST',
    `${ZONE}/firewall/access_rules/rules`,
    ACCESS,
    { 'a mode of no name': { ...ACCESS, mode: 'drop' }, 'no configuration': { mode: 'block', notes: '' } },
  ],
  [
    'PATCH',
    `${ZONE}/settings/security_level`,
    { value: 'under_attack' },
    { 'a level of no name': { value: 'panic' }, 'more than a value': { value: 'low', id: 'x' } },
  ],
  [
    'PUT',
    `${ZONE}/bot_management`,
    { fight_mode: true, enable_js: true },
    { 'a flag as text': { fight_mode: 'on' }, 'an action of no name': { sbfm_verified_bots: 'challenge' } },
  ],
  [
    'PUT',
    `${ZONE}/spectrum/apps/${SOME_ID}`,
    APP,
    { 'no protocol': { dns: APP['dns'] }, 'a flag as text': { ...APP, ip_firewall: 'on' } },
  ],
  [
    'PATCH',
    `${ACCOUNT}/addressing/prefixes/${SOME_ID}/bgp/prefixes/${SOME_ID}`,
    { on_demand: { advertised: true } },
    { 'a flag as text': { on_demand: { advertised: 'yes' } } },
  ],
];
