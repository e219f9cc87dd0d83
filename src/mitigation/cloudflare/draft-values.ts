/** What a zone or a prefix has one of: security level, bot settings, Spectrum's firewall, the announcement of a prefix. */
import { UserError } from '../../errors.js';
import { cleanText } from '../../format/clean-text.js';
import { pathOf } from '../../platform/cloudflare/api.js';
import type { EdgeAction } from '../types.js';
import type { Draft } from './draft.js';
import type { Value, ValueStep, Values } from './edge-step.js';
import { type CurrentValue, readValue, valueCalls, wordsOf } from './value-step.js';

type Action<Of extends EdgeAction['of']> = Extract<EdgeAction, { of: Of }>;

const LEVELS: ReadonlySet<string> = new Set(['off', 'essentially_off', 'low', 'medium', 'high', 'under_attack']);
const BOT_VALUES: Readonly<Record<string, readonly Value[]>> = {
  fight_mode: [true, false],
  enable_js: [true, false],
  sbfm_definitely_automated: ['allow', 'block', 'managed_challenge'],
  sbfm_likely_automated: ['allow', 'block', 'managed_challenge'],
  sbfm_verified_bots: ['allow', 'block'],
  sbfm_static_resource_protection: [true, false],
};
/** Announcing takes 2 to 7 minutes, withdrawing a quarter of an hour: a shorter trial shows nothing. Seconds. */
export const PREFIX_QUIET_SEC = 900;

export async function draftSecurityLevel(draft: Draft, value: string): Promise<void> {
  if (!LEVELS.has(value))
    throw new UserError(
      'BAD_LEVEL',
      `expected ${[...LEVELS].join(', ')}, got ${cleanText(value, 40)}`,
      'E.g. under_attack.',
    );
  if (value === 'under_attack')
    draft.warn('every visitor gets a challenge first: programs that talk to the site (APIs, monitors) are cut off');
  await addValue(draft, 'security-level', `${draft.zone('the security level')}/settings/security_level`, { value });
}

export async function draftBotSettings(draft: Draft, { settings }: Action<'bot-settings'>): Promise<void> {
  const wanted = Object.entries(settings);
  const odd = wanted.find(([name, value]) => !(Object.hasOwn(BOT_VALUES, name) && BOT_VALUES[name]?.includes(value)));
  if (odd !== undefined || wanted.length === 0)
    throw new UserError(
      'BAD_SETTING',
      `expected settings of ${Object.keys(BOT_VALUES).join(', ')}, got ${cleanText(odd?.join(' ') ?? 'none', 60)}`,
      'E.g. fight_mode true.',
    );
  const path = `${draft.zone('bot management')}/bot_management`;
  await addValue(draft, 'bots', path, Object.fromEntries(wanted));
}

export async function draftSpectrum(draft: Draft, { appId, ipFirewall }: Action<'spectrum-firewall'>): Promise<void> {
  checkId(appId, 'a Spectrum application');
  const path = `${draft.zone('a Spectrum application')}${pathOf`/spectrum/apps/${appId}`}`;
  await addValue(draft, 'spectrum', path, { ip_firewall: ipFirewall });
  draft.warn('the IP access rules of the zone then hold for this application as well');
}

export async function draftAdvertise(
  draft: Draft,
  { prefixId, bgpPrefixId, advertised }: Action<'advertise'>,
): Promise<void> {
  checkId(prefixId, 'a prefix');
  checkId(bgpPrefixId, 'a BGP prefix');
  const path = `${draft.account('a prefix')}${pathOf`/addressing/prefixes/${prefixId}/bgp/prefixes/${bgpPrefixId}`}`;
  const { whole } = await addValue(draft, 'bgp-prefix', path, { advertised });
  const cidr = cleanText(typeof whole['cidr'] === 'string' ? whole['cidr'] : bgpPrefixId, 50);
  draft.confirmations = 2;
  draft.leastWindowSec = PREFIX_QUIET_SEC;
  draft.warn(
    advertised
      ? `all traffic to ${cidr} will come through Cloudflare in 2 to 7 minutes`
      : `${cidr} is withdrawn within a quarter of an hour: traffic to it then comes by your own announcements, or not at all`,
  );
  draft.warn(
    `the confirm window is at least ${PREFIX_QUIET_SEC / 60} minutes, and so is the time before a prefix that was withdrawn is announced again`,
  );
}

async function addValue(draft: Draft, of: ValueStep['of'], path: string, set: Values): Promise<CurrentValue> {
  const current = await readValue({ of, path }, draft.context.read);
  // An application without the field has its firewall off.
  const known: Values = of === 'spectrum' ? { ip_firewall: false, ...current.values } : current.values;
  const names = Object.keys(set).filter((name) => known[name] !== set[name]);
  const unknown = names.find((name) => !(name in known));
  if (unknown !== undefined)
    throw new UserError(
      'BAD_SETTING',
      `the edge has no ${unknown} there: it is not of this plan`,
      'Look at the dashboard for what the plan has.',
    );
  if (names.length === 0)
    throw new UserError('NOTHING_TO_DO', `${wordsOf(set)} is what it is already`, 'Nothing has to be done.');
  const pick = (values: Values) => Object.fromEntries(names.map((name) => [name, values[name] as Value]));
  const step: ValueStep = { kind: 'value', of, path, set: pick(set), old: pick(known) };
  draft.calls.push(...valueCalls(step, current));
  draft.steps.push(step);
  return current;
}

function checkId(text: string, what: string): void {
  if (/^[0-9a-f]{32}$/.test(text)) return;
  throw new UserError(
    'BAD_ID',
    `expected the id of ${what}, 32 hex digits, got ${cleanText(text, 40)}`,
    'The API or the dashboard shows it.',
  );
}
