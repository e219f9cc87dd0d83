/** The calls of Cloudflare's own npm SDK that a mitigation, a log session or a look needs, in an order in which each finds what it wants. */
import { APP_ID, BGP_ID, PREFIX_ID } from '../support/cloudflare/edge-lab.js';
import { ACCOUNT_ID, ZONE_ID } from '../support/cloudflare/stand-in.js';

// biome-ignore lint/suspicious/noExplicitAny: results of an SDK that is no dependency; its own types are held against them afterwards
type Result = any;
export type Results = ReadonlyMap<string, Result>;

export interface SdkCall {
  /** Of the client: "rulesets.rules.create". */
  readonly method: string;
  /** Under which later calls find the result; unique. */
  readonly as: string;
  readonly args: (results: Results) => readonly unknown[];
  /** A list: what it holds is looked at. */
  readonly isPage?: boolean;
}

const zone = { zone_id: ZONE_ID };
const account = { account_id: ACCOUNT_ID };
const CUSTOM = 'http_request_firewall_custom';
const RULE = { action: 'block', expression: 'ip.src eq 192.0.2.1', description: 'd', ref: 'r1', enabled: false };
const RATE = { characteristics: ['cf.colo.id', 'ip.src'], period: 10, requests_per_period: 50, mitigation_timeout: 60 };

const call = (method: string, args: SdkCall['args'], as = method): SdkCall => ({ method, as, args });
const page = (method: string, args: SdkCall['args'], as = method): SdkCall => ({ method, as, args, isPage: true });
const entry = (results: Results): string => results.get('rulesets.phases.get').id;
const ruleOf = (results: Results, as: string, ref: string): string =>
  results.get(as).rules.find((rule: { ref: string }) => rule.ref === ref).id;
const listOf = (results: Results): string => results.get('rules.lists.create').id;

export const SDK_CALLS: readonly SdkCall[] = [
  call('user.tokens.verify', () => []),
  call('accounts.tokens.verify', () => [account]),
  page('rulesets.list', () => [zone]),
  call('rulesets.phases.get', () => [CUSTOM, zone]),
  call('rulesets.rules.create', (results) => [entry(results), { ...zone, ...RULE, position: { before: '' } }]),
  call('rulesets.rules.edit', (results) => [
    ruleOf(results, 'rulesets.rules.create', 'r1'),
    { ...zone, ...RULE, ruleset_id: entry(results), enabled: true },
  ]),
  call('rulesets.rules.delete', (results) => [
    ruleOf(results, 'rulesets.rules.create', 'r1'),
    { ...zone, ruleset_id: entry(results) },
  ]),
  call('rulesets.get', (results) => [entry(results), zone]),
  call('rulesets.create', () => [
    { ...zone, name: 'rates', kind: 'zone', phase: 'http_ratelimit', rules: [{ ...RULE, ratelimit: RATE }] },
  ]),
  call('rulesets.delete', (results) => [results.get('rulesets.create').id, zone]),
  call('rules.lists.create', () => [{ ...account, kind: 'ip', name: 'sdk_list', description: 'd' }]),
  page('rules.lists.list', () => [account]),
  call('rules.lists.items.create', (results) => [
    listOf(results),
    { ...account, body: [{ ip: '192.0.2.0/24', comment: 'c' }, { ip: '2001:db8::/64' }] },
  ]),
  ...['first', 'second', 'third'].map((which) =>
    call(
      'rules.lists.bulkOperations.get',
      (results) => [results.get('rules.lists.items.create').operation_id, account],
      `bulk operation, ${which} look`,
    ),
  ),
  page('rules.lists.items.list', (results) => [listOf(results), account]),
  call('rules.lists.items.delete', (results) => [
    listOf(results),
    { ...account, items: [{ id: results.get('rules.lists.items.list')[0].id }] },
  ]),
  call('rules.lists.delete', (results) => [listOf(results), account]),
  call('firewall.accessRules.create', () => [
    { ...account, mode: 'block', configuration: { target: 'ip', value: '192.0.2.1' }, notes: 'n' },
  ]),
  page('firewall.accessRules.list', () => [account]),
  call('firewall.accessRules.delete', (results) => [results.get('firewall.accessRules.create').id, account]),
  call('zones.settings.get', () => ['security_level', zone]),
  call('zones.settings.edit', () => ['security_level', { ...zone, value: 'under_attack' }]),
  call('botManagement.get', () => [zone]),
  call('botManagement.update', () => [{ ...zone, fight_mode: true, enable_js: true }]),
  page('spectrum.apps.list', () => [zone]),
  call('spectrum.apps.get', () => [APP_ID, zone]),
  call('spectrum.apps.update', () => [
    APP_ID,
    {
      ...zone,
      protocol: 'tcp/22',
      dns: { type: 'CNAME', name: 'ssh.example.com' },
      origin_direct: ['tcp://192.0.2.1:22'],
      traffic_type: 'direct',
      ip_firewall: true,
    },
  ]),
  page('addressing.prefixes.bgpPrefixes.list', () => [PREFIX_ID, account]),
  call('addressing.prefixes.bgpPrefixes.edit', () => [
    BGP_ID,
    { ...account, prefix_id: PREFIX_ID, on_demand: { advertised: true } },
  ]),
  page('magicNetworkMonitoring.rules.list', () => [account]),
  page('alerting.history.list', () => [{ ...account, per_page: 10 }]),
  call('intel.ips.get', () => [{ ...account, ipv4: '192.0.2.1' }]),
  call('logpush.edge.create', () => [{ ...zone, fields: 'ClientIP,RayID', sample: 1, filter: '' }]),
  page('logpush.edge.get', () => [zone]),
];
