/** Options of `ddostop mitigate --backend cloudflare` -> what is to be done at the edge. */
import { UserError } from '../../errors.js';
import type { BotSettings, DdosOverride, DdosSensitivity, EdgeAction, EdgeRuleAction } from '../../mitigation/types.js';
import { parseDuration } from '../options/duration-option.js';
import { integerOf } from '../options/source-options.js';

/** As commander fills it in. */
export interface EdgeActionOptions {
  readonly wafRule?: string;
  readonly skipRule?: string;
  readonly edgeRateLimit?: string;
  readonly per?: readonly string[];
  readonly requests?: string;
  readonly period?: string;
  readonly timeout?: string;
  readonly ipList?: string;
  readonly items?: readonly string[];
  readonly ipAccess?: string;
  readonly underAttack?: boolean;
  readonly securityLevel?: string;
  readonly networkFirewall?: string;
  readonly httpDdos?: string;
  readonly networkDdos?: string;
  readonly botSetting?: readonly string[];
  readonly spectrumFirewall?: string;
  readonly advertise?: string;
  readonly withdraw?: string;
  /** What a rule does. */
  readonly action?: string;
}

const RULE_ACTIONS: readonly EdgeRuleAction[] = ['block', 'managed_challenge', 'js_challenge', 'challenge', 'log'];
const LEVELS = ['off', 'essentially_off', 'low', 'medium', 'high', 'under_attack'] as const;
const SENSITIVITIES: readonly DdosSensitivity[] = ['default', 'medium', 'low', 'eoff'];
const ACCESS_TARGETS = ['ip', 'ip6', 'ip_range', 'asn', 'country'] as const;
const ACCESS_MODES = ['block', 'challenge', 'js_challenge', 'managed_challenge'] as const;
const DEFAULT_PERIOD = '10s';
const DEFAULT_TIMEOUT = '10m';

type Reader = (options: EdgeActionOptions) => EdgeAction | null;

/** Null: none was asked for. Throws UserError (USAGE); of two at once as well. */
export function edgeActionOf(options: EdgeActionOptions): EdgeAction | null {
  const found = READERS.map((read) => read(options)).filter((action) => action !== null);
  if (found.length > 1)
    throw new UserError(
      'USAGE',
      `${found.map((action) => action.of).join(' and ')} were both asked for`,
      'One action of the edge at a time: each is applied and undone by itself.',
    );
  return found[0] ?? null;
}

/** Of rules made of --block and --signature; null: not said. */
export function edgeRuleActionOf({ action }: EdgeActionOptions): EdgeRuleAction | null {
  return action === undefined ? null : oneOf('--action', action, RULE_ACTIONS);
}

const ruleActionOf = (options: EdgeActionOptions, otherwise: EdgeRuleAction = 'block'): EdgeRuleAction =>
  edgeRuleActionOf(options) ?? otherwise;

const READERS: readonly Reader[] = [
  (options) =>
    options.wafRule === undefined
      ? null
      : {
          of: 'waf-rule',
          expression: options.wafRule,
          action: ruleActionOf(options, 'managed_challenge'),
          isAsked: true,
        },
  ({ skipRule }) =>
    skipRule === undefined ? null : { of: 'waf-rule', expression: skipRule, action: 'skip', isAsked: true },
  rateLimitOf,
  (options) =>
    options.ipList === undefined
      ? null
      : {
          of: 'ip-list',
          name: options.ipList,
          items: needed('--items', options.items, 'with --ip-list: the addresses to add'),
          listKind: 'ip',
          action: edgeRuleActionOf(options),
        },
  accessOf,
  ({ underAttack }) => (underAttack === true ? { of: 'under-attack' } : null),
  ({ securityLevel }) =>
    securityLevel === undefined
      ? null
      : { of: 'security-level', value: oneOf('--security-level', securityLevel, LEVELS) },
  ({ networkFirewall }) =>
    networkFirewall === undefined
      ? null
      : { of: 'network-firewall', expression: networkFirewall, action: 'block', isAsked: true },
  ({ httpDdos }) =>
    httpDdos === undefined ? null : { of: 'http-ddos-override', ...overrideOf('--http-ddos', httpDdos) },
  ({ networkDdos }) =>
    networkDdos === undefined ? null : { of: 'network-ddos-override', ...overrideOf('--network-ddos', networkDdos) },
  ({ botSetting }) => (botSetting === undefined ? null : { of: 'bot-settings', settings: botSettingsOf(botSetting) }),
  ({ spectrumFirewall }) => {
    if (spectrumFirewall === undefined) return null;
    const [appId, value] = pairOf('--spectrum-firewall', spectrumFirewall, 'APP=on or APP=off');
    return { of: 'spectrum-firewall', appId, ipFirewall: oneOf('--spectrum-firewall', value, ['on', 'off']) === 'on' };
  },
  ({ advertise }) => (advertise === undefined ? null : advertisementOf('--advertise', advertise, true)),
  ({ withdraw }) => (withdraw === undefined ? null : advertisementOf('--withdraw', withdraw, false)),
];

function rateLimitOf(options: EdgeActionOptions): EdgeAction | null {
  const { edgeRateLimit, requests, period = DEFAULT_PERIOD, timeout = DEFAULT_TIMEOUT, per = ['ip.src'] } = options;
  if (edgeRateLimit === undefined) return null;
  if (requests === undefined)
    throw new UserError(
      'USAGE',
      '--edge-rate-limit takes --requests N',
      'E.g. --requests 50 --period 10s --timeout 10m.',
    );
  return {
    of: 'rate-limit',
    expression: edgeRateLimit,
    characteristics: per,
    periodSec: parseDuration('--period', period),
    requests: integerOf('--requests', requests, 1, 1_000_000_000),
    timeoutSec: parseDuration('--timeout', timeout),
    action: ruleActionOf(options),
  };
}

function accessOf(options: EdgeActionOptions): EdgeAction | null {
  if (options.ipAccess === undefined) return null;
  const [target, value] = pairOf('--ip-access', options.ipAccess, 'e.g. ip=198.51.100.7, asn=AS64496, country=XX');
  return {
    of: 'ip-access',
    mode: oneOf('--action', options.action ?? 'block', ACCESS_MODES),
    target: oneOf('--ip-access', target, ACCESS_TARGETS),
    value,
    isAsked: true,
  };
}

/** "medium", "eoff,log", "low,,rule=<id>", "default,block,category=botnets". */
function overrideOf(option: string, text: string): DdosOverride {
  const [sensitivity = '', action = '', scope = '', ...more] = text.split(',');
  const [kind, value] = scope === '' ? ['', ''] : pairOf(option, scope, 'rule=<id> or category=<name>');
  if (more.length > 0 || (scope !== '' && kind !== 'rule' && kind !== 'category'))
    throw new UserError(
      'USAGE',
      `${option}: expected SENSITIVITY[,ACTION[,rule=ID]], got ${JSON.stringify(text.slice(0, 80))}`,
      'E.g. medium, or low,log,category=botnets.',
    );
  return {
    ...(sensitivity === '' ? {} : { sensitivity: oneOf(option, sensitivity, SENSITIVITIES) }),
    ...(action === '' ? {} : { action: oneOf(option, action, ['block', 'managed_challenge', 'challenge', 'log']) }),
    ...(kind === 'rule' ? { ruleId: value } : {}),
    ...(kind === 'category' ? { category: value } : {}),
  };
}

const BOT_FLAGS = ['fight_mode', 'enable_js', 'sbfm_static_resource_protection'] as const;
const BOT_ACTIONS = ['sbfm_definitely_automated', 'sbfm_likely_automated', 'sbfm_verified_bots'] as const;

function botSettingsOf(texts: readonly string[]): BotSettings {
  const settings: Record<string, boolean | string> = {};
  for (const text of texts) {
    const [given, value] = pairOf('--bot-setting', text, 'e.g. fight_mode=on');
    const name = oneOf('--bot-setting', given, [...BOT_FLAGS, ...BOT_ACTIONS]);
    settings[name] = (BOT_FLAGS as readonly string[]).includes(name)
      ? oneOf('--bot-setting', value, ['on', 'off']) === 'on'
      : oneOf('--bot-setting', value, [
          'allow',
          'block',
          ...(name === 'sbfm_verified_bots' ? [] : ['managed_challenge']),
        ]);
  }
  return settings;
}

function advertisementOf(option: string, text: string, advertised: boolean): EdgeAction {
  const [prefixId, bgpPrefixId, ...more] = text.split('/');
  if (!prefixId || !bgpPrefixId || more.length > 0)
    throw new UserError(
      'USAGE',
      `${option}: expected PREFIX/BGP-PREFIX by their ids, got ${JSON.stringify(text.slice(0, 80))}`,
      'Both are on the page of IP prefixes in the dashboard.',
    );
  return { of: 'advertise', prefixId, bgpPrefixId, advertised };
}

function pairOf(option: string, text: string, example: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new UserError('USAGE', `${option}: expected NAME=VALUE, got ${JSON.stringify(text.slice(0, 80))}`, example);
}

function oneOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new UserError(
    'USAGE',
    `${option}: expected ${words.join(', ')}, got ${JSON.stringify(text.slice(0, 60))}`,
    'See ddostop mitigate apply --help.',
  );
}

function needed(option: string, values: readonly string[] | undefined, why: string): readonly string[] {
  if (values !== undefined && values.length > 0) return values;
  throw new UserError('USAGE', `${option} is missing`, `${why}.`);
}
